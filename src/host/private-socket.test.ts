import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPrivateSocket } from './private-socket.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hf-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const hostWith = (variables: Record<string, string>, platform = 'linux') => ({
  environment: { get: (name: string) => variables[name], all: () => variables },
  platform,
  randomToken: (bytes: number) => 'r'.repeat(bytes),
});

it('takes the first folder that can be written and whose path is short enough', () => {
  const long = join(folder, 'x'.repeat(120));
  const home = join(folder, 'home');
  for (const each of [long, home]) mkdirSync(each);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const placeOf = (variables: Record<string, string>): string => {
    const { path, remove } = createPrivateSocket(hostWith(variables), home);
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(103);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    remove();
    expect(existsSync(dirname(path))).toBe(false);
    return dirname(dirname(path));
  };
  expect(placeOf({ XDG_RUNTIME_DIR: home, TMPDIR: folder })).toBe(home);
  expect(placeOf({ XDG_RUNTIME_DIR: '', TMPDIR: folder })).toBe(folder);
  expect(placeOf({ XDG_RUNTIME_DIR: join(folder, 'none'), TMPDIR: folder })).toBe(folder);
  expect(placeOf({ XDG_RUNTIME_DIR: file, TMPDIR: folder })).toBe(folder);
  expect(placeOf({ XDG_RUNTIME_DIR: long, TMPDIR: 'not/absolute' })).toBe('/tmp');
});

it('is not in the way of the next one when it was left behind', async () => {
  const host = hostWith({ TMPDIR: folder });
  const listen = async (): Promise<() => void> => {
    const { path, remove } = createPrivateSocket(host, folder);
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    return () => {
      server.close();
      remove();
    };
  };
  const first = await listen(); // nobody removes it before the next one starts
  const second = await listen();
  second();
  first();
});

it('is a pipe with a name that nobody guesses on Windows', () => {
  const { path } = createPrivateSocket(hostWith({}, 'win32'), 'C:\\home');
  expect(path).toBe(`\\\\.\\pipe\\holdfast-${'r'.repeat(18)}`);
});
