/**
 * Secrets in every source, repeated by a provider in every way it can: none of them reaches
 * anything that we write (law 20).
 */

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createRuntime } from '../../src/runtime.ts';
import { createTestKey } from '../fakes/hermes-folder.ts';
import { notations } from '../fakes/key-notations.ts';
import { startGatewayProcess } from './gateway-process.ts';
import { ask } from './harness.ts';

const root = join(import.meta.dirname, '../..');
const sources = [
  'literal',
  'dotenv',
  'env',
  'file',
  'value',
  'theirs',
  'command',
  'task',
  'messages',
] as const;
type Source = (typeof sources)[number];

function createKeys(): Readonly<Record<Source, string>> {
  const [literal, dotenv, env, file] = [
    createTestKey(),
    createTestKey(),
    createTestKey(),
    createTestKey(),
  ];
  const [value, theirs, command, task] = [
    createTestKey(),
    createTestKey(),
    createTestKey(),
    createTestKey(),
  ];
  // Half of them have no vendor's shape: only their value gives them away.
  const plain = {
    dotenv: toPlain(dotenv),
    env: toPlain(env),
    theirs: toPlain(theirs),
    command: toPlain(command),
  };
  return { literal, file, value, task, messages: createTestKey(), ...plain };
}

function toPlain(key: string): string {
  return key.replace('sk-test-', 'lab');
}

/** How a provider may repeat what it was sent, each with a status. */
type Echo = (key: string, response: ServerResponse) => void;

const json =
  (status: number, textWith: (key: string) => string): Echo =>
  (key, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': key });
    response.end(JSON.stringify({ error: { message: textWith(key), code: 'invalid_api_key' } }));
  };

/** Whole, but sent in two pieces that part the key. */
const inPieces =
  (status: number, type: string, textWith: (key: string) => string): Echo =>
  (key, response) => {
    const text = textWith(key);
    const middle = text.indexOf(key) + 12;
    response.writeHead(status, { 'content-type': type });
    response.write(text.slice(0, middle));
    setImmediate(() => response.end(text.slice(middle)));
  };

/**
 * In a field of the head that says how the body comes; written past node, which would refuse it.
 */
const inHead =
  (name: string): Echo =>
  (key, response) => {
    response.socket?.end(`HTTP/1.1 200 OK\r\n${name}: ${key}\r\n\r\nabc`);
  };

/** A refusal that is passed on: the request itself is said to be at fault. */
const refusalIn =
  (write: (key: string) => string): Echo =>
  (key, response) => {
    response.writeHead(400, { 'content-type': 'application/json', 'x-request-id': write(key) });
    response.end(
      `{"error":{"message":"too long for ${write(key)}","code":"context_length_exceeded"}}`,
    );
  };
const streamedIn =
  (write: (key: string) => string): Echo =>
  (key, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(
      `data: {"error":{"message":"refused for ${write(key)}","code":"invalid_api_key"}}\n\n`,
    );
  };

const said = {
  index: 0,
  message: { content: 'so' },
  delta: { content: 'so' },
  finish_reason: 'stop',
};

/** All is well, but for every header that crosses to the caller. */
const wellAfter =
  (type: string, body: string): Echo =>
  (key, response) => {
    const named = { 'x-request-id': key, 'request-id': key, 'x-generation-id': `gen-${key}` };
    const limits = {
      'retry-after': key,
      'x-ratelimit-reset': key,
      'anthropic-ratelimit-reset': key,
    };
    response.writeHead(200, { ...named, ...limits, 'content-type': `${type}; of="${key}"` });
    response.end(body);
  };

const echoes: Readonly<Record<string, Echo>> = {
  'the bare key': json(401, (key) => `Incorrect API key provided: ${key}.`),
  authorization: json(403, (key) => `we got Authorization: Bearer ${key}`),
  'x-api-key': json(401, (key) => `{"headers":{"x-api-key":"${key}"}}`),
  'api-key': json(401, (key) => `api-key=${key}`),
  'x-goog-api-key': json(401, (key) => `x-goog-api-key: ${key}`),
  'a URL': json(402, (key) => `see https://billing.test/top-up?key=${key}&plan=1`),
  'a cookie': json(401, (key) => `Cookie: session=${key}; Path=/`),
  'a body in pieces': inPieces(400, 'application/json', (key) =>
    JSON.stringify({ error: { message: `too long for ${key}`, code: 'context_length_exceeded' } }),
  ),
  'an HTML page': inPieces(
    403,
    'text/html',
    (key) => `<html><body>no backend for ${key}</body></html>`,
  ),
  'an error in a stream': inPieces(
    200,
    'text/event-stream',
    (key) => `data: {"error":{"message":"refused for ${key}","code":"invalid_api_key"}}\n\n`,
  ),
  'an error after content': inPieces(
    200,
    'text/event-stream',
    (key) =>
      `data: {"choices":[{"index":0,"delta":{"content":"so"}}]}\n\ndata: {"error":{"message":"lost ${key}"}}\n\n`,
  ),
  'the head of an answer': wellAfter('application/json', JSON.stringify({ choices: [said] })),
  'the head of a stream': wellAfter(
    'text/event-stream',
    `data: ${JSON.stringify({ choices: [said] })}\n\n`,
  ),
  ...Object.fromEntries(Object.entries(notations).map(([name, write]) => [name, refusalIn(write)])),
  'JSON escapes in a stream': streamedIn(notations['JSON escapes']),
  'a length': inHead('content-length'),
  'a transfer coding': inHead('transfer-encoding'),
  'a compression': inHead('content-encoding'),
};

