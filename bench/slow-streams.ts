/** Measures a thousand slow streams at once: the memory of each, and the delay of its events. */

import type { Socket } from 'node:net';
import type { Arena } from './arena.ts';
import type { Contender } from './contender.ts';
import { percentile } from './figures.ts';
import { runStreams } from './load.ts';
import { residentKb, sleep } from './machine.ts';
import { type Finding, formatNumber, type Verdict } from './report.ts';
import { interleave } from './rounds.ts';
import { beginStream, endStream, writeEvent } from './upstream.ts';

/**
 * Agents do not all call at once: the streams are opened over this time, which also spreads their
 * events.
 */
const openOverMs = 2000;

interface SlowStreams {
  readonly arrived: number;
  readonly lateP99Ms: number;
  readonly kbEach: number;
}

/**
 * Each stream has one event a second. A fresh process, warmed up by a few streams, serves them all.
 */
export async function measureSlowStreams(arena: Arena): Promise<Finding> {
  const { slowStreams, slowSeconds } = arena.effort;
  const contenders = arena.pick('nginx', 'holdfast', 'portkey');
  const found = await interleave(contenders, 1, (contender) => runSlowStreams(arena, contender));
  const ours = found.get('holdfast')?.[0];
  const expected = slowStreams * slowSeconds;
  return {
    title: `${slowStreams} slow streams, one event a second each, ${slowSeconds} s`,
    rows: contenders.map(({ name }) => {
      const { arrived = 0, lateP99Ms = 0, kbEach = 0 } = found.get(name)?.[0] ?? {};
      const events = `${formatNumber(arrived)} of ${formatNumber(expected)} events`;
      return {
        who: name,
        figures: [
          events,
          `late p99 ${formatNumber(lateP99Ms)} ms`,
          `${formatNumber(kbEach)} kB each`,
        ],
      };
    }),
    verdicts: ours === undefined ? [] : judgeSlowStreams(ours, expected),
  };
}

function judgeSlowStreams(
  { arrived, lateP99Ms, kbEach }: SlowStreams,
  expected: number,
): readonly Verdict[] {
  return [
    { what: 'events lost', value: expected - arrived, unit: '', goal: { atMost: 0 } },
    { what: 'late p99', value: lateP99Ms, unit: ' ms', goal: { atMost: 50 } },
    { what: 'memory of an open stream', value: kbEach, unit: ' kB', goal: { atMost: 80 } },
  ];
}

async function runSlowStreams(arena: Arena, contender: Contender): Promise<SlowStreams> {
  const { slowStreams, slowSeconds } = arena.effort;
  await arena.restart(contender);
  await openSlowStreams(arena, contender, { count: 50, seconds: 1 });
  const before = residentKb(contender.pid);
  let during = before;
  const look = setTimeout(
    () => {
      during = residentKb(contender.pid);
    },
    (slowSeconds - 0.5) * 1000,
  );
  const late = await openSlowStreams(arena, contender, {
    count: slowStreams,
    seconds: slowSeconds,
  });
  clearTimeout(look);
  return {
    arrived: late.length,
    lateP99Ms: percentile(late, 0.99),
    kbEach: (during - before) / slowStreams,
  };
}

/** Returns the delay of each event, in milliseconds after the provider's write. */
async function openSlowStreams(
  arena: Arena,
  contender: Contender,
  { count, seconds }: { readonly count: number; readonly seconds: number },
): Promise<readonly number[]> {
  arena.upstream.play((connection) => {
    beginStream(connection);
    void writeSlowly(connection, seconds);
  });
  const late: number[] = [];
  const onBody = (bytes: Buffer): void => {
    for (const [, sentAt] of bytes.toString('latin1').matchAll(/"id":"@([\d.]+)"/g)) {
      late.push(performance.now() - Number(sentAt));
    }
  };
  await runStreams(contender, { count, openOverMs, onBody });
  return late;
}

async function writeSlowly(connection: Socket, seconds: number): Promise<void> {
  for (let written = 0; written < seconds && !connection.destroyed; written++) {
    writeEvent(connection, `@${performance.now()}`);
    await sleep(1000);
  }
  endStream(connection);
}
