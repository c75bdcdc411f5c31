/**
 * `npm test` runs vitest and ends with the line `N passed, N failed`. Arguments go to vitest: `npm
 * test -- access`. `--slow` runs the suites named `*.slow.test.ts` instead, `--unit` only the tests
 * beside what they test. A run without any test fails.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Counts, countsVariable } from './lib/count-reporter.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
const countsPath = join(folder, 'counts.json');
const suites = ['--slow', '--unit'];
const suite = suites.find((flag) => process.argv.includes(flag));

const vitest = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    `--reporter=${join(root, 'scripts/lib/count-reporter.ts')}`,
    ...process.argv.slice(2).filter((argument) => !suites.includes(argument)),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      [countsVariable]: countsPath,
      ...(suite === undefined ? {} : { HOLDFAST_SUITE: suite.slice(2) }),
    },
  },
);

const counts = readCounts();
rmSync(folder, { recursive: true, force: true });
process.exitCode = vitest.status === 0 && counts.failed === 0 && counts.passed > 0 ? 0 : 1;
console.log(`${counts.passed} passed, ${counts.failed} failed`);

/** Returns the reporter's counts; a run that failed before counting is one failure. */
function readCounts(): Counts {
  try {
    return JSON.parse(readFileSync(countsPath, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 }; // vitest ended before its reporter wrote the file
  }
}
