/**
 * Several processes write `credentials.json` at once, and one is killed: no key is lost, no file is
 * half written.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStoredKeys } from '../../src/credentials/stored/stored-keys.ts';
import { createNodeHost } from '../../src/host/node-host.ts';

let home: string;
let path: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-stored-'));
  path = join(home, 'config', 'credentials.json');
});
afterEach(() => rmSync(home, { recursive: true }));

const source = (file: string): string =>
  JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../src', file)).href);

/** Adds keys one after the other, and prints the label of each that is stored. */
const script = `
import { createNodeHost } from ${source('host/node-host.ts')};
import { createStoredKeys } from ${source('credentials/stored/stored-keys.ts')};
const [path, name, count] = process.argv.slice(1);
const host = createNodeHost({});
const keys = createStoredKeys({ host, path });
for (let number = 1; number <= Number(count); number += 1) {
  const label = name + '-' + number;
  await keys.add({ provider: 'p', label, secret: 'sk-test-' + label + '-000000', origin: 'http://h:1' });
  console.log(label);
}
await host.close();
`;

interface Writer {
  readonly child: ChildProcess;
  /** Labels it said are stored. */
  readonly stored: Promise<readonly string[]>;
}

function startWriter(
  name: string,
  count: number,
  onFirst: (child: ChildProcess) => void = () => undefined,
): Writer {
  const words = ['--input-type=module', '-e', script, path, name, String(count)];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const stored = new Promise<readonly string[]>((resolve) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (said === '') onFirst(child);
      said += chunk.toString();
    });
    child.on('close', () => resolve(said.split('\n').slice(0, -1)));
  });
  return { child, stored };
}

it('keeps every key that four writers were told is stored, though one of them is killed', async () => {
  const writers = ['a', 'b', 'c'].map((name) => startWriter(name, 8));
  const killed = startWriter('killed', 1000, (child) => child.kill('SIGKILL'));
  const told = (await Promise.all([...writers, killed].map(({ stored }) => stored))).flat();
  const host = createNodeHost({});
  const keys = createStoredKeys({ host, path });
  // A lock that the killed one left behind is taken over.
  await keys.add({
    provider: 'p',
    label: 'last',
    secret: `sk-test-${'0'.repeat(16)}`,
    origin: 'http://h:1',
  });
  await host.close();
  const labels = keys.list().map(({ label }) => label);
  expect(labels).toEqual(expect.arrayContaining([...told, 'last']));
  expect(told.filter((label) => !label.startsWith('killed'))).toHaveLength(24);
  expect(new Set(labels).size).toBe(labels.length);
  expect([statSync(path).mode & 0o777, statSync(join(home, 'config')).mode & 0o777]).toEqual([
    0o600, 0o700,
  ]);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ version: 1 });
  expect(readdirSync(join(home, 'config')).filter((name) => name.includes('.lock'))).toEqual([]);
});
