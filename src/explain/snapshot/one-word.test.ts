/**
 * One word for how a key stands: `auth list`, `explain` and the snapshot say the same of it,
 * whatever has happened to it.
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  refused,
  stageEngine,
} from '../../../test/fakes/engine-stage.ts';
import type { KeyState } from '../../credentials/health/key-state.ts';
import { RecentActivity } from './recent-activity.ts';
import { takeSnapshot } from './take-snapshot.ts';

const { signal } = new AbortController();
const config = {
  main: 'one/m',
  providers: {
    one: {
      base_url: 'https://one.test/v1',
      protocol: 'openai-chat',
      credentials: [
        { label: 'a', api_key: 'sk-test-a' },
        { label: 'b', api_key: 'sk-test-b' },
        { label: 'gone', api_key: `\${NOT_SET}` },
      ],
    },
  },
};

type States = Readonly<Record<string, KeyState>>;

async function statesOf(stage: EngineStage): Promise<readonly States[]> {
  const { runtime } = stage;
  const [pool] = await runtime.keys.report({ signal });
  const { routes } = await runtime.plan({ signal });
  const { credentials } = await takeSnapshot(runtime, { activity: new RecentActivity(), live: [] });
  return [pool?.keys ?? [], routes[0]?.targets[0]?.keys ?? [], credentials].map((keys) =>
    Object.fromEntries(keys.map(({ id, state }) => [id, state])),
  );
}

/**
 * What speaks of the whole key: of a limit or a lack of one model, only the plan of that model can
 * say that it is held back.
 */
const events: Readonly<Record<string, (stage: EngineStage) => void>> = {
  answer: ({ host }) => host.upstream.enqueue(answered),
  refusal: ({ host }) => host.upstream.enqueue(refused(401), refused(401), answered),
  money: ({ host }) => host.upstream.enqueue(refused(402), answered),
  quota: ({ host }) => host.upstream.enqueue(refused(402, {}, { 'retry-after': '3600' }), answered),
};

it('is the same in each place, in every history', async () => {
  const seen = new Set<KeyState>();
  const history = fc.array(
    fc.tuple(fc.constantFrom(...Object.values(events)), fc.integer({ min: 0, max: 5_000_000 })),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const stage = stageEngine(config);
      for (const [happens, pauseMs] of steps) {
        happens(stage);
        await stage.ask().catch(() => undefined);
        await stage.host.advance(pauseMs);
        const [first = {}, ...others] = await statesOf(stage);
        for (const other of others) expect(other).toEqual(first);
        for (const state of Object.values(first)) seen.add(state);
      }
      await stage.runtime.close();
    }),
    { numRuns: 60, seed: 24 },
  );
  expect([...seen].sort()).toEqual(['due', 'missing', 'out', 'untried', 'works']);
}, 30_000);
