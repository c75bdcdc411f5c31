import { expect, it } from 'vitest';
import { checkAllowances, sideways } from './layers.ts';
import { createSourceFile, type Finding } from './source-file.ts';
import { checkStructure } from './structure.ts';

const header = '/** Says in a sentence what it is. */\n';
const exception = ['//', 'structure-exception:'].join(' ');

/**
 * Checks files given as path -> text; a product file gets its header. Findings without their
 * messages.
 */
function check(texts: Readonly<Record<string, string>>): readonly string[] {
  return findingsOf(texts).map(({ path, line, rule }) => `${path}:${line} ${rule}`);
}

function findingsOf(texts: Readonly<Record<string, string>>): readonly Finding[] {
  return checkStructure(
    Object.entries(texts).map(([path, text]) => createSourceFile(path, header + text)),
  );
}

const accepted: readonly [name: string, path: string, text: string][] = [
  ['an import downwards', 'src/access/access.ts', "import { read } from '../store/store.ts';"],
  ['an import inside one part', 'src/access/access.ts', "import { decide } from './decide.ts';"],
  [
    'a declared import sideways',
    'src/config/load.ts',
    "import { known } from '../providers/catalogue.ts';",
  ],
  [
    'the simulator in the CLI',
    'src/cli/commands/sim.ts',
    "import { createSim } from '../../sim/index.ts';",
  ],
  [
    'node built-ins in the simulator',
    'src/sim/server.ts',
    "import { createServer } from 'node:net';",
  ],
  [
    'the outside in the host',
    'src/host.ts',
    "import fs from 'node:fs'; setTimeout(() => {}, Date.now());",
  ],
  ['process in the entry of the CLI', 'src/cli/main.ts', 'process.exitCode = 1;'],
  [
    'a clock behind the simulator’s own door',
    'src/sim/real-clock.ts',
    'export const now = () => Date.now();',
  ],
  ['sqlite in the host', 'src/host/node-sqlite.ts', "import { DatabaseSync } from 'node:sqlite';"],
  [
    'a type of sqlite',
    'src/store/sqlite/database.ts',
    "import type { DatabaseSync } from 'node:sqlite';",
  ],
  [
    'a thread in the store',
    'src/store/sqlite/store-thread.ts',
    "import { parentPort } from 'node:worker_threads';",
  ],
  [
    'a date that is given',
    'src/access/backoff.ts',
    'export const at = (ms: number) => new Date(ms);',
  ],
  ['a type of the outside', 'src/library/client.ts', 'export type Fetch = typeof fetch;'],
  ['a type import of undici', 'src/transport/send.ts', "import type { Dispatcher } from 'undici';"],
  [
    'a hash from node:crypto',
    'src/credentials/pool.ts',
    "import { createHash } from 'node:crypto';",
  ],
  ['an address check from node:net', 'src/config/url.ts', "import { isIP } from 'node:net';"],
  [
    'a parameter named fetch',
    'src/library/client.ts',
    'export function ask(fetch: () => void) { fetch(); }',
  ],
  [
    'a member named fetch',
    'src/library/client.ts',
    'export const client = { fetch() {} }; client.fetch();',
  ],
  ['a clock in a test', 'src/access/decide.test.ts', 'const now = Date.now();'],
  ['as const', 'src/config/keys.ts', "export const keys = ['a'] as const;"],
  [
    'as in a parse function',
    'src/config/parse.ts',
    'function parseIt(x: unknown) { return [x].map((y) => y as 1); }',
  ],
  ['as in a parse constant', 'src/config/parse.ts', 'const parseIt = (x: unknown) => x as number;'],
  ['as in a test', 'src/config/parse.test.ts', 'const x = {} as number;'],
  ['a long list of generated data', 'src/providers/models.generated.ts', '1;\n'.repeat(500)],
  [
    'an exception with a reason',
    'src/access/decide.ts',
    `${exception} door the epoch is printed once\nDate.now();`,
  ],
  [
    'an exception on the line',
    'src/access/decide.ts',
    `Date.now(); ${exception} door the epoch is printed once`,
  ],
];

it.each(accepted)('accepts %s', (_name, path, text) => {
  expect(check({ [path]: text })).toEqual([]);
});

