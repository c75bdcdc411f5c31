/**
 * The moves of the classes as a table: class and situation in, decision out; and the laws no
 * situation may break.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureClasses } from '../../failures/classes.ts';
import type { Decision } from '../../model/decision.ts';
import type { Failure, FailureClass } from '../../model/failure.ts';
import { decide, type Situation } from './decide.ts';

const alone: Situation = {
  repeats: 0,
  amendment: undefined,
  hasReread: false,
  hasOtherCredential: false,
  hasOtherTarget: false,
  hasLargerWindow: false,
  hasOtherProvider: false,
  hasRefusedElsewhere: false,
  isOtherRefused: false,
  isProbe: false,
  attemptsLeft: 11,
  repeatsLeftMs: 120_000,
  leftMs: 600_000,
  mayWait: true,
  hasWorkedLately: false,
  retriesAllowed: true,
  random: 0.5,
};
const withTarget = { hasOtherTarget: true, hasOtherProvider: true };

function failureOf(failureClass: FailureClass, facts: Partial<Failure> = {}): Failure {
  return { class: failureClass, evidence: { rule: 'test', kind: 'status' }, message: '', ...facts };
}

function summarise(decision: Decision): string {
  return decision.kind === 'retry' ? `retry ${decision.delayMs}` : decision.kind;
}

describe('decide', () => {
  it.each<[string, Failure, Partial<Situation>, string]>([
    ['a rejected key is read again first', failureOf('auth-rejected'), {}, 'reread'],
    [
      'a rejected key gets no second request',
      failureOf('auth-rejected'),
      { hasReread: true },
      'stop',
    ],
    [
      'a suspect key is rechecked after 1 s',
      failureOf('auth-suspect'),
      { hasReread: true },
      'retry 1000',
    ],
    ['and after 3 s', failureOf('auth-suspect'), { hasReread: true, repeats: 1 }, 'retry 3000'],
    ['three requests in all', failureOf('auth-suspect'), { hasReread: true, repeats: 2 }, 'stop'],
    [
      'then another key',
      failureOf('auth-suspect'),
      { hasReread: true, repeats: 2, hasOtherCredential: true },
      'rotate',
    ],
    [
      'what alone is too much of an answer is asked for less',
      failureOf('context-overflow'),
      { hasLargerWindow: true, amendment: 'with at most 1004 tokens to write' },
      'retry 0',
    ],
    ['an empty balance is never asked again', failureOf('billing'), {}, 'stop'],
    ['an empty balance goes to the next target', failureOf('billing'), withTarget, 'next-target'],
    [
      'a short Retry-After is waited for once',
      failureOf('rate-limit', { retryAfterMs: 2000 }),
      withTarget,
      'retry 2000',
    ],
    [
      'never less than the backoff',
      failureOf('rate-limit', { retryAfterMs: 1 }),
      withTarget,
      'retry 375',
    ],
    [
      'a second limit falls back',
      failureOf('rate-limit', { retryAfterMs: 2000 }),
      { ...withTarget, repeats: 1 },
      'next-target',
    ],
    [
      'an hour is not slept on: its mark is written first',
      failureOf('rate-limit', { retryAfterMs: 3_600_000 }),
      {},
      'wait',
    ],
    ['a limit without an end is waited for with all others', failureOf('rate-limit'), {}, 'wait'],
    ['an outage is waited for', failureOf('overloaded'), { repeats: 2 }, 'wait'],
    ['what comes back by nobody is not waited for', failureOf('malformed'), { repeats: 1 }, 'stop'],
    [
      'a limit without an end falls back at once',
      failureOf('rate-limit'),
      withTarget,
      'next-target',
    ],
    ['a server error is retried twice', failureOf('server-error'), withTarget, 'retry 375'],
    [
      'and then falls back',
      failureOf('server-error'),
      { ...withTarget, repeats: 2 },
      'next-target',
    ],
    ['x-should-retry: false is obeyed', failureOf('overloaded', { mayRetry: false }), {}, 'stop'],
    ['a silent target is left at once', failureOf('timeout'), withTarget, 'next-target'],
    ['the last silent target is asked once more', failureOf('timeout'), {}, 'retry 375'],
    [
      'a context overflow does not go to an equal window',
      failureOf('context-overflow'),
      withTarget,
      'stop',
    ],
    [
      'a context overflow goes to a larger window',
      failureOf('context-overflow'),
      { ...withTarget, hasLargerWindow: true },
      'next-target',
    ],
    ['a policy refusal is not routed around', failureOf('content-policy'), withTarget, 'stop'],
    [
      'a bare 400 may ask one other provider',
      failureOf('refused-request'),
      withTarget,
      'next-target',
    ],
    [
      'and no third',
      failureOf('refused-request'),
      { ...withTarget, hasRefusedElsewhere: true },
      'stop',
    ],
    ['an untrusted certificate gets one request', failureOf('tls'), {}, 'stop'],
    [
      'an outage may not become a storm',
      failureOf('server-error'),
      { retriesAllowed: false, ...withTarget },
      'next-target',
    ],
    [
      'a probe that fails is not repeated while another target is free',
      failureOf('overloaded'),
      { ...withTarget, isProbe: true },
      'next-target',
    ],
    ['nor when nothing else is', failureOf('overloaded'), { isProbe: true }, 'wait'],
    [
      'a key that a probe finds refused is asked again like every other',
      failureOf('auth-suspect'),
      { hasReread: true, isProbe: true },
      'retry 1000',
    ],
    [
      'an only key that worked lately is asked after 10 and 25 s too',
      failureOf('auth-suspect'),
      { hasReread: true, repeats: 3, hasWorkedLately: true },
      'retry 15000',
    ],
    [
      'but not where another key is free',
      failureOf('auth-suspect'),
      { hasReread: true, repeats: 2, hasWorkedLately: true, hasOtherCredential: true },
      'rotate',
    ],
    [
      'a refused parameter is left out, at once',
      failureOf('parameter'),
      { amendment: 'without x' },
      'retry 0',
    ],
    ['and only once', failureOf('parameter'), withTarget, 'next-target'],
    [
      'a request too dear is made smaller',
      failureOf('too-dear'),
      { amendment: 'smaller' },
      'retry 0',
    ],
    [
      'a foreign history is repaired',
      failureOf('foreign-history'),
      { amendment: 'repaired' },
      'retry 0',
    ],
    ['a spent budget stops', failureOf('server-error'), { attemptsLeft: 0, ...withTarget }, 'stop'],
  ])('%s', (_law, failure, situation, expected) => {
    expect(summarise(decide(failure, { ...alone, ...situation }))).toBe(expected);
  });

  const classes = fc.constantFrom(...parseClasses(Object.keys(failureClasses)));
  const failures = fc
    .record({
      class: classes,
      retryAfterMs: fc.option(fc.integer({ min: 1, max: 10_000_000 }), { nil: undefined }),
    })
    .map(({ class: failureClass, retryAfterMs }) =>
      failureOf(failureClass, retryAfterMs === undefined ? {} : { retryAfterMs }),
    );
  const situations: fc.Arbitrary<Situation> = fc.record({
    repeats: fc.integer({ min: 0, max: 12 }),
    amendment: fc.option(fc.constant('without top_k'), { nil: undefined }),
    hasReread: fc.boolean(),
    hasOtherCredential: fc.boolean(),
    hasOtherTarget: fc.boolean(),
    hasLargerWindow: fc.boolean(),
    hasOtherProvider: fc.boolean(),
    hasRefusedElsewhere: fc.boolean(),
    isOtherRefused: fc.boolean(),
    isProbe: fc.boolean(),
    attemptsLeft: fc.integer({ min: 0, max: 12 }),
    repeatsLeftMs: fc.integer({ min: 0, max: 120_000 }),
    mayWait: fc.boolean(),
    leftMs: fc.integer({ min: 0, max: 600_000 }),
    hasWorkedLately: fc.boolean(),
    retriesAllowed: fc.boolean(),
    random: fc.double({ min: 0, max: 0.999, noNaN: true }),
  });

  it('waits only when the wait fits the budget', () => {
    fc.assert(
      fc.property(failures, situations, (failure, situation) => {
        const decision = decide(failure, situation);
        if (decision.kind === 'retry')
          expect(decision.delayMs).toBeLessThanOrEqual(situation.repeatsLeftMs);
      }),
    );
  });

  it('never goes on when the attempts or the time are used up', () => {
    fc.assert(
      fc.property(failures, situations, (failure, situation) => {
        expect(decide(failure, { ...situation, attemptsLeft: 0 }).kind).toBe('stop');
        expect(decide(failure, { ...situation, leftMs: 0 }).kind).toBe('stop');
      }),
    );
  });

  it.each([
    ['rotate', { hasOtherCredential: true }],
    ['next-target', { hasOtherTarget: true }],
    ['next-target-with-larger-window', { hasLargerWindow: true }],
    ['other-provider-once', { hasOtherProvider: true, hasRefusedElsewhere: false }],
  ] as const)('never stops while %s is possible and the class advances by it', (wanted, free) => {
    fc.assert(
      fc.property(failures, situations, (failure, situation) => {
        fc.pre(failureClasses[failure.class].moves.some(({ move }) => move === wanted));
        fc.pre(situation.attemptsLeft > 0 && situation.leftMs > 0);
        expect(decide(failure, { ...situation, ...free }).kind).not.toBe('stop');
      }),
    );
  });

  it('never sends a request again to a target that refused it as too long, nor with another key', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const decision = decide(failureOf('context-overflow'), {
          ...situation,
          amendment: undefined,
        });
        expect(['next-target', 'stop']).toContain(decision.kind);
      }),
    );
  });

  it('never sends a request that was refused for itself again to the same target', () => {
    const faults = fc.constantFrom(...requestFaults).map((name) => failureOf(name));
    fc.assert(
      fc.property(faults, situations, (failure, situation) => {
        const decision = decide(failure, situation);
        const isOtherRequest = decision.kind === 'retry' && decision.isAmended;
        expect(isOtherRequest || ['next-target', 'stop'].includes(decision.kind)).toBe(true);
      }),
    );
  });

  it('never repeats what the provider asks not to repeat', () => {
    fc.assert(
      fc.property(failures, situations, (failure, situation) => {
        const decision = decide({ ...failure, mayRetry: false }, situation);
        expect(decision.kind === 'retry' && !decision.isAmended).toBe(false);
      }),
    );
  });

  it('waits at least as long as the provider asks', () => {
    fc.assert(
      fc.property(failures, situations, (failure, situation) => {
        const decision = decide(failure, situation);
        if (decision.kind === 'retry' && failure.class !== 'auth-suspect')
          expect(decision.delayMs).toBeGreaterThanOrEqual(failure.retryAfterMs ?? 0);
      }),
    );
  });

  it('ends every chain of failures within 12 attempts and 120 s of waiting', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(failures, situations), { minLength: 40, maxLength: 40 }),
        (chain) => {
          const walked = walk(chain);
          expect(walked.attempts).toBeLessThanOrEqual(12);
          expect(walked.waitedMs).toBeLessThanOrEqual(120_000);
        },
      ),
    );
  });

  it('decides equally on equal inputs', () => {
    fc.assert(
      fc.property(failures, situations, (failure, situation) => {
        expect(decide(failure, situation)).toEqual(decide(failure, situation));
      }),
    );
  });
});

/** One request that meets these failures one after the other, whatever else is free at each. */
function walk(chain: readonly (readonly [Failure, Situation])[]): {
  attempts: number;
  waitedMs: number;
} {
  const repeats = new Map<FailureClass, number>();
  let [attempts, waitedMs, hasReread] = [0, 0, false];
  for (const [failure, around] of chain) {
    attempts += 1;
    const own = {
      repeats: repeats.get(failure.class) ?? 0,
      attemptsLeft: 12 - attempts,
      repeatsLeftMs: 120_000 - waitedMs,
    };
    let decision = decide(failure, { ...around, ...own, hasReread });
    if (decision.kind === 'reread') {
      hasReread = true;
      decision = decide(failure, { ...around, ...own, hasReread });
    }
    if (decision.kind === 'stop') break;
    if (decision.kind !== 'retry') continue;
    waitedMs += decision.delayMs;
    repeats.set(failure.class, own.repeats + 1);
  }
  return { attempts, waitedMs };
}

const requestFaults = parseClasses(Object.keys(failureClasses)).filter(
  (name) => failureClasses[name].isRequestFault === true,
);

function parseClasses(names: readonly string[]): readonly FailureClass[] {
  return names as readonly FailureClass[];
}
