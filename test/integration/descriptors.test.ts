/**
 * A process that runs out of descriptors, for real: whoever asks meanwhile comes back in a second,
 * and no provider is blamed.
 */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
afterAll(() => sim.close());

interface Report {
  readonly taken: number;
  readonly during: readonly {
    readonly status: number;
    readonly retryAfter?: string;
    readonly text: string;
  }[];
  readonly after: object;
  readonly said: readonly string[];
}

/** Under a limit of its own, so that the last descriptor is soon reached. */
function runShort(...words: readonly string[]): Promise<Report> {
  const program = join(import.meta.dirname, '../processes/short-process.ts');
  const child = spawn(
    'sh',
    ['-c', 'ulimit -n 128; exec "$0" "$@"', process.execPath, program, ...words],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { PATH: process.env['PATH'] },
    },
  );
  return new Promise((resolve, reject) => {
    child.once('message', (report: Report) => resolve(report));
    child.once('exit', (code) => reject(new Error(`the process ended with ${code}`)));
  });
}

it.skipIf(process.platform === 'win32')(
  'says busy while it has none left, by name and by address, and answers afterwards',
  async () => {
    const { taken, during, after, said } = await runShort(
      sim.url.replace('127.0.0.1', 'localhost'),
      sim.url,
    );
    expect(taken).toBeGreaterThan(20);
    expect(during.map(({ status, retryAfter }) => [status, retryAfter])).toEqual([
      [429, '1'],
      [429, '1'],
      [429, '1'],
    ]);
    for (const { text } of during) expect(JSON.parse(text).error.code).toBe('busy');
    const skipped = [expect.objectContaining({ target: 'spare/sim/echo', cause: 'not-needed' })];
    expect(after).toEqual({ status: 200, answeredBy: 'named/sim/echo', skipped });
    expect(said).toEqual([expect.stringMatching(/EMFILE/)]);
  },
);