const refused: readonly [name: string, path: string, text: string, finding: string][] = [
  [
    'an import upwards',
    'src/store/memory.ts',
    "import { decide } from '../access/decide.ts';",
    'boundary',
  ],
  [
    'a type import upwards',
    'src/model/target.ts',
    "import type { Pool } from '../credentials/pool.ts';",
    'boundary',
  ],
  [
    'an import type upwards',
    'src/model/target.ts',
    "export type P = import('../access/access.ts').P;",
    'boundary',
  ],
  [
    'a lazy import upwards',
    'src/store/memory.ts',
    "export const x = import('../access/decide.ts');",
    'boundary',
  ],
  [
    'a re-export upwards',
    'src/store/memory.ts',
    "export { decide } from '../access/decide.ts';",
    'boundary',
  ],
  [
    'an import sideways',
    'src/store/memory.ts',
    "import { load } from '../config/load.ts';",
    'boundary',
  ],
  [
    'a part without a level',
    'src/extras/thing.ts',
    "import { AccessError } from '../errors.ts';",
    'boundary',
  ],
  [
    'a test double in the program',
    'src/access/access.ts',
    "import { h } from '../../test/fakes/host.ts';",
    'boundary',
  ],
  [
    'ours in the simulator',
    'src/sim/server.ts',
    "import { AccessError } from '../errors.ts';",
    'boundary',
  ],
  ['a package in the simulator', 'src/sim/server.ts', "import { z } from 'zod';", 'boundary'],
  [
    'the simulator in the engine',
    'src/access/access.ts',
    "import { createSim } from '../sim/index.ts';",
    'boundary',
  ],
  ['Date.now', 'src/access/decide.ts', 'export const now = Date.now();', 'door'],
  ['new Date()', 'src/access/decide.ts', 'export const now = new Date();', 'door'],
  ['performance.now', 'src/access/decide.ts', 'export const now = performance.now();', 'door'],
  ['Math.random', 'src/access/decide.ts', 'export const luck = Math.random();', 'door'],
  ['a timer', 'src/access/decide.ts', 'setTimeout(() => {}, 1);', 'door'],
  ['a timer handed on', 'src/access/decide.ts', 'export const later = { setTimeout };', 'door'],
  [
    'a hidden timer',
    'src/access/decide.ts',
    'export const signal = AbortSignal.timeout(1);',
    'door',
  ],
  ['fetch', 'src/access/attempt.ts', "fetch('http://127.0.0.1');", 'door'],
  ['globalThis.fetch', 'src/access/attempt.ts', 'export const send = globalThis.fetch;', 'door'],
  ['process', 'src/config/load.ts', "export const home = process.env['HOME'];", 'door'],
  ['files', 'src/config/load.ts', "import { readFileSync } from 'node:fs';", 'door'],
  ['promised files', 'src/config/load.ts', "import { readFile } from 'node:fs/promises';", 'door'],
  ['a lazy built-in', 'src/config/load.ts', "export const fs = await import('node:fs');", 'door'],
  ['spawning', 'src/credentials/command.ts', "import { spawn } from 'node:child_process';", 'door'],
  ['random bytes', 'src/gateway/key.ts', "import { randomBytes } from 'node:crypto';", 'door'],
  [
    'a random id',
    'src/gateway/key.ts',
    "import crypto from 'node:crypto';crypto.randomUUID();",
    'door',
  ],
  [
    'sqlite outside of the host',
    'src/store/sqlite/database.ts',
    "import { DatabaseSync } from 'node:sqlite';",
    'door',
  ],
  [
    'a thread elsewhere',
    'src/access/decide.ts',
    "import { Worker } from 'node:worker_threads';",
    'door',
  ],
  ['undici outside of the host', 'src/transport/send.ts', "import { Pool } from 'undici';", 'door'],
  [
    'a server outside of gateway and sim',
    'src/chat/screen.ts',
    "import { createServer } from 'node:http';",
    'door',
  ],
  ['as', 'src/config/load.ts', 'export const x = {} as number;', 'assertion'],
  ['an angle bracket', 'src/config/load.ts', 'export const x = <number>{};', 'assertion'],
  ['a long file', 'src/config/load.ts', '1;\n'.repeat(400), 'file-size'],
  ['a wide comment', 'src/config/load.ts', `/** ${'wide '.repeat(20)}*/`, 'width'],
  ['a bag of a file', 'src/config/utils.ts', 'export const x = 1;', 'name'],
  ['a bag of a folder', 'test/helpers/host.ts', 'export const x = 1;', 'name'],
  ['a manager', 'src/credentials/key-manager.ts', 'export const x = 1;', 'name'],
];

