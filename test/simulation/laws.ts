/**
 * The laws of a run: what no request may do, whatever the providers do. Each check returns what it
 * found broken, in words.
 */

import { fingerprintOf } from '../../src/config/secrets/fingerprint.ts';
import type { Identity } from '../../src/credentials/health/marks.ts';
import { rowOfClass } from '../../src/failures/classes.ts';
import type { Decision } from '../../src/model/decision.ts';
import type { EngineEvent } from '../../src/model/events.ts';
import type { FailureClass, Mark } from '../../src/model/failure.ts';
import type { AttemptRecord, RequestRecord } from '../../src/model/record.ts';
import type { Target } from '../../src/model/target.ts';
import { listWords } from './faulty-upstream.ts';
import { type Asking, failingFinishes } from './scenario.ts';
import { type Stage, startAt, type Told } from './stage.ts';

const attemptBudget = 12;
const repeatBudgetMs = 120_000;
const longestMs = 600_000;

/**
 * Never an attempt on something whose mark was there when the request leased it, unless it is the
 * probe; or, once the window is over, one of two on their way behind a probe that shows nothing for
 * 5 s.
 */
export function judgeDispatch({ host, runtime, upstream, store }: Stage): readonly string[] {
  const sent = upstream.sent.at(-1);
  if (sent === undefined) return ['something was sent that nobody knows of'];
  const request = `r${sent.number}`;
  const now = host.clock.now();
  const candidate = [...runtime.config().providers.values()]
    .filter(({ name }) => name === sent.provider)
    .flatMap((provider) => identitiesOf(runtime, provider.targetFor(sent.model)))
    .find(({ secret }) => secret === sent.key);
  if (candidate === undefined) return [`${request} went to ${sent.provider} with a key of another`];
  return store
    .covering(candidate.identity)
    .filter(({ since, key }) => since < now && store.probers.get(key) !== request)
    .filter(
      (mark) => store.isOpen(mark, now) || (isShownByHead(mark) && store.follow(mark, request) > 2),
    )
    .map(({ key }) => `${request} was sent in spite of "${key}", and is not its probe`);
}

/**
 * Marks of silence stand until a whole answer, and whoever waits for them goes at the commit of a
 * probe.
 */
function isShownByHead({ cause }: Mark): boolean {
  return rowOfClass(cause).mark?.endedBy === 'head';
}

type Rescue = Extract<EngineEvent, { readonly type: 'rescue' }>;

/**
 * Never a stop, nor a wait, while another target is free and the class advances. Only targets of
 * another origin are looked at: they help against everything.
 */
export function judgeStop(
  stage: Stage,
  { requestId, target: at, failure, decision }: Rescue,
): readonly string[] {
  const { host, runtime, store, upstream } = stage;
  const advances = rowOfClass(failure.class).moves.some(({ move }) => move === 'next-target');
  if (!advances || decision.reason.includes('12 attempts')) return [];
  const number = Number(requestId.slice(1));
  const asking = stage.scenario.askings.find((found) => found.number === number);
  const task = runtime.config().tasks?.get(asking?.model ?? '');
  if (decision.reason.includes('time is used up') && (task !== undefined || isLong(stage, asking)))
    return [];
  const route = runtime.config().routes.get(asking?.model ?? '');
  const here = route?.targets.find(({ target }) => target.id === at)?.target;
  if (route === undefined || here === undefined || stage.narrowed.has(requestId)) return [];
  const now = host.clock.now();
  const asked = new Set(
    upstream.sent.filter((sent) => sent.number === number).map(({ provider }) => provider),
  );
  return route.targets
    .map(({ target }) => target)
    .filter((target) => target.origin !== here.origin && !asked.has(target.provider))
    .filter((target) =>
      identitiesOf(runtime, target).some(({ identity }) =>
        store.covering(identity).every((mark) => !store.isOpen(mark, now)),
      ),
    )
    .map(
      (target) =>
        `${requestId} stopped at ${at} over ${failure.class} although ${target.id} was free`,
    );
}

