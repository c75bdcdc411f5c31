/**
 * What `drill` and its tour say of what they have seen when they are stopped on their way: at a
 * signal, or for want of a reader.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-stopped-'));
});
afterEach(() => rmSync(home, { recursive: true }));

class Run {
  out = '';
  talk = '';
  readonly child: ChildProcess;
  readonly #ended: Promise<readonly unknown[]>;

  constructor(argv: readonly string[]) {
    const env = { PATH: process.env['PATH'], HOLDFAST_HOME: home, NO_COLOR: '1' };
    this.child = spawn(process.execPath, [launcher, ...argv], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.child, 'close');
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.out += chunk.toString();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.talk += chunk.toString();
    });
  }

  /** Looks again and again until something holds of the running command. */
  async until(holds: (run: Run) => boolean): Promise<void> {
    while (!holds(this)) {
      if (this.child.exitCode !== null) throw new Error(`it ended: ${this.out}${this.talk}`);
      await sleep(20);
    }
  }

  /** Its exit status; rejects where the signal itself ended it. */
  async status(): Promise<number> {
    const [status, signal] = await this.#ended;
    if (typeof status !== 'number') throw new Error(`${signal} ended it: ${this.out}${this.talk}`);
    return status;
  }
}

/** How many ports a process listens on, as Linux tells it. */
function portsOf({ child }: Run): number {
  const folder = `/proc/${child.pid}/fd`;
  if (!existsSync(folder)) return 0;
  const sockets = readdirSync(folder).flatMap(
    (name) => /^socket:\[(\d+)\]$/.exec(linkOf(join(folder, name)))?.[1] ?? [],
  );
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  const listening = rows
    .map((row) => row.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A');
  return listening.filter((fields) => sockets.includes(fields[9] ?? '')).length;
}

/** Empty for one that is closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

describe('a tour that is stopped', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('says at %s how far it came', { timeout: 60_000 }, async (signal, status) => {
    const run = new Run(['drill', '--tour']);
    await run.until(({ out }) => out.includes('\n3. '));
    run.child.kill(signal);
    expect(await run.status()).toBe(status);
    expect(run.out).toMatch(/\n2\. .*\n[\s\S]*provider: saw 1 request/);
    expect(run.talk).toBe('holdfast: interrupted after 2 of 5 scenes\n');
  });

  it.skipIf(!existsSync('/proc/net/tcp')).each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'prints one document at %s with --json',
    { timeout: 60_000 },
    async (signal, status) => {
      const run = new Run(['drill', '--tour', '--json']);
      await run.until((one) => portsOf(one) > 0);
      run.child.kill(signal);
      expect(await run.status()).toBe(status);
      expect(JSON.parse(run.out)).toEqual({
        schema: 'holdfast.tour/1',
        interrupted: true,
        planned: 5,
        scenes: [],
      });
      expect(run.talk).toBe('holdfast: interrupted after 0 of 5 scenes\n');
    },
  );

  it('ends at once and quietly when its reader has left', { timeout: 60_000 }, async () => {
    const run = new Run(['drill', '--tour']);
    await run.until(({ out }) => out !== '');
    const leftAt = performance.now();
    run.child.stdout?.destroy();
    expect([await run.status(), run.talk]).toEqual([0, '']);
    expect(performance.now() - leftAt).toBeLessThan(4000);
  });
});

describe('a drill that is stopped', () => {
  const two = ['drill', '--default', '--fault', '3', '6'];

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'shows at %s what it has seen, and how far it came',
    { timeout: 60_000 },
    async (signal, status) => {
      const run = new Run(two);
      await run.until(({ talk }) => talk !== '');
      run.child.kill(signal);
      expect(await run.status()).toBe(status);
      expect(run.out).toMatch(
        /^drilled: [\s\S]* {2}pass {4}3 [\s\S]* {2}1 of 1 pass\n {2}not ended: 6\n$/,
      );
      expect(run.talk).toBe(
        '1/2 main, streamed, 3 one 500: pass\nholdfast: interrupted after 1 of 2 cells\n',
      );
    },
  );

  it.skipIf(!existsSync('/proc/net/tcp'))(
    'prints one document of it with --json, and leaves no port behind',
    { timeout: 60_000 },
    async () => {
      const run = new Run([...two, '--json']);
      await run.until((one) => portsOf(one) === 4);
      await run.until((one) => portsOf(one) === 2);
      run.child.kill('SIGINT');
      expect(await run.status()).toBe(130);
      expect(JSON.parse(run.out)).toMatchObject({
        schema: 'holdfast.drill/1',
        interrupted: true,
        planned: 2,
        left: [{ task: 'main', mode: 'streamed', fault: '6' }],
        results: [{ fault: '3', verdict: 'pass' }],
      });
      expect(run.talk).toBe('holdfast: interrupted after 1 of 2 cells\n');
    },
  );
});
