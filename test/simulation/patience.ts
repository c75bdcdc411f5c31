/**
 * Callers with a limit before targets of which some keep silent, on the fake clock: one seed
 * decides how patient they are, who is silent, how slow the others are, and who comes again. What
 * no run may show stands in `judge` (law 13).
 */

import type { UpstreamRequest } from '../../src/host.ts';
import type { AttemptRecord, RequestRecord } from '../../src/model/record.ts';
import type { Headers } from '../../src/model/request.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { answered, streamed } from '../fakes/engine-stage.ts';
import { createFakeHost, type FakeHost, type UpstreamStep } from '../fakes/fake-host.ts';
import { Random } from './random.ts';

const start = 1_800_000_000_000;
/** An attempt ends after half of what is left of the limit, and after this long at least. */
const leastMs = 5000;
/** Whoever becomes free later is looked for once a second. */
const lookMs = 1000;
const attemptBudget = 12;

const natures = ['silent', 'silent', 'head', 'pings', 'slow', 'well', 'well'] as const;
type Nature = (typeof natures)[number];

interface Place {
  readonly id: string;
  readonly nature: Nature;
  readonly delayMs: number;
}

/** One request as its caller makes it. */
interface Call {
  readonly limitMs: number;
  /** Without it nobody knows the limit. */
  readonly headers: Headers;
  readonly stream: boolean;
  readonly prompt: string;
}

export interface PatienceRun {
  readonly violations: readonly string[];
  readonly answered: number;
  readonly left: number;
}

async function playPatience(seed: number): Promise<PatienceRun> {
  const random = new Random(seed);
  const places = choosePlaces(random);
  const host = createFakeHost({ now: start, random: random.series(7) });
  const runtime = createRuntime({ host, config: createConfig(places, random) });
  let unending = 0;
  host.upstream.answerBy((request) => {
    const { step, ends } = answer(places, request);
    if (!ends) unending += 1;
    return step;
  });
  const calls = random.chance(0.3)
    ? chooseUntold(random)
    : Array.from({ length: random.integer(1, 4) }, () => chooseCall(random));
  for (const call of calls) {
    await ask({ host, runtime }, call);
    await host.advance(random.integer(0, 8000));
  }
  const records = runtime.records();
  const violations = records.flatMap((_, at) => {
    const call = calls[at];
    return call === undefined
      ? []
      : [
          ...judge(
            records.slice(0, at + 1),
            { ...call, isShown: isShown(records, calls, at) },
            places,
          ),
          ...judgeRetry(records, calls, at),
        ];
  });
  if (host.upstream.abortedCount < unending)
    violations.push('a target is still asked though nobody waits');
  await runtime.close();
  return {
    violations: violations.map((text) => `seed ${seed}: ${text}`),
    answered: records.filter(({ outcome }) => outcome === 'answered').length,
    left: records.filter(({ outcome }) => outcome === 'client-gone').length,
  };
}

/**
 * Plays so many seeds, or the one that `HOLDFAST_SEED` names, and tells what they broke; together
 * they have something to show.
 */
export async function playPatienceSeeds(first: number, count: number): Promise<readonly string[]> {
  const only = process.env['HOLDFAST_SEED'];
  const violations: string[] = [];
  let [answeredCount, leftCount] = [0, 0];
  for (let n = 0; n < (only === undefined ? count : 1); n++) {
    const run = await playPatience(only === undefined ? first + n : Number(only));
    violations.push(...run.violations);
    answeredCount += run.answered;
    leftCount += run.left;
  }
  if (only === undefined && Math.min(answeredCount, leftCount) < count / 4)
    violations.push('nothing was played');
  return violations;
}

/** Two to four targets at one to three servers. */
function choosePlaces(random: Random): readonly Place[] {
  const servers = random.integer(1, 3);
  return Array.from({ length: random.integer(2, 4) }, (_, n) => ({
    id: `p${random.integer(1, servers)}/m${n}`,
    nature: random.pick(natures),
    delayMs: random.integer(1000, 60_000),
  }));
}