function isLong({ host }: Stage, asking: Asking | undefined): boolean {
  return host.clock.now() - startAt - (asking?.at ?? 0) >= longestMs;
}

/** What a record tells: budgets, repetitions, requests that were refused for themselves. */
export function judgeRecord(record: RequestRecord): readonly string[] {
  const { id } = record;
  const attempts = record.attempts.filter(({ isProbe }) => isProbe !== true);
  return [
    ...(attempts.length > attemptBudget ? [`${id} made ${attempts.length} attempts`] : []),
    ...judgeTimes(record),
    ...judgeRepeats(record),
    ...judgeRefused(record),
  ];
}

/**
 * Repeats end after 120 s of failed attempts and pauses; nothing is begun after 600 s, but for what
 * has content to go on with.
 */
function judgeTimes({ id, at, attempts }: RequestRecord): readonly string[] {
  return attempts.flatMap((attempt, index) => {
    const before = attempts.slice(0, index);
    const hasFlowed = before.some(({ failure }) => failure !== undefined && isBreak(failure.class));
    const isRepeat = before.some(
      (one) => one.target === attempt.target && one.fingerprint === attempt.fingerprint,
    );
    const spentMs = before.reduce((sum, one) => sum + spentBy(one), 0);
    const late = attempt.startedAt - at > longestMs && !hasFlowed;
    return [
      ...(late ? [`${id} began an attempt after ${attempt.startedAt - at} ms`] : []),
      ...(isRepeat && attempt.isProbe !== true && spentMs > repeatBudgetMs
        ? [`${id} repeated an attempt after ${spentMs} ms of failed ones and pauses`]
        : []),
    ];
  });
}

/** Time that content flowed is not spent, nor is that of a probe. */
function spentBy({ failure, durationMs, decision, isProbe }: AttemptRecord): number {
  const isFree = isProbe === true || failure === undefined || isBreak(failure.class);
  return (isFree ? 0 : durationMs) + (decision?.kind === 'retry' ? decision.delayMs : 0);
}

function isBreak(failureClass: FailureClass): boolean {
  return failureClass === 'stream-cut' || failureClass === 'stream-stall';
}

/**
 * The same failure of the same secret at the same target, as often as the table repeats it and no
 * more.
 */
function judgeRepeats({ id, attempts }: RequestRecord): readonly string[] {
  const counts = new Map<string, { failureClass: FailureClass; times: number }>();
  for (const { target, fingerprint, failure, decision, isProbe } of attempts) {
    if (failure === undefined || isProbe === true || isAskedInAnotherWay(decision)) continue;
    const key = `${target} ${fingerprint} ${failure.class}`;
    counts.set(key, { failureClass: failure.class, times: (counts.get(key)?.times ?? 0) + 1 });
  }
  return [...counts]
    .filter(([, { failureClass, times }]) => times > 1 + repeatsOf(failureClass))
    .map(([key, { times }]) => `${id} met "${key}" ${times} times`);
}

function repeatsOf(failureClass: FailureClass): number {
  return rowOfClass(failureClass).moves.reduce(
    (sum, move) =>
      sum +
      ('times' in move ? move.times : 0) +
      ('lastTimes' in move ? move.lastTimes - move.times : 0),
    0,
  );
}

/**
 * A target that refused the request itself is not asked again; one that found it too long is
 * followed by larger ones only.
 */
function judgeRefused({ id, attempts }: RequestRecord): readonly string[] {
  return attempts.flatMap(({ target, failure, decision }, index) => {
    if (failure === undefined || !refusals.has(failure.class)) return [];
    if (isAskedInAnotherWay(decision) && mayBeForm.has(failure.class)) return [];
    const again = attempts.slice(index + 1).find((later) => later.target === target);
    return again === undefined
      ? []
      : [`${id} went to ${target} again, which had said ${failure.class}`];
  });
}

const refusals: ReadonlySet<FailureClass> = new Set<FailureClass>([
  'context-overflow',
  'content-policy',
  'bad-request',
  'refused-request',
]);

/**
 * A request changed as its refusal asks is another one; and a target that takes no partial answer
 * of its own is asked by instruction.
 */
