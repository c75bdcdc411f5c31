/**
 * What the word means with which an answer ends, in every protocol (laws 9 and 17). The only place
 * that knows these words: the watch of a stream, the judge of a whole answer and the translate leg
 * ask here. Pure.
 */

import type { WireObject } from '../json/is-record.ts';
import type { NeutralFinish } from './neutral.ts';

/** How an answer ended. */
export interface Finish {
  /** As the provider wrote it; undefined where it wrote none. */
  readonly word: string | undefined;
  /**
   * `broken`: the word says that the answer failed. `unknown`: it may mean anything, and is taken
   * for a normal end.
   */
  readonly kind: 'known' | 'unknown' | 'broken' | 'none';
  readonly unified: NeutralFinish;
  /** It explains why an answer has no content. */
  readonly explainsEmpty: boolean;
}

export const noFinish: Finish = {
  word: undefined,
  kind: 'none',
  unified: 'other',
  explainsEmpty: false,
};

/**
 * Words of all four protocols, in lower case: servers of one protocol pass on the words of another.
 */
const words: readonly (readonly [NeutralFinish, readonly string[]])[] = [
  [
    'stop',
    ['stop', 'end_turn', 'stop_sequence', 'pause_turn', 'completed', 'queued', 'in_progress'],
  ],
  ['tool-calls', ['tool_calls', 'function_call', 'tool_use']],
  ['length', ['length', 'max_tokens', 'max_output_tokens', 'model_context_window_exceeded']],
  ['length', ['continuation', 'incomplete']],
  [
    'content-filter',
    ['content_filter', 'refusal', 'safety', 'recitation', 'language', 'blocklist', 'spii'],
  ],
  [
    'content-filter',
    ['prohibited_content', 'image_safety', 'image_prohibited_content', 'image_recitation'],
  ],
];
/** Normal ends that come without content for a reason. */
const pauses: ReadonlySet<string> = new Set([
  'stop_sequence',
  'pause_turn',
  'queued',
  'in_progress',
]);
const meanings = new Map(
  words.flatMap(([unified, list]) => list.map((word) => [word, knownFinish(word, unified)])),
);

/** Parts of words that name a failure. `time_output` is about output. */
const failures =
  /error|abort|fail|cancel|timed?_?out(?!put)|network|malformed|insufficient_system_resource/;
/**
 * The same denied: `no_error`, `not_cancelled`, `error_free`. `no_network` denies the network, not
 * the failure.
 */
const denials =
  /(?<![a-z])(?:no|non|not|un|never|without|zero)_?(?:network_)?(?:error|abort|fail|cancel|timed?_?out)[a-z]*|(?:error|fail|failure)s?_?free/g;
/**
 * Google's ends of an answer that nobody can use; it writes `OTHER` for what it cannot name. Read
 * 2026-11: https://ai.google.dev/api/generate-content#FinishReason
 */
const givenUp =
  /^(?:unexpected_tool_calls?|too_many_tool_calls|missing_thought_signature|.*_unspecified)$/;
const unnamed: ReadonlySet<string> = new Set(['OTHER', 'IMAGE_OTHER']);

/** Whatever is no text that says something is no finish. */
export function judgeFinish(value: unknown): Finish {
  if (typeof value !== 'string') return noFinish;
  const word = value.trim();
  if (word === '') return noFinish;
  const known = meanings.get(word.toLowerCase());
  if (known !== undefined) return known.word === word ? known : { ...known, word };
  if (saysFailure(word)) return { word, kind: 'broken', unified: 'error', explainsEmpty: false };
  // Google's own server of OpenAI's protocol writes `content_filter: RECITATION`.
  const first = meanings.get(word.toLowerCase().replace(/\s*:.*$/s, ''));
  if (first !== undefined) return { ...first, word };
  return { word, kind: 'unknown', unified: 'other', explainsEmpty: false };
}

/** How several answers of one request ended: as the first did, unless one of them failed. */
export function judgeFinishes(answers: readonly WireObject[], field: string): Finish {
  let first: Finish | undefined;
  for (const answer of answers) {
    const finish = judgeFinish(answer[field]);
    if (finish.kind === 'broken') return finish;
    first ??= finish;
  }
  return first ?? noFinish;
}

/**
 * The vendor refuses to answer the prompt. Its reason for that is no word with which an answer
 * ends.
 */
export const refusedPrompt: Finish = {
  word: undefined,
  kind: 'known',
  unified: 'content-filter',
  explainsEmpty: true,
};

function knownFinish(word: string, unified: NeutralFinish): Finish {
  const isReason = unified === 'length' || unified === 'content-filter' || pauses.has(word);
  return { word, kind: 'known', unified, explainsEmpty: isReason };
}

function saysFailure(word: string): boolean {
  if (unnamed.has(word)) return true;
  const plain = word
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '_');
  return givenUp.test(plain) || failures.test(plain.replace(denials, ''));
}

/**
 * The finish that may be told in another protocol. Throws for a failed answer: it has no end to
 * tell.
 */
export function requireEnd(finish: NeutralFinish): Exclude<NeutralFinish, 'error'> {
  if (finish === 'error') throw new TypeError('the answer failed, so it has no end');
  return finish;
}
