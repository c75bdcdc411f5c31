/** Plays one seed through the whole engine on the fake clock, and tells which laws it broke. */

import { rowOfClass } from '../../src/failures/classes.ts';
import type { FailureClass } from '../../src/model/failure.ts';
import type { RequestRecord } from '../../src/model/record.ts';
import { createRuntime } from '../../src/runtime.ts';
import { createFakeHost } from '../fakes/fake-host.ts';
import { FaultyUpstream } from './faulty-upstream.ts';
import { judgeDispatch, judgeRecord, judgeStop, judgeTold, narrows } from './laws.ts';
import { type Asking, createScenario, type Scenario } from './scenario.ts';
import { longestMs, type Stage, startAt, type Told, wholeDayMs } from './stage.ts';
import { WatchedStore } from './watched-store.ts';

export interface Played {
  readonly violations: readonly string[];
  readonly records: readonly RequestRecord[];
  readonly attempts: number;
}

export async function play(seed: number): Promise<Played> {
  const stage = build(createScenario(seed));
  const { scenario, host, runtime, upstream, violations } = stage;
  const told: Told[] = [];
  for (const asking of scenario.askings) {
    await host.advance(startAt + asking.at - host.clock.now());
    told.push(ask(stage, asking));
  }
  await host.advance(Math.max(0, startAt + scenario.healedAt - host.clock.now()) + longestMs);
  for (const one of told) violations.push(...judgeTold(stage, one));
  for (const record of runtime.records()) violations.push(...judgeRecord(record));
  // A probe of a mark that has ended holds nobody back, and ends with the next mark.
  for (const [key, owner] of stage.store.probers)
    if (stage.store.marks.has(key)) violations.push(`${owner} still has the probe of "${key}"`);
  await judgeHealing(stage);
  violations.push(...stage.store.violations);
  const records = runtime.records();
  await runtime.close();
  return {
    violations: violations.map((text) => `seed ${seed}: ${text}`),
    records,
    attempts: upstream.sent.length,
  };
}

function build(scenario: Scenario): Stage {
  const host = createFakeHost({ now: startAt, random: scenario.randomness });
  const upstream = new FaultyUpstream(scenario, startAt);
  const store = new WatchedStore();
  const violations: string[] = [];
  const runtime = createRuntime({
    host,
    store,
    config: scenario.config,
    onEvent: (event) => {
      if (event.type === 'warning' && event.code === 'local-fault')
        violations.push(`a fault of ours: ${event.text}`);
      if (event.type === 'finished') store.unfollow(event.record.id);
      // whoever waits for another's recheck goes on with it, should that find nothing
      if (event.type === 'waiting' && event.text.startsWith('another request is asking whether'))
        store.recheckFrom(event.requestId, host.clock.now());
      if (event.type !== 'rescue') return;
      store.unfollow(event.requestId);
      const { failure, decision } = event;
      if (decision.kind === 'retry' && hasRecheck(failure.class))
        store.recheckFrom(event.requestId, host.clock.now() + decision.delayMs);
      if (narrows(event.failure.class)) stage.narrowed.add(event.requestId);
      if (event.decision.kind === 'stop' || event.decision.kind === 'wait')
        violations.push(...judgeStop(stage, event));
    },
  });
  const stage: Stage = {
    scenario,
    host,
    runtime,
    upstream,
    store,
    violations,
    narrowed: new Set(),
  };
  host.upstream.answerBy((request) => {
    const step = upstream.answer(request, host.clock.now());
    violations.push(...judgeDispatch(stage));
    return step;
  });
  return stage;
}

function hasRecheck(failureClass: FailureClass): boolean {
  return rowOfClass(failureClass).moves.some(({ move }) => move === 'recheck');
}

function ask({ host, runtime }: Stage, asking: Asking): Told {
  const told: Told = { asking, status: 0, heads: 0, ends: 0, text: '' };
  const caller = new AbortController();
  if (asking.goneAfterMs !== undefined)
    host.clock.startTimer(asking.goneAfterMs, () => caller.abort());
  const messages = [{ role: 'user', content: String(asking.number) }];
  void runtime.exchange(
    {
      method: 'POST',
      path: '/v1/chat/completions',
      headers: {},
      body: Buffer.from(JSON.stringify({ model: asking.model, stream: asking.stream, messages })),
      signal: caller.signal,
      requestId: `r${asking.number}`,
    },
    {
      head: (status) => {
        told.status = status;
        told.heads += 1;
      },
      write: (chunk) => {
        told.text += Buffer.from(chunk).toString();
        return true;
      },
      onDrain: (resume) => resume(),
      end: (chunk) => {
        told.text += Buffer.from(chunk ?? []).toString();
        told.ends += 1;
      },
    },
  );
  return told;
}

/**
 * Every mark ends: a day after all is well again the first target of every route answers, without a
 * restart (law 7).
 */
async function judgeHealing(stage: Stage): Promise<void> {
  const { host, runtime, violations } = stage;
  await host.advance(wholeDayMs);
  for (const [index, [task, route]] of [...runtime.config().routes].entries()) {
    // A pool may hold several held-back keys; each request probes one of them.
    const numbers = [0, 1, 2, 3].map((turn) => 1000 + index * 10 + turn);
    for (const number of numbers) {
      ask(stage, { number, at: 0, model: task, stream: false });
      await host.advance(60_000);
    }
    const last = runtime.records().find(({ id }) => id === `r${numbers.at(-1)}`);
    if (last?.answeredBy !== route.targets[0]?.target.id)
      violations.push(`a day after, ${task} is still answered by ${last?.answeredBy ?? 'nobody'}`);
  }
}
