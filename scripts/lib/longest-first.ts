/**
 * The order of test files: those that take longest come first, so that no worker is left alone
 * with one of them at the end. In a fresh clone Vitest knows their sizes only, and the longest are
 * short.
 */

import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take more than half a minute, the longest first. */
export const longest: readonly string[] = [
  'test/package/package.slow.test.ts',
  'test/troubles/any-trouble-live.slow.test.ts',
  'test/streams/every-byte-reasoning.slow.test.ts',
  'test/streams/every-byte-code.slow.test.ts',
  'test/streams/every-byte-text.slow.test.ts',
  'test/streams/every-byte-call.slow.test.ts',
  'test/integration/sdk-limits.slow.test.ts',
  'test/integration/drill.slow.test.ts',
  'test/simulation/home/home.slow.test.ts',
  'test/troubles/told-lines.slow.test.ts',
  'test/cli/played.slow.test.ts',
  'test/page/states.slow.test.ts',
  'test/streams/every-byte-translated.slow.test.ts',
  'test/streams/every-byte-translated-parts.slow.test.ts',
  'test/troubles/any-trouble.slow.test.ts',
  'test/simulation/faults.slow.test.ts',
  'test/integration/stalls.slow.test.ts',
  'test/simulation/crowd.slow.test.ts',
  'test/integration/hammer.slow.test.ts',
  'test/simulation/patience.slow.test.ts',
  'test/integration/translated-rescues.slow.test.ts',
  'test/growth/growth.slow.test.ts',
  'test/cli/played.test.ts',
  'src/access/report/agent-phrases.test.ts',
  'src/access/run/any-silence.test.ts',
  'test/cli/any-mistake.test.ts',
  'test/simulation/home/home.test.ts',
  'test/simulation/faults.test.ts',
  'test/streams/every-cut.test.ts',
  'test/streams/any-cut-translated.test.ts',
  'test/cli/connect.test.ts',
  'test/integration/secrecy.test.ts',
  'test/integration/sdk-limits.test.ts',
  'test/integration/body-memory.test.ts',
];

/** The others follow as Vitest would have them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rest = await super.sort(files);
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = longest.findIndex((name) => moduleId.endsWith(`/${name}`));
      return place < 0 ? longest.length : place;
    };
    return rest.toSorted((left, right) => placeOf(left) - placeOf(right));
  }
}
