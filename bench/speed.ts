/**
 * Measures whole answers: requests/s and CPU at 64 connections, and the time of a request on a
 * quiet gateway.
 */

import type { Arena } from './arena.ts';
import type { Contender, ContenderName } from './contender.ts';
import { percentile } from './figures.ts';
import { type Batch, encodeRequest, runClosedLoop, runPaced } from './load.ts';
import { type Finding, formatNumber, type Verdict } from './report.ts';
import { compare, interleave, middle, type Rounds } from './rounds.ts';
import { wholeAnswer } from './upstream.ts';

export interface SaturationGoals {
  readonly size: string;
  readonly padding: number;
  /** CPU of one request, as a multiple of nginx's. */
  readonly cpuOfNginx: number;
  /** Requests/s, as a multiple of Portkey's. */
  readonly ratePortkey: number;
}

/** Uses 64 connections, each with its next request as soon as the last was answered. */
export async function measureSaturation(arena: Arena, goals: SaturationGoals): Promise<Finding> {
  arena.upstream.play(wholeAnswer);
  const rounds = await measureInTurn(arena, arena.contenders, (contender, forMs) =>
    runClosedLoop(contender, encodeRequest(contender, goals.padding), { connections: 64, forMs }),
  );
  const cpu = compare(rounds, ['holdfast', 'nginx'], (ours, theirs) => ours.cpuUs / theirs.cpuUs);
  const rate = compare(
    rounds,
    ['holdfast', 'portkey'],
    (ours, theirs) => ours.perSecond / theirs.perSecond,
  );
  return {
    title: `64 connections, ${goals.size}`,
    rows: arena.contenders.map(({ name }) => ({
      who: name,
      figures: describeSaturation(rounds, name),
    })),
    verdicts: [
      ...verdict('CPU a request, of nginx', cpu, {
        unit: ' times',
        goal: { atMost: goals.cpuOfNginx },
      }),
      ...verdict('requests/s, of Portkey', rate, {
        unit: ' times',
        goal: { atLeast: goals.ratePortkey },
      }),
    ],
  };
}

/** Uses one connection, one request at a time, like a single agent. */
export async function measureSingle(arena: Arena): Promise<Finding> {
  arena.upstream.play(wholeAnswer);
  const rounds = await measureInTurn(arena, arena.contenders, (contender, forMs) =>
    runClosedLoop(contender, encodeRequest(contender, 900), { connections: 1, forMs }),
  );
  return { title: 'one connection, 1 kB', rows: describeLatencies(arena, rounds), verdicts: [] };
}

/** Sends 300 requests/s, which leaves every contender idle most of the time. */
export async function measureSteady(arena: Arena): Promise<Finding> {
  arena.upstream.play(wholeAnswer);
  const contenders = arena.contenders;
  const rounds = await measureInTurn(arena, contenders, (contender, forMs) =>
    runPaced(contender, encodeRequest(contender, 900), { perSecond: 300, forMs }),
  );
  const added = compare(
    rounds,
    ['holdfast', 'nginx'],
    (ours, theirs) => latency(ours, 0.5) - latency(theirs, 0.5),
  );
  return {
    title: 'steady 300 requests/s, 1 kB',
    rows: describeLatencies(arena, rounds),
    verdicts: verdict('p50 added over nginx', added, { unit: ' ms', goal: { atMost: 0.3 } }),
  };
}

/** Runs a short round to warm up the code, then the rounds that count. */
async function measureInTurn(
  arena: Arena,
  contenders: readonly Contender[],
  measure: (contender: Contender, forMs: number) => Promise<Batch>,
): Promise<Rounds<Batch>> {
  const { rounds, batchMs } = arena.effort;
  for (const contender of contenders) await measure(contender, batchMs / 2);
  return interleave(contenders, rounds, (contender) => measure(contender, batchMs));
}

function describeSaturation(rounds: Rounds<Batch>, who: ContenderName): readonly string[] {
  const cpuUs = middle(rounds, who, (batch) => batch.cpuUs);
  const rate = `${formatNumber(middle(rounds, who, ({ perSecond }) => perSecond))} requests/s`;
  const ofDirect =
    compare(rounds, [who, 'direct'], (own, direct) => own.perSecond / direct.perSecond) ?? 0;
  return [
    rate,
    `${formatNumber(ofDirect)} of direct`,
    ...(cpuUs > 0 ? [`CPU ${formatNumber(cpuUs)} µs`] : []),
  ];
}

function describeLatencies(arena: Arena, rounds: Rounds<Batch>): Finding['rows'] {
  return arena.contenders.map(({ name }) => ({
    who: name,
    figures: [describeLatency(rounds, name, 0.5), describeLatency(rounds, name, 0.99)],
  }));
}

function describeLatency(rounds: Rounds<Batch>, who: ContenderName, share: number): string {
  const own = middle(rounds, who, (batch) => latency(batch, share));
  const added =
    compare(rounds, [who, 'direct'], (a, b) => latency(a, share) - latency(b, share)) ?? 0;
  return `p${share * 100} ${formatNumber(own)} ms${who === 'direct' ? '' : ` (+${formatNumber(added)})`}`;
}

function latency({ latencies }: Batch, share: number): number {
  return percentile(latencies, share);
}

/** Returns nothing if a contender to compare with was left out. */
export function verdict(
  what: string,
  value: number | undefined,
  promise: Pick<Verdict, 'unit' | 'goal'>,
): readonly Verdict[] {
  return value === undefined ? [] : [{ what, value, ...promise }];
}
