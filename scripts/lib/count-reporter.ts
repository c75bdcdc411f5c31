/**
 * A vitest reporter that writes the number of passed and failed tests to a file, for
 * `scripts/test.ts` to print.
 */

import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** The environment variable that names the file. */
export const countsVariable = 'HOLDFAST_TEST_COUNTS';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Vitest loads a reporter by path, so this is a default export. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const path = process.env[countsVariable];
    if (path !== undefined)
      writeFileSync(path, JSON.stringify(countTests(modules, unhandledErrors.length)));
  }
}

/**
 * Counts tests. A file or suite that fails outside of its tests, and an uncaught error, count as
 * one failure each.
 */
function countTests(modules: readonly TestModule[], unhandledErrors: number): Counts {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const states = tests.map((test) => test.result().state);
  const broken = modules
    .flatMap((module) => [module, ...module.children.allSuites()])
    .filter((suite) => suite.errors().length > 0);
  return {
    passed: states.filter((state) => state === 'passed').length,
    failed: states.filter((state) => state === 'failed').length + broken.length + unhandledErrors,
  };
}
