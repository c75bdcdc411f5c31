/** How `npm test` and `npm run test:slow` find and run the tests; `scripts/test.ts` starts them. */

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const everySuite = ['{src,test,scripts}/**/*.test.ts'];
const slowSuites = ['{src,test,scripts}/**/*.slow.test.ts'];
const isSlowRun = process.env['HOLDFAST_SLOW'] === '1';

export default defineConfig({
  test: {
    include: isSlowRun ? slowSuites : everySuite,
    exclude: ['**/node_modules/**', 'dist/**', ...(isSlowRun ? [] : slowSuites)],
    pool: 'forks',
    // A fresh module graph per file costs a quarter of a second each, 13 times the run on two cores. Nothing here keeps
    // state in a module and no test patches a global, so files may share one.
    isolate: false,
    // Most tests wait for a socket, a process or a backoff: three share two cores well. The slow ones also compute.
    maxWorkers: Math.max(isSlowRun ? 2 : 3, availableParallelism()),
    // Far above what a test needs: on a busy machine processes start slowly, and a hang is still found.
    testTimeout: isSlowRun ? 600_000 : 120_000,
    hookTimeout: isSlowRun ? 600_000 : 120_000,
    // What is waited for comes when it comes; the default of a second is no law.
    expect: { poll: { timeout: 30_000 } },
    passWithNoTests: false,
  },
});