it.each(refused)('refuses %s', (_name, path, text, rule) => {
  expect(findingsOf({ [path]: text }).map((finding) => finding.rule)).toEqual([rule]);
});

it('refuses a name of a type that another file has declared', () => {
  const text = 'interface Asked {}';
  const files = { 'src/access/a.ts': text, 'src/access/b.ts': text, 'src/access/b.test.ts': text };
  expect(findingsOf(files)).toMatchObject([{ path: 'src/access/b.ts', rule: 'type-name' }]);
});

it('refuses a product file that does not begin by saying what it is', () => {
  const texts = [
    'export const x = 1;',
    '// why\nexport const x = 1;',
    "import './y.ts';\n/** A comment that comes late. */",
  ];
  const files = texts.map((text, index) => createSourceFile(`src/access/x${index}.ts`, text));
  expect(checkStructure(files).map(({ rule }) => rule)).toEqual(['header', 'header', 'header']);
});

it('counts the ways through a function, each function for itself', () => {
  const branches = (count: number): string => 'if (x) y();\n'.repeat(count);
  const nested = `function outer() {\n${branches(6)}function inner() {\n${branches(11)}}\n}`;
  expect(check({ 'src/access/a.ts': nested })).toEqual([]);
  expect(check({ 'src/access/a.ts': `const f = () => {\n${branches(12)}};` })).toEqual([
    'src/access/a.ts:2 complexity',
  ]);
});

it('counts a case that falls through and the default as no way of their own', () => {
  const cases = (bodies: string): string =>
    `function f() {\nswitch (x) {\n${bodies}default: d();\n}\n}`;
  expect(check({ 'src/access/a.ts': cases('case 1:\n'.repeat(30)) })).toEqual([]);
  expect(check({ 'src/access/a.ts': cases('case 1: break;\n'.repeat(12)) })).toEqual([
    'src/access/a.ts:2 complexity',
  ]);
});

it('names the chain by which the library reaches what it must not load', () => {
  const findings = findingsOf({
    'src/index.ts': "export { createHoldfast } from './library/holdfast.ts';",
    'src/library/holdfast.ts': "import { log } from '../host/log.ts';",
    'src/host/log.ts': "import { pino } from 'pino';",
  });
  expect(findings.map(({ path, line, rule }) => `${path}:${line} ${rule}`)).toEqual([
    'src/host/log.ts:2 reach',
  ]);
  expect(findings[0]?.message).toContain(
    'src/index.ts -> src/library/holdfast.ts -> src/host/log.ts -> pino',
  );
});

it('lets the library import types from what it must not load', () => {
  const text = "import type { Logger } from 'pino';\nimport { type Level } from 'pino';";
  expect(check({ 'src/index.ts': text })).toEqual([]);
});

it('refuses exceptions that except nothing or give no reason', () => {
  const text = `${exception} door for nothing\nconst x = 1;\nDate.now(); ${exception} door`;
  expect(check({ 'src/access/a.ts': text })).toEqual([
    'src/access/a.ts:2 exception',
    'src/access/a.ts:4 exception',
  ]);
});

it('declares imports inside a level without a cycle', () => {
  const reaches = (from: string, to: string): boolean =>
    sideways.some((edge) => edge.from === from && (edge.to === to || reaches(edge.to, to)));
  expect(sideways.filter(({ from, to }) => reaches(to, from))).toEqual([]);
});

it('refuses an allowance that nobody uses', () => {
  const file = createSourceFile(
    'src/cli/commands/serve.ts',
    "import { serve } from '../../gateway/serve.ts';",
  );
  const unused = checkAllowances([file]).map(({ message }) => message.split(' is ')[0]);
  expect(unused).toContain('credentials -> store');
  expect(unused).toContain('cli -> sim');
  expect(unused).not.toContain('cli -> gateway');
});