function isAskedInAnotherWay(decision: Decision | undefined): boolean {
  if (decision?.kind !== 'retry') return false;
  return decision.isAmended === true || decision.reason.includes('by instruction');
}

const mayBeForm: ReadonlySet<FailureClass> = new Set<FailureClass>([
  'bad-request',
  'refused-request',
]);

/** Which requests go on only to some of their targets: those that were too long or refused. */
export function narrows(failureClass: FailureClass): boolean {
  return rowOfClass(failureClass).moves.some(
    ({ move }) => move === 'next-target-with-larger-window' || move === 'other-provider-once',
  );
}

/**
 * What the caller got: one end, a whole answer or one clean error, nothing twice, and no secret.
 */
export function judgeTold({ upstream }: Stage, told: Told): readonly string[] {
  const { asking, status, heads, ends, text } = told;
  const id = `r${asking.number}`;
  const isGone = asking.goneAfterMs !== undefined;
  const isEnded = ends === 1 && heads === 1;
  return [
    ...(isEnded || isGone ? [] : [`${id} has ${heads} heads and ${ends} ends`]),
    ...(text.includes('sk-test-') ? [`${id} was told a secret`] : []),
    ...(status === 200 && isEnded ? judgeAnswer(told, upstream) : []),
  ];
}

/** Whatever is told as whole is whole. */
export function judgeAnswer(
  { asking, text }: { readonly asking: Pick<Asking, 'number' | 'stream'>; readonly text: string },
  upstream: Pick<Stage['upstream'], 'unfinished' | 'emptied' | 'foreign'>,
): readonly string[] {
  const id = `r${asking.number}`;
  const { content, hasError, markers, finish } = asking.stream ? readStream(text) : readWhole(text);
  if (hasError) return markers === 0 ? [] : [`${id} has an error and a normal end`];
  if (markers !== 1) return [`${id} has ${markers} ends of its answer`];
  // It ends with the provider's own word that it has failed: it is not told as whole.
  if (upstream.unfinished.has(asking.number) && failingFinishes.includes(finish ?? '')) return [];
  if (content === '' && upstream.emptied.has(asking.number)) return [];
  const tail = upstream.foreign.get(asking.number);
  const isWhole =
    tail === undefined ? content === listWords(asking.number).join('') : content.endsWith(tail);
  return isWhole ? [] : [`${id} was told "${content}" as a whole answer`];
}

interface ReadAnswer {
  /** Why it ended, in the provider's words. */
  readonly finish: string | undefined;
  readonly content: string;
  readonly hasError: boolean;
  readonly markers: number;
}

function readStream(text: string): ReadAnswer {
  const data = text
    .split('\n\n')
    .flatMap((frame) => (frame.startsWith('data: ') ? [frame.slice(6)] : []));
  const events = data.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  return {
    content: events.map((event) => event.choices?.[0]?.delta?.content ?? '').join(''),
    hasError: events.some((event) => event.error !== undefined),
    markers: data.filter((line) => line === '[DONE]').length,
    finish: events
      .map((event) => event.choices?.[0]?.finish_reason)
      .findLast((word) => word != null),
  };
}

function readWhole(text: string): ReadAnswer {
  const body = JSON.parse(text);
  return {
    content: body.choices?.[0]?.message?.content ?? '',
    hasError: body.error !== undefined,
    markers: 1,
    finish: body.choices?.[0]?.finish_reason,
  };
}

interface Found {
  readonly identity: Identity;
  readonly secret: string;
}

/** Every key of a target as the marks see it. */
function identitiesOf(
  runtime: Stage['runtime'],
  { origin, site, model, pool }: Target,
): readonly Found[] {
  return (runtime.config().pools.get(pool) ?? []).flatMap(({ locator, account }) => {
    if (locator.kind !== 'literal') return [];
    const fingerprint = fingerprintOf(origin, locator.value);
    return [
      {
        identity: {
          origin,
          site,
          model,
          operation: 'generate',
          fingerprint,
          account: account ?? fingerprint,
        },
        secret: locator.value,
      },
    ];
  });
}
