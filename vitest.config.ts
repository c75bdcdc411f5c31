/** How `npm test`, `npm run test:unit` and `npm run test:slow` find and run the tests; `scripts/test.ts` starts them. */

import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/lib/longest-first.ts';

const includes: Readonly<Record<string, string[]>> = {
  all: ['{src,test,scripts}/**/*.test.ts'],
  unit: ['{src,scripts}/**/*.test.ts'],
  slow: ['{src,test,scripts}/**/*.slow.test.ts'],
};
const suite = process.env['HOLDFAST_SUITE'] ?? 'all';
const isSlowRun = suite === 'slow';

export default defineConfig({
  test: {
    include: includes[suite] ?? [],
    exclude: ['**/node_modules/**', 'dist/**', ...(isSlowRun ? [] : ['**/*.slow.test.ts'])],
    pool: 'forks',
    // A fresh module graph per file costs a quarter of a second each, 13 times the run on two cores. Nothing here keeps
    // state in a module and no test patches a global, so files may share one.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Most tests wait for a socket, a process or a backoff: three share two cores well. Of the slow ones, too, a
    // third waits: for an outage to end, for memory to be given back, for a client's limit.
    maxWorkers: Math.max(3, availableParallelism()),
    // Far above what a test needs: on a busy machine processes start slowly, and a hang is still found.
    testTimeout: isSlowRun ? 600_000 : 120_000,
    hookTimeout: isSlowRun ? 600_000 : 120_000,
    // What is waited for comes when it comes; the default of a second is no law.
    expect: { poll: { timeout: 30_000 } },
    passWithNoTests: false,
    // As where it is installed: what is printed begins with `holdfast`, not with this checkout's paths.
    env: {
      PATH: `${join(import.meta.dirname, 'test/fakes/bin')}${delimiter}${process.env['PATH']}`,
    },
  },
});
