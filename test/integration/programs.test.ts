/**
 * Programs that print a key, run for real: no input, no shell, limits that hold, nothing left
 * behind.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createNodeKeychain } from '../../src/host/node-keychain.ts';
import type { Host, RunOptions, RunResult } from '../../src/host.ts';

let host: Host;
beforeAll(() => {
  host = createNodeHost({});
});
afterAll(() => host.close());

function run(command: readonly string[], facts: Partial<RunOptions> = {}): Promise<RunResult> {
  return host.run(command, {
    shell: false,
    timeoutMs: 10_000,
    outputLimit: 65_536,
    environment: { PATH: process.env['PATH'] ?? '' },
    signal: new AbortController().signal,
    ...facts,
  });
}

const sh = (script: string, facts: Partial<RunOptions> = {}): Promise<RunResult> =>
  run([script], { shell: true, ...facts });

/** Whether any process still runs with this mark among its arguments. */
function isRunning(mark: string): boolean {
  return execFileSync('ps', ['-eo', 'args']).toString().includes(mark);
}

describe('a program', () => {
  it('gets its words as they are, with no shell in between', async () => {
    expect(await run(['printf', '%s|', '$HOME', 'a b', '`id`; *'])).toEqual({
      ended: 'exited',
      status: 0,
      output: '$HOME|a b|`id`; *|',
      errorOutput: '',
    });
  });

  it('finds its input closed, and only the environment it was given', async () => {
    const script = 'if read line; then echo input; else echo closed; fi; echo "$GIVEN-$HOME"';
    const environment = { PATH: process.env['PATH'] ?? '', GIVEN: 'yes' };
    expect(await sh(script, { environment })).toMatchObject({
      status: 0,
      output: 'closed\nyes-\n',
    });
  });

  it('that fails gives its status and its own words', async () => {
    expect(await sh('echo nothing >&2; exit 3')).toEqual({
      ended: 'exited',
      status: 3,
      output: '',
      errorOutput: 'nothing\n',
    });
  });

  it('that is not there was not started', async () => {
    expect(await run(['no-such-program-here'])).toEqual({
      ended: 'not-started',
      reason: 'no such program',
      fix: { text: expect.stringContaining('PATH') },
    });
    expect(await run(['/tmp'])).toMatchObject({ reason: 'it is a folder, not a program' });
    const path = join(mkdtempSync(join(tmpdir(), 'programs-')), 'script');
    writeFileSync(path, '#!/bin/sh\n', { mode: 0o600 });
    expect(await run([path])).toMatchObject({
      reason: 'this user may not execute it (chmod +x)',
      fix: { command: `chmod u+x ${path}` },
    });
  });

  it('that its rights let be executed is not told to lack them', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'programs-')), 'script');
    writeFileSync(path, `#!${path}.reader\n`, { mode: 0o755 });
    writeFileSync(`${path}.reader`, '', { mode: 0o600 });
    expect(await run([path])).toMatchObject({
      reason: 'its rights let everybody execute it, and the system does not',
      fix: { text: expect.stringContaining('noexec') },
    });
  });

  it('whose interpreter is not there is not told as absent', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'programs-')), 'script');
    writeFileSync(path, '#!/no/such/shell\n', { mode: 0o755 });
    expect(await run([path])).toMatchObject({
      reason: 'the interpreter that its first line names is not there',
    });
  });

  it('with the line ends of Windows is told with the line that takes them out', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'programs-')), 'script');
    writeFileSync(path, '#!/bin/sh\r\necho x\r\n', { mode: 0o755 });
    expect(await run([path])).toMatchObject({
      reason: 'its lines end as on Windows (CR LF), which no name of an interpreter does',
      fix: { command: `sed -i 's/\\r$//' ${path}` },
    });
  });

  it('is ended at its time limit with all that it started', async () => {
    const mark = '7654.321';
    const result = await sh(`echo waiting >&2; sleep ${mark} & sleep ${mark}`, { timeoutMs: 300 });
    expect(result).toEqual({ ended: 'timed-out', errorOutput: 'waiting\n' });
    await expect.poll(() => isRunning(`sleep ${mark}`)).toBe(false);
  });

  it('is ended when no request waits for it any more', async () => {
    const mark = '7654.322';
    const cancel = new AbortController();
    const result = sh(`sleep ${mark}`, { signal: cancel.signal });
    await expect.poll(() => isRunning(`sleep ${mark}`)).toBe(true);
    cancel.abort();
    expect(await result).toMatchObject({ ended: 'aborted' });
    await expect.poll(() => isRunning(`sleep ${mark}`)).toBe(false);
  });

  it('that prints without end is ended', async () => {
    expect(await sh('while :; do echo 0123456789; done', { outputLimit: 1000 })).toMatchObject({
      ended: 'output-too-long',
    });
  });

  it('is not waited for longer because of a helper that it left running', async () => {
    const startedAt = Date.now();
    const result = await sh('sleep 20 & echo sk-test-daemon');
    expect(result).toMatchObject({ ended: 'exited', status: 0, output: 'sk-test-daemon\n' });
    expect(Date.now() - startedAt).toBeLessThan(15_000);
  });
});

describe('the keychain of the system', () => {
  it('is named as not installed without its package', async () => {
    expect(await createNodeKeychain('@napi-rs/keyring-that-nobody-has').read('a', 'b')).toEqual({
      state: 'not-installed',
    });
  });

  it('that has another shape than ours is a failure with a reason', async () => {
    expect(await createNodeKeychain('node:path').read('a', 'b')).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('AsyncEntry is missing'),
    });
  });

  const modules: readonly { name: string; body: string; expected: object }[] = [
    {
      name: 'finds an entry',
      body: `return service + '/' + account`,
      expected: { state: 'found', value: 'a/b' },
    },
    { name: 'finds none', body: 'return null', expected: { state: 'absent' } },
    {
      name: 'says that there is none',
      body: `throw new Error('No matching entry found in secure storage')`,
      expected: { state: 'absent' },
    },
    {
      name: 'is locked',
      body: `throw new Error('the collection is locked')`,
      expected: { state: 'failed', reason: 'the collection is locked' },
    },
    ...[
      'Platform failure: DBus error: Failed to connect to socket /nonexist: No such file or directory',
      'Platform secure storage failure: zbus error: I/O error',
      'D-Bus is not there',
    ].map((said) => ({
      name: `cannot be reached (${said})`,
      body: `throw new Error('${said}')`,
      expected: {
        state: 'not-running',
        reason: `none runs here, as is usual without a desktop session (${said})`,
      },
    })),
  ];
  for (const { name, body, expected } of modules) {
    it(`that ${name} is told so`, async () => {
      const source = `export class AsyncEntry {
        constructor(service, account) { this.names = [service, account]; }
        async getPassword() { const [service, account] = this.names; ${body}; }
      }`;
      const packageName = `data:text/javascript,${encodeURIComponent(source)}`;
      expect(await createNodeKeychain(packageName).read('a', 'b')).toEqual(expected);
    });
  }
});
