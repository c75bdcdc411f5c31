/**
 * The roll call of a request: every candidate stands once in its record, as asked, as passed over,
 * or in a count.
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { answered, refused, stageEngine } from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { listLimit } from '../../credentials/pool/pool.ts';
import type { RequestRecord } from '../../model/record.ts';

const names = ['one', 'two', 'three'];

interface Case {
  /** Keys of each provider; 0: it needs none. */
  readonly pools: readonly number[];
  readonly asked: readonly (readonly UpstreamStep[])[];
  readonly pausesMs: readonly number[];
}

function configOf(pools: readonly number[]): object {
  const used = pools.map((count, index) => ({ name: names[index] ?? '', count }));
  return {
    main: `${used[0]?.name}/m`,
    fallback_chain: used.slice(1).map(({ name }) => `${name}/m`),
    max_wait: 1,
    providers: Object.fromEntries(
      used.map(({ name, count }) => [
        name,
        {
          base_url: `https://${name}.test/v1`,
          protocol: 'openai-chat',
          ...(count === 0
            ? { auth: 'none' }
            : {
                credentials: Array.from({ length: count }, (_, index) => ({
                  label: `k${index}`,
                  api_key: `sk-test-${name}-${index}`,
                })),
              }),
        },
      ]),
    ),
  };
}

/** Who of a target stands in the record, and how many stand in its count. */
function callOf(
  { attempts, skipped, unlisted = [], candidates = [] }: RequestRecord,
  target: string,
) {
  const namesIn = (
    rows: readonly { readonly target: string; readonly credential?: string | undefined }[],
  ) => rows.filter((row) => row.target === target).map(({ credential = 'none' }) => credential);
  return {
    asked: [...new Set(namesIn(attempts))],
    passed: namesIn(skipped),
    inError: namesIn(candidates),
    counted: unlisted
      .filter((row) => row.target === target)
      .reduce((sum, { count }) => sum + count, 0),
  };
}

/** Undefined where all is well. */
function findFault(record: RequestRecord, target: string, size: number): string | undefined {
  const { asked, passed, inError, counted } = callOf(record, target);
  const named = new Set([...asked, ...passed]);
  if (new Set(passed).size < passed.length) return 'somebody was passed over twice';
  if (new Set(inError).size < inError.length) return 'somebody stands in the error twice';
  if (inError.some((one) => !named.has(one)))
    return 'the error names somebody whom the record does not';
  if (passed.length > listLimit) return 'too many are named';
  // A target that was left whole is passed over in one row.
  const isWhole = passed.includes('none') || named.size + counted === Math.max(1, size);
  const isAlone = named.size + counted === 0 && size <= 1;
  return isWhole || isAlone
    ? undefined
    : `${named.size} are named and ${counted} counted of ${size}`;
}

const steps = fc.constantFrom<UpstreamStep>(
  answered,
  refused(401),
  refused(402),
  refused(429, {}, { 'retry-after': '50' }),
  refused(400, { message: 'bad' }),
  refused(404, { message: 'no such model', code: 'model_not_found' }),
  refused(500),
);

const cases: fc.Arbitrary<Case> = fc.record({
  pools: fc.array(fc.constantFrom(0, 1, 2, 3, 5, 31, 32, 33, 34, 40), {
    minLength: 1,
    maxLength: 3,
  }),
  asked: fc.array(fc.array(steps, { minLength: 14, maxLength: 14 }), {
    minLength: 1,
    maxLength: 4,
  }),
  pausesMs: fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 4, maxLength: 4 }),
});

it('names or counts every candidate once, and no other', async () => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(cases, async ({ pools, asked, pausesMs }) => {
      const stage = stageEngine(configOf(pools));
      for (const [index, script] of asked.entries()) {
        stage.host.upstream.enqueue(...script);
        await stage.ask();
        const record = stage.lastRecord();
        if (record === undefined) throw new Error('there is no record');
        outcomes.add(record.outcome);
        for (const [place, size] of pools.entries())
          expect(
            findFault(record, `${names[place]}/m`, size),
            JSON.stringify(record),
          ).toBeUndefined();
        await stage.host.advance(pausesMs[index] ?? 0);
      }
      await stage.runtime.close();
    }),
    { numRuns: 150, seed: 24 },
  );
  expect([...outcomes].sort()).toEqual(['answered', 'failed']);
}, 60_000);