let home: string;
let provider: Server;
let echo: Echo;
let received: string[];
let keys: Readonly<Record<Source, string>>;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-secrecy-'));
  keys = createKeys();
  received = [];
  provider = createServer((request, response) => {
    const { authorization, 'x-api-key': apiKey } = request.headers;
    const key = authorization?.replace('Bearer ', '') ?? String(apiKey);
    received.push(key);
    request.resume().on('end', () => echo(key, response));
  });
  await new Promise<void>((resolve) => {
    provider.listen(0, '127.0.0.1', resolve);
  });
  seed(
    `http://127.0.0.1:${Object(provider.address() satisfies AddressInfo | string | null).port}/v1`,
  );
});
afterEach(async () => {
  await new Promise((resolve) => {
    provider.close(resolve);
  });
  rmSync(home, { recursive: true });
});

/** A home whose provider has a key in every source. */
function seed(baseUrl: string): void {
  const write = (name: string, text: string): void =>
    writeFileSync(join(home, name), text, { mode: 0o700 });
  write('.env', `DOTENV_KEY=${keys.dotenv}\n`);
  write('the.key', `${keys.file}\n`);
  write('theirs.env', `THEIR_KEY=${keys.theirs}\n`);
  write('theirs.json', JSON.stringify({ pool: [{ token: keys.value }] }));
  write('print-key', `#!/bin/sh\nenv >"$0.environment"\necho ${keys.command}\n`);
  write(
    'config.yaml',
    `main: lab/m
max_wait: 1
providers:
  lab:
    base_url: ${baseUrl}
    protocol: openai-chat
    pace: quick
    credentials:
      - {label: literal, api_key: ${keys.literal}}
      - {label: dotenv, env: DOTENV_KEY}
      - {label: env, env: LAB_KEY}
      - {label: file, file: ./the.key}
      - {label: value, file: ./theirs.json, pointer: /pool/0/token}
      - {label: theirs, env: THEIR_KEY, env_file: ./theirs.env}
      - {label: command, command: ./print-key}
  messages: {base_url: ${baseUrl}, protocol: anthropic-messages, pace: quick, api_key: ${keys.messages}}
auxiliary:
  monitor: {provider: lab, model: m, api_key: ${keys.task}}
`,
  );
}

const environment = (): Record<string, string> => ({ HOLDFAST_HOME: home, LAB_KEY: keys.env });

/** The sources whose secret stands in the text, in whatever notation. */
function leaksIn(text: string): readonly string[] {
  const lower = text.toLowerCase();
  return sources.filter((name) => {
    const coded = Object.values(notations).map((write) => write(keys[name]));
    return text.includes(keys[name]) || coded.some((form) => lower.includes(form.toLowerCase()));
  });
}

