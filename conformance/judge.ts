/**
 * What the providers must have seen for a scene to count: each says why it is not that scene, or
 * nothing.
 */

import type { SimAttempt } from '../src/sim/index.ts';
import { ClaudeCache, readBlocks } from '../test/caching/claude-cache.ts';
import { findBreak } from './prefix.ts';

/** What the providers saw while the client ran. */
export interface Seen {
  readonly main: readonly SimAttempt[];
  readonly spare: readonly SimAttempt[];
  /** Of the provider that `title_generation` is routed to. */
  readonly side: readonly SimAttempt[];
}

/** Every turn was answered, without the image, and begins with the turn before it. */
export function judgeBlind(
  seen: Seen,
  { answers, descriptions }: { readonly answers: number; readonly descriptions: number },
): string | undefined {
  // The gateway also asks a local server how many requests it answers at a time.
  const [main, spare] = [seen.main.filter(isPost), seen.spare.filter(isPost)];
  const described = spare.length === descriptions;
  return (
    atLeast(answers, main, hasStatus(200), 'answers') ??
    (main.some(hasStatus(400)) ? 'the model that sees none was shown the image' : undefined) ??
    (described
      ? undefined
      : `the image was described ${spare.length} times, not ${descriptions}`) ??
    findBreak(main.map(({ body }) => body ?? ''))
  );
}

const isPost = ({ method }: SimAttempt): boolean => method === 'POST';

/**
 * Each kind of body was answered: a picture, one that is edited in a form, sound both ways, a file
 * there and back, a batch.
 */
export function judgeBodies({ main }: Seen): string | undefined {
  const paths = [
    /\/images\/generations$/,
    /\/images\/edits$/,
    /\/audio\/speech$/,
    /\/audio\/transcriptions$/,
    /\/files$/,
    /\/files\/[^/]+\/content$/,
    /\/batches$/,
  ];
  const unseen = paths.find(
    (path) => !main.some((one) => path.test(one.path) && one.status === 200),
  );
  return unseen === undefined ? undefined : `the provider answered no ${unseen.source}`;
}

/** How much of what could have been read was: by the bodies as they were sent. */
export function judgeCache(main: readonly SimAttempt[], least: number): string | undefined {
  const cache = new ClaudeCache(1024);
  const asked = main.filter(({ status, body }) => status === 200 && body?.includes('"messages"'));
  const told = asked.map(({ body = '', at }) => cache.ask(readBlocks(body), at));
  const [read, ideal] = [sumOf(told.map((one) => one.read)), sumOf(told.map((one) => one.ideal))];
  const turns = atLeast(10, asked, () => true, 'answers');
  const share = `${read} of ${ideal} tokens were read from the cache`;
  return turns ?? (read < least * ideal || ideal === 0 ? share : undefined);
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

export function hasStatus(status: number): (attempt: SimAttempt) => boolean {
  return (attempt) => attempt.status === status;
}

export function atLeast(
  ...[count, attempts, isMeant, what]: readonly [
    number,
    readonly SimAttempt[],
    (attempt: SimAttempt) => boolean,
    string,
  ]
): string | undefined {
  const found = attempts.filter(isMeant).length;
  return found >= count ? undefined : `the provider saw ${found} ${what}, not ${count}`;
}