function createConfig(places: readonly Place[], random: Random): object {
  const [main, ...chain] = places.map(({ id }) => id);
  const names = new Set(places.map(({ id }) => id.split('/')[0] ?? ''));
  const providers = [...names].map((name) => {
    const count = random.integer(1, 3);
    const credentials = Array.from({ length: count }, (_, n) => ({
      label: `k${n}`,
      api_key: `sk-test-patience-${name}-${n}`,
    }));
    const settings = {
      selection: random.pick(['fill-first', 'round-robin']),
      ...(random.chance(0.3) ? { timeout: 20 } : {}),
    };
    return [
      name,
      { base_url: `https://${name}.test/v1`, protocol: 'openai-chat', credentials, ...settings },
    ];
  });
  return { main, fallback_chain: chain, providers: Object.fromEntries(providers) };
}

function chooseCall(random: Random): Call {
  const limitMs = random.integer(10, 280) * 1000;
  const seconds = String(limitMs / 1000);
  const headers = random.pick<Headers>([
    { 'x-stainless-timeout': seconds },
    { 'x-stainless-read-timeout': `${seconds}.0` },
    { 'x-stainless-timeout': '600', 'x-stainless-read-timeout': seconds },
    { 'x-server-timeout': seconds },
    { 'grpc-timeout': `${limitMs}m` },
    { 'x-envoy-expected-rq-timeout-ms': String(limitMs) },
    {},
  ]);
  return {
    limitMs,
    headers,
    stream: random.chance(0.15),
    prompt: `prompt ${random.integer(1, 2)}`,
  };
}

/** A clock that starts with the client's wait differs from ours by this part of it at most. */
const wavering = 0.04;

/** One caller that tells nobody how long it waits, and shows it. */
function chooseUntold(random: Random): readonly Call[] {
  const limitMs = random.integer(20, 200) * 1000;
  return Array.from({ length: random.integer(4, 9) }, (_, at) => ({
    limitMs: Math.round(limitMs * (1 - random.integer(0, 1000 * wavering) / 1000)),
    headers: {},
    stream: random.chance(0.1),
    prompt: `prompt ${random.chance(0.3) ? random.integer(1, 2) : at + 3}`,
  }));
}

/** It has left three times after this time, and so far not waited for longer. */
function isShown(records: readonly RequestRecord[], calls: readonly Call[], at: number): boolean {
  const departed = records
    .slice(0, at)
    .filter(({ outcome }, n) => outcome === 'client-gone' && calls[n]?.stream === false);
  return departed.length >= 3 && calls.every(({ headers }) => Object.keys(headers).length === 0);
}

function answer(
  places: readonly Place[],
  { body }: UpstreamRequest,
): { readonly step: UpstreamStep; readonly ends: boolean } {
  const asked = JSON.parse(String(body));
  const place = places.find(({ id }) => id.endsWith(asked.model));
  const good = asked.stream === true ? streamed : answered;
  switch (place?.nature) {
    case 'silent':
      return { step: { silent: true }, ends: false };
    case 'head':
      return { step: { stallAfter: true }, ends: false };
    case 'pings':
      return {
        step: { chunks: new Array(40).fill(' '), chunkDelayMs: 9000, stallAfter: true },
        ends: false,
      };
    case 'slow':
      return { step: { ...good, delayMs: place.delayMs }, ends: true };
    default:
      return { step: { ...good, delayMs: 200 }, ends: true };
  }
}

/** Asks, and leaves when the limit is over. */
async function ask(
  { host, runtime }: { readonly host: FakeHost; readonly runtime: Runtime },
  { limitMs, headers, stream, prompt }: Call,
): Promise<void> {
  const caller = new AbortController();
  const timer = host.clock.startTimer(limitMs, () => caller.abort());
  let isOver = false;
  const messages = [{ role: 'user', content: prompt }];
  const body = Buffer.from(JSON.stringify({ model: 'main', stream, messages }));
  const sink = {
    head: () => undefined,
    write: () => true,
    onDrain: () => undefined,
    end: () => undefined,
  };
  void runtime
    .exchange(
      {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: { ...headers, 'user-agent': 'agent/1' },
        body,
        signal: caller.signal,
      },
      sink,
    )
    .finally(() => {
      isOver = true;
    });
  while (!isOver) await host.advance(20_000);
  timer.cancel();
}

/** What no request may show. */
function judge(
  records: readonly RequestRecord[],
  call: Call & { readonly isShown: boolean },
  places: readonly Place[],
): readonly string[] {
  const attempts = records.at(-1)?.attempts ?? [];
  const isBounded = !call.stream && (call.isShown || Object.keys(call.headers).length > 0);
  // What it has shown may be a little more than this time's limit.
  const limitMs = call.isShown ? call.limitMs / (1 - wavering) : call.limitMs;
  return [
    ...(attempts.length > attemptBudget ? [`made ${attempts.length} attempts`] : []),
    ...judgeOverlap(attempts),
    ...judgeKeys(attempts),
    ...(isBounded ? judgeLimit(records, { ...call, limitMs }, places) : []),
  ];
}

