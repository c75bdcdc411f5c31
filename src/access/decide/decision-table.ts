/**
 * The one table that maps a failure's class to what may be done about it, for every task (law 9). Data; `decide` reads it. Three
 * cases of the request itself come before it: see `decideNext`.
 */

import type { Failure, FailureClass } from '../../model/failure.ts';

/** Something that may be done; the first that applies is. */
export type Move =
  /** Read the credential's source again; once for each secret. */
  | { readonly move: 'reread' }
  /** The same key 1 s and 4 s after its first refusal; where nothing else is free and it has worked lately, 10 s and 25 s after it too. */
  | { readonly move: 'recheck'; readonly times: number; readonly lastTimes: number }
  /** The same request after a backoff. */
  | { readonly move: 'retry'; readonly times: number }
  /** Wait as long as the provider asked, if that is short. */
  | { readonly move: 'wait-short'; readonly times: number; readonly atMostMs: number }
  /** Nothing else is free: wait with all others for the end of the mark (law 11). */
  | { readonly move: 'wait' }
  /** Nothing else is free: the same target once more. */
  | { readonly move: 'retry-last'; readonly times: number }
  /** The same target once more, with the request changed as its refusal asks. */
  | { readonly move: 'amend' }
  | { readonly move: 'rotate' }
  | { readonly move: 'next-target' }
  /** Whose context window is not known to be no larger. */
  | { readonly move: 'next-target-with-room' }
  /** One target of another provider; when that refuses too, the first refusal stands. */
  | { readonly move: 'other-provider-once' };

const reread = { move: 'reread' } as const;
const rotate = { move: 'rotate' } as const;
const amend = { move: 'amend' } as const;
const nextTarget = { move: 'next-target' } as const;
const wait = { move: 'wait' } as const;
const retryTwice = { move: 'retry', times: 2 } as const;
const retryOnce = { move: 'retry', times: 1 } as const;

/** Classes with an empty list stop at once. */
export const decisionTable: Readonly<Record<FailureClass, readonly Move[]>> = {
  'auth-missing': [rotate, nextTarget],
  'auth-rejected': [reread, rotate, nextTarget],
  'auth-suspect': [reread, { move: 'recheck', times: 2, lastTimes: 4 }, rotate, nextTarget],
  'auth-revoked': [reread, rotate, nextTarget],
  'forbidden-model': [rotate, nextTarget],
  'forbidden-request': [nextTarget],
  billing: [rotate, nextTarget],
  quota: [rotate, nextTarget],
  'too-dear': [amend, nextTarget],
  'rate-limit': [rotate, { move: 'wait-short', times: 1, atMostMs: 5000 }, nextTarget, wait],
  overloaded: [retryTwice, nextTarget, wait],
  'server-error': [retryTwice, nextTarget, wait],
  connect: [retryOnce, nextTarget, wait],
  tls: [nextTarget],
  timeout: [nextTarget, { move: 'retry-last', times: 1 }, wait],
  'stream-cut': [retryTwice, nextTarget, wait],
  'stream-stall': [nextTarget, { move: 'retry-last', times: 1 }, wait],
  malformed: [nextTarget, { move: 'retry-last', times: 1 }, wait],
  empty: [retryOnce, nextTarget],
  unfinished: [nextTarget, { move: 'retry-last', times: 1 }],
  unusable: [amend, nextTarget],
  'model-missing': [nextTarget],
  'not-offered': [nextTarget],
  'context-overflow': [amend, { move: 'next-target-with-room' }],
  parameter: [amend, nextTarget],
  'foreign-history': [amend, nextTarget],
  'no-images': [nextTarget],
  'no-tools': [nextTarget],
  'content-policy': [],
  'bad-request': [],
  'refused-request': [{ move: 'other-provider-once' }],
  'client-gone': [],
  'own-deadline': [],
  local: [],
  unknown: [nextTarget],
};

/** What may be done about this failure. A connection that timed out has cost as much time as any silence, so it is not repeated at once. */
export function movesFor({ class: failureClass, timedOut }: Failure): readonly Move[] {
  return decisionTable[timedOut === true ? 'timeout' : failureClass];
}

/** Faults of the request: the client gets the provider's own status and body for them (law 15). */
export const requestFaults: ReadonlySet<FailureClass> = new Set<FailureClass>([
  'context-overflow',
  'content-policy',
  'parameter',
  'foreign-history',
  'no-images',
  'no-tools',
  'bad-request',
  'refused-request',
]);

/** The target showed nothing for too long: a fault of its server, whichever key it was asked with. */
export function isSilence({ class: failureClass }: Pick<Failure, 'class'>): boolean {
  return failureClass === 'timeout' || failureClass === 'stream-stall';
}

/** The rule of `malformed` for what is no JSON at all, as pages are that stand in the place of a server while it restarts. */
export const notJson = 'not-json';
