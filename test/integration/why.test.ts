/**
 * A story agrees with the provider's own log: the same requests, keys and order, for each fault of
 * the drill.
 */

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drillFaults } from '../../src/drill/faults.ts';
import { createStory, describeStory } from '../../src/explain/why/story.ts';
import { listSteps } from '../../src/explain/why/verdict.ts';
import type { AttemptRecord, RequestRecord } from '../../src/model/record.ts';
import { createRuntime } from '../../src/runtime.ts';
import {
  type SimAttempt,
  type SimulatedProvider,
  startSimulatedProvider,
} from '../../src/sim/index.ts';
import { ask } from './harness.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider({ timeScale: 0.05 });
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

const keys = { good: 'sk-sim-good', spare: 'sk-sim-good+spare' };

/**
 * One request that meets a fault of the drill, with a spare provider; after another one where the
 * key must have worked.
 */
async function meet(
  fault: (typeof drillFaults)[number],
  stream: boolean,
): Promise<{
  readonly record: RequestRecord;
  readonly seen: readonly SimAttempt[];
  readonly nameOf: (fingerprint: string) => string;
}> {
  const faulty = fault.ofKeys === undefined ? keys.good : `sk-sim-${fault.first}`;
  const limits = {
    response_head: 1,
    first_content: 2,
    last_first_content: 2,
    idle_text: 1,
    idle: 1,
  };
  const runtime = createRuntime({
    config: {
      main: {
        provider: 'sim',
        model: fault.ofKeys === undefined ? `sim/${fault.first}` : 'sim/echo',
      },
      fallback_chain: [{ provider: 'spare', model: `sim/${fault.others ?? 'echo'}` }],
      providers: {
        sim: {
          base_url: sim.url,
          protocol: 'openai-chat',
          api_key: faulty,
          limits: { ...limits, whole: 2 },
        },
        spare: {
          base_url: sim.url.replace('127.0.0.1', 'localhost'),
          protocol: 'openai-chat',
          api_key: keys.spare,
        },
      },
    },
  });
  if (fault.ofKeys === 'proven') await ask(runtime, { stream: false });
  sim.clearLog();
  await ask(runtime, {
    stream,
    messages: [{ role: 'user', content: 'Count to 60, please ~1/60' }],
  });
  const seen = sim.log();
  const record = runtime.records().at(-1);
  await runtime.close();
  if (record === undefined) throw new Error('nothing was recorded');
  const names = new Map([faulty, keys.spare].map((key) => [shortHash(key), key]));
  return { record, seen, nameOf: (print) => names.get(print) ?? print };
}

function shortHash(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}

/** What both sides say of one request on the wire. */
const fromProvider = ({ model, status }: SimAttempt): string =>
  `${model} ${status !== null && status >= 400 ? status : 'no refusal'}`;
const fromStory = ({ target, status }: AttemptRecord): string =>
  `${target.slice(target.indexOf('/') + 1)} ${status !== undefined && status >= 400 ? status : 'no refusal'}`;

describe.each(
  drillFaults.flatMap((fault) =>
    fault.modes.map((mode) => ({ fault, mode, name: `${fault.id}: ${fault.title}` })),
  ),
)('fault $name, $mode', ({ fault, mode }) => {
  it('is told as the provider saw it', { timeout: 60_000 }, async () => {
    const { record, seen, nameOf } = await meet(fault, mode === 'streamed');
    const attempts = listSteps(record).flatMap((step) => step.attempts);
    expect(attempts.map(fromStory)).toEqual(seen.map(fromProvider));
    // One secret has one fingerprint: the two sides name keys apart in the same order.
    const known = new Map<string, string>();
    for (const [index, { fingerprint }] of attempts.entries())
      known.set(fingerprint, nameOf(seen[index]?.keyFingerprint ?? ''));
    expect(attempts.map(({ fingerprint }) => known.get(fingerprint))).toEqual(
      seen.map(({ keyFingerprint }) => nameOf(keyFingerprint ?? '')),
    );
    expect(new Set(known.values()).size).toBe(known.size);
    const story = describeStory(record, createStory(record, record.at));
    for (const { failure } of attempts)
      if (failure !== undefined) expect(story).toContain(failure.message);
    expect(story.split('\n')[0]).toMatch(/^(Answered|Refused|No target answered|Broke off) after /);
  });
});