/** One loop stays one loop. */
function judgeOverlap(attempts: readonly AttemptRecord[]): readonly string[] {
  return attempts.slice(1).flatMap((attempt, at) => {
    const before = attempts[at];
    const isAtOnce =
      before !== undefined && attempt.startedAt < before.startedAt + before.durationMs;
    return isAtOnce ? [`asked ${attempt.target} while ${before.target} was under way`] : [];
  });
}

function judgeKeys(attempts: readonly AttemptRecord[]): readonly string[] {
  return attempts.flatMap(({ target, credential, failure }, at) => {
    if (failure?.class !== 'timeout' && failure?.class !== 'stream-stall') return [];
    const other = attempts
      .slice(at + 1)
      .find((later) => later.target === target && later.credential !== credential);
    return other === undefined
      ? []
      : [`${target} was asked with another key after it had kept silent`];
  });
}

/**
 * While another is free nobody keeps the request beyond half of what is left, and whoever is well
 * answers in time.
 */
function judgeLimit(
  records: readonly RequestRecord[],
  { limitMs }: Call,
  places: readonly Place[],
): readonly string[] {
  const record = records.at(-1);
  if (record === undefined) return [];
  const { attempts, at, outcome } = record;
  const rests = records.flatMap((one) => one.attempts);
  const found: string[] = [];
  for (const [n, { target, startedAt, durationMs }] of attempts.entries()) {
    const leftMs = limitMs - (startedAt - at);
    const boundMs = Math.max(leastMs, leftMs / 2) + lookMs;
    const asked = new Set(attempts.slice(0, n + 1).map((one) => one.target));
    const isFree = ({ id }: Place): boolean =>
      !asked.has(id) &&
      !rests.some(
        (rest) => rest.target === id && (rest.heldBack?.until ?? 0) > startedAt + boundMs,
      ) &&
      !attempts.some((later) => later.target === id && later.isProbe === true);
    const free = places.find(isFree);
    if (durationMs > boundMs && free !== undefined)
      found.push(`${target} had ${durationMs} of ${leftMs} ms although ${free.id} was free`);
  }
  const restMs = places.slice(1).reduce((rest) => rest - Math.max(leastMs, rest / 2), limitMs);
  const isWell = places.some(({ nature }) => nature === 'well');
  if (isWell && restMs > 500 && outcome !== 'answered')
    found.push(`a limit of ${limitMs} ms: ${outcome}`);
  return found;
}

/**
 * What its caller left begins elsewhere when it comes again, and nothing else does. When all
 * targets were asked in vain by the tries of one prompt, the next try begins anew.
 */
function judgeRetry(
  records: readonly RequestRecord[],
  calls: readonly Call[],
  at: number,
): readonly string[] {
  const [record, call] = [records[at], calls[at]];
  const before = calls.slice(0, at).findLastIndex(({ prompt }) => prompt === call?.prompt);
  const predecessor = records[before];
  const first = record?.attempts[0];
  if (call === undefined || call.stream || first === undefined || predecessor === undefined)
    return [];
  const last = predecessor.attempts.at(-1);
  const hasLeft = predecessor.outcome === 'client-gone' && (last?.durationMs ?? 0) >= leastMs;
  if (!hasLeft || (record?.at ?? 0) - predecessor.at - predecessor.durationMs > 120_000) return [];
  const asked = new Set(predecessor.attempts.map(({ target }) => target));
  const tries = records.slice(0, at).filter((_, index) => calls[index]?.prompt === call.prompt);
  const ever = new Set(tries.flatMap(({ attempts }) => attempts.map(({ target }) => target)));
  const all = [...(record?.attempts ?? []), ...(record?.skipped ?? [])];
  if (tries.length > 1 && all.every(({ target }) => ever.has(target))) return [];
  const isElsewhere = !asked.has(first.target);
  const others =
    record?.skipped.filter(({ target, cause }) => cause === 'not-needed' && !asked.has(target)) ??
    [];
  return isElsewhere || others.length === 0
    ? []
    : [`came again and began at ${first.target}, which had been asked in vain`];
}