/** Every file of the home but the sources themselves. */
function readWritten(): string {
  const own = new Set(['.env', 'the.key', 'theirs.env', 'theirs.json', 'print-key', 'config.yaml']);
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !own.has(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

describe('a provider that repeats the key in', () => {
  it.each(Object.entries(echoes))('%s', async (_name, way) => {
    echo = way;
    const host = createNodeHost({ ...environment(), PATH: process.env['PATH'] ?? '' });
    const seen: unknown[] = [];
    const runtime = createRuntime({ host, onEvent: (event) => seen.push(event) });
    const stream = { stream: true };
    const answers = [];
    for (const more of [
      {},
      stream,
      { model: 'monitor' },
      { model: 'messages/m' },
      { model: 'messages/m', ...stream },
    ]) {
      await runtime.keys.reset({ signal: new AbortController().signal });
      answers.push(await ask(runtime, more));
    }
    const kept = [answers, seen, runtime.records(), runtime.config(), runtime.warnings()];
    await runtime.close();
    await host.close();
    expect(received.length).toBeGreaterThanOrEqual(5);
    const shown = kept
      .map((value) => `${JSON.stringify(value)} ${inspect(value, { depth: 12 })}`)
      .join('\n');
    expect(leaksIn(shown)).toEqual([]);
    expect(leaksIn(readWritten())).toEqual([]);
  });
});

describe('the command line', () => {
  it('asks with every key and prints none of them', { timeout: 600_000 }, async () => {
    echo = json(401, (key) => `Incorrect API key provided: ${key}`);
    const shown: string[] = [];
    for (const argv of [
      ['ask', 'hello'],
      ['ask', 'hello', '--task', 'monitor', '--json'],
      ['auth', 'list'],
      ['auth', 'list', '--json'],
      ['auth', 'sources', 'lab', '--json'],
      ['auth', 'test', '--json'],
      ['auth', 'export'],
      ['auth', 'reset', '--dry-run'],
      ['auth', 'reset', '--json'],
      ['ask', 'hello', '--model', 'messages/m', '--json'],
      ['connect'],
      ['connect', 'codex', '--json'],
      ['connect', 'openai'],
      ['config', 'show', '--json'],
      ['config', 'check'],
      ['config', 'get', 'providers'],
      ['config', 'get', 'providers.lab', '--json'],
      ['models', '--json'],
      ['models', '--refresh'],
    ]) {
      shown.push(await run(argv));
    }
    expect(new Set(received)).toEqual(new Set(Object.values(keys)));
    expect(leaksIn(shown.join('\n'))).toEqual([]);
    expect(shown.join('\n')).toContain('holdfast.auth-export/1');
    expect(leaksIn(readWritten())).toEqual([]);
  });
});

describe('a program that prints a key', () => {
  it('inherits what else is there, and no key', async () => {
    echo = json(401, (key) => `Incorrect API key provided: ${key}`);
    await run(['auth', 'list']);
    const inherited = readFileSync(join(home, 'print-key.environment'), 'utf8');
    expect(inherited).toContain(`HOLDFAST_HOME=${home}`);
    expect(inherited).not.toContain('LAB_KEY');
    expect(leaksIn(inherited)).toEqual([]);
  });
});

describe('the gateway', () => {
  it('serves with every key, and neither its log nor its answers hold one', async () => {
    echo = json(401, (key) => `Incorrect API key provided: ${key}`);
    const gateway = await startGatewayProcess(home, environment());
    const shown: string[] = [];
    for (const model of ['main', 'monitor', 'lab/other', 'messages/m']) {
      for (const stream of [false, true])
        shown.push(JSON.stringify(await gateway.ask(model, { stream })));
    }
    await gateway.stop();
    const log = gateway.said();
    expect(shown.join('\n')).toMatch(/holdfast[^{]+\{[^}]*candidates/);
    expect(new Set(received)).toEqual(new Set(Object.values(keys)));
    expect(readWritten()).toMatch(/"event":"(rescued|failed)"/);
    expect(leaksIn(`${log}\n${shown.join('\n')}`)).toEqual([]);
    expect(leaksIn(readWritten())).toEqual([]);
  });
});

describe('a key in the wrong place of the configuration', () => {
  it.each<[string, (key: string) => string]>([
    ['a literal base URL', (key) => `main: lab/m\nproviders:\n  lab: {base_url: ${key}}\n`],
    ['a variable as base URL', () => `main: lab/m\nproviders:\n  lab: {base_url: "\${LAB_KEY}"}\n`],
    ['a variable as the main target', () => `main: \${LAB_KEY}\n`],
    ['a variable as a provider', () => `main: {provider: "\${LAB_KEY}", model: m}\n`],
    ['an unknown key', (key) => `main: lab/m\n${key}: 1\n`],
    ['a choice', () => `main: lab/m\nproviders:\n  lab: {protocol: "\${LAB_KEY}"}\n`],
  ])('is not told: %s', async (_name, text) => {
    writeFileSync(join(home, 'config.yaml'), text(keys.literal));
    const told = [await run(['config', 'check']), await run(['config', 'check', '--json'])].join(
      '\n',
    );
    expect(told).toContain('config.yaml:');
    expect(leaksIn(told)).toEqual([]);
    const host = createNodeHost(environment());
    expect(() => createRuntime({ host })).toThrow(
      expect.objectContaining({
        code: 'config-invalid',
        message: expect.not.stringMatching(`${keys.env}|${keys.literal}`),
      }),
    );
    await host.close();
  });
});

function run(argv: readonly string[]): Promise<string> {
  const env = { ...environment(), PATH: process.env['PATH'], NO_COLOR: '1' };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(root, 'bin/holdfast.js'), ...argv],
      { env },
      (error, out, talk) => {
        resolve(`${out}\n${talk}\n${error?.message.split('\n').slice(1).join('\n') ?? ''}`);
      },
    );
    child.stdin?.end();
  });
}
