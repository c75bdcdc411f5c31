/**
 * Measures the sessions file with 10,000 turns: its size, the time to store a turn, and the time to
 * search.
 */

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeHost } from '../src/host/node-host.ts';
import { SessionStore } from '../src/sessions/store.ts';
import { createConversation } from '../test/fakes/conversation.ts';
import { median, percentile } from './figures.ts';
import { type Finding, formatNumber, type Row } from './report.ts';

const sessions = 200;
const turnsEach = 50;
const repeats = 15;

/**
 * Words that no turn has, that some have, that many have, and words too short for the index, which
 * read every turn.
 */
const searches = ['no such words', 'a rate limit', 'the provider', '服务器在夜里', '标题', 'is'];

export async function measureSessions(): Promise<Finding> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const path = join(folder, 'sessions.db');
  const host = createNodeHost();
  const store = new SessionStore({ host, path });
  const { bytes, times } = await fill(store);
  const found: (Row & { readonly ms: number })[] = [];
  for (const words of searches) found.push(await searchFor(store, words));
  const listMs = await timeMedian(() => store.list(50));
  await store.close();
  const ratio = statSync(path).size / bytes;
  await host.close();
  rmSync(folder, { recursive: true });
  return {
    title: `sessions: ${sessions * turnsEach} turns, ${formatNumber(bytes / 1e6)} MB of text`,
    rows: [
      ...found,
      { who: 'list', figures: ['50 sessions', `${formatNumber(listMs)} ms`] },
      { who: 'keep a turn', figures: describeTimes(times) },
    ],
    verdicts: [
      { what: 'file beside its text', value: ratio, unit: ' times', goal: { atMost: 2 } },
      {
        what: 'slowest search',
        value: Math.max(...found.map(({ ms }) => ms)),
        unit: ' ms',
        goal: { atMost: 100 },
      },
    ],
  };
}

function describeTimes(times: readonly number[]): readonly string[] {
  return [
    `p50 ${formatNumber(median(times))} ms`,
    `p99 ${formatNumber(percentile(times, 0.99))} ms`,
  ];
}

async function fill(
  store: SessionStore,
): Promise<{ readonly bytes: number; readonly times: readonly number[] }> {
  const conversation = createConversation();
  const times: number[] = [];
  let bytes = 0;
  for (let session = 0; session < sessions; session += 1) {
    const { id } = await store.create();
    for (let turn = 0; turn < turnsEach; turn += 1) {
      const text = conversation.next();
      bytes += Buffer.byteLength(text);
      const role = turn % 2 === 0 ? 'user' : 'assistant';
      times.push(await time(() => store.addTurn(id, { role, text, model: 'sim/echo' })));
    }
  }
  return { bytes, times };
}

async function searchFor(
  store: SessionStore,
  words: string,
): Promise<Row & { readonly ms: number }> {
  const hits = await store.search(words, 50);
  const ms = await timeMedian(() => store.search(words, 50));
  return { who: `"${words}"`, figures: [`${hits.length} shown`, `${formatNumber(ms)} ms`], ms };
}

async function timeMedian(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < repeats; round += 1) times.push(await time(work));
  return median(times);
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
