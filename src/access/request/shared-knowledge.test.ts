/** What one worker of a gateway learns, the others know: generated stories of several processes. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import type { TellWorkers, WorkerNews } from '../../model/worker-news.ts';
import { createLessons } from '../memory/lessons.ts';
import { MainTurns } from '../waiting/main-turns.ts';
import { RetryBudget } from './budget.ts';
import { hearNews, listNews } from './own-knowledge.ts';

interface Process extends Pick<Parameters<typeof hearNews>[0], 'lessons'> {
  readonly retryBudget: RetryBudget;
  readonly mainTurns: MainTurns;
}

/** Each tells all others, as a primary does. */
function startProcesses(count: number): {
  readonly host: ReturnType<typeof createFakeHost>;
  readonly all: readonly Process[];
  readonly told: readonly WorkerNews[];
  readonly start: () => Process;
} {
  const host = createFakeHost();
  const { clock } = host;
  const all: Process[] = [];
  const told: WorkerNews[] = [];
  const start = (): Process => {
    const tell: TellWorkers = (news) => {
      told.push(news);
      for (const other of all) if (other !== own) hearNews(other, structuredClone(news));
    };
    const own: Process = {
      lessons: createLessons(clock, tell),
      retryBudget: new RetryBudget(clock, tell),
      mainTurns: new MainTurns(clock, tell),
    };
    const [oldest] = all;
    if (oldest !== undefined) for (const news of listNews(oldest)) hearNews(own, news);
    all.push(own);
    return own;
  };
  for (let index = 0; index < count; index += 1) start();
  return { host, all, told, start };
}

/** A small generator of numbers from 0 to 1: the same seed, the same story. */
function createDice(seed: number): (sides: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * sides);
  };
}

const callers = ['claude', 'codex', 'hermes'];

describe('lessons of several processes', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))('are one (story %i)', async (seed) => {
    const { host, all, start } = startProcesses(3);
    const roll = createDice(seed);
    for (let step = 0; step < 60; step += 1) {
      const { lessons } = all[roll(all.length)] ?? start();
      const caller = callers[roll(callers.length)] ?? '';
      const [kind, times] = [roll(5), roll(9)];
      if (kind === 0) lessons.callerLimits.learn(caller, { afterMs: 1000 * times, times });
      if (kind === 1) lessons.callerLimits.forget(caller);
      if (kind === 2) lessons.useless.learn({ task: caller, target: 'openai/m' }, times);
      if (kind === 3) await host.advance(times * 600_000);
      if (kind === 4 && all.length < 6) start();
      for (const { lessons: other } of all)
        for (const name of callers) {
          expect(other.callerLimits.of(name)).toEqual(lessons.callerLimits.of(name));
          const about = { task: name, target: 'openai/m' };
          expect(other.useless.of(about)).toBe(lessons.useless.of(about));
        }
    }
  });

  it('say nothing of what changes with every answer', () => {
    const { all, told } = startProcesses(2);
    all[0]?.lessons.reachable.learn({ origin: 'https://api.openai.com' }, true);
    expect(told).toEqual([]);
    expect(all[1]?.lessons.reachable.of({ origin: 'https://api.openai.com' })).toBeUndefined();
  });
});

describe('retries of several processes', () => {
  it.each([1, 2, 4, 8])('stay at a fifth of the requests of %i of them', async (count) => {
    const { host, all } = startProcesses(count);
    let retries = 0;
    for (let second = 0; second < 50; second += 1) {
      for (const { retryBudget } of all) {
        for (let request = 0; request < 5; request += 1) retryBudget.noteRequest();
        if (retryBudget.allows()) {
          retryBudget.noteRetry();
          retries += 1;
        }
      }
      await host.advance(1000);
    }
    expect(retries).toBeLessThanOrEqual(50 * count * 5 * 0.2 + count);
  });

  it('have one floor: ten a minute together, and what was not told yet', async () => {
    const { host, all } = startProcesses(4);
    let retries = 0;
    for (let second = 0; second < 40; second += 1) {
      for (const { retryBudget } of all) {
        if (!retryBudget.allows()) continue;
        retryBudget.noteRetry();
        retries += 1;
      }
      await host.advance(1000);
    }
    expect(retries).toBeLessThanOrEqual(10 + 4);
    expect(retries).toBeGreaterThanOrEqual(10);
  });
});

describe('a conversation at a server that answers one request at a time', () => {
  const ollama = { origin: 'http://127.0.0.1:11434', answersOne: true } as const;

  it('is known to all, those that start later included, until its last request ends', () => {
    const { all, start } = startProcesses(2);
    const ends = all.map(({ mainTurns }) => mainTurns.begin(ollama));
    const third = start();
    const known = (): readonly boolean[] =>
      all.map(({ mainTurns }) => mainTurns.isUnderWay(ollama.origin));
    expect(known()).toEqual([true, true, true]);
    ends[0]?.();
    expect(known()).toEqual([true, true, true]);
    ends[1]?.();
    expect(known()).toEqual([false, false, false]);
    expect(third.mainTurns.list()).toEqual([]);
  });
});
