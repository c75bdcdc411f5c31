/**
 * Maps finish reasons of every protocol to their meaning (laws 9 and 17). The only place that knows
 * these words: the watch of a stream, the judge of a whole answer and the translate leg use it.
 * Pure.
 */

import type { WireObject } from '../json/is-record.ts';
import type { NeutralFinish } from './neutral.ts';

/** Says how an answer ended. */
export interface Finish {
  /** Is the provider's word; undefined if it sent none. */
  readonly word: string | undefined;
  /** `broken`: the word means that the answer failed. `unknown`: passed on, and noted. */
  readonly kind: 'known' | 'unknown' | 'broken' | 'none';
  readonly unified: NeutralFinish;
  /** True if the finish explains an answer without content. */
  readonly explainsEmpty: boolean;
  /** The vendor's reason for refusing the prompt: no answer was begun. Default: it was not. */
  readonly refusedFor?: string;
}

export const noFinish: Finish = {
  word: undefined,
  kind: 'none',
  unified: 'other',
  explainsEmpty: false,
};

/**
 * Lists the words of all four protocols in lower case, since servers of one protocol pass on the
 * words of another.
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
/** Normal ends that may come without content. */
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
 * Matches their denials: `no_error`, `not_cancelled`, `error_free`. `no_network` denies the
 * network, not the failure.
 */
const denials =
  /(?<![a-z])(?:no|non|not|un|never|without|zero)_?(?:network_)?(?:error|abort|fail|cancel|timed?_?out)[a-z]*|(?:error|fail|failure)s?_?free/g;
/**
 * Google's finish reasons of a useless answer; `OTHER` stands for anything unnamed. Read 2026-11:
 * https://ai.google.dev/api/generate-content#FinishReason
 */
const givenUp =
  /^(?:unexpected_tool_calls?|too_many_tool_calls|missing_thought_signature|.*_unspecified)$/;
/** Parts of words that name a cut, at a limit or for another reason: `repetition_truncation`. */
const cuts = /trunc|(?:^|_)(?:length|limit|limited|limits|max|maximum|budget|cut|cutoff)(?:_|$)/;
const unnamed: ReadonlySet<string> = new Set(['OTHER', 'IMAGE_OTHER']);

/** An empty text, or any other type, is not a finish. */
export function judgeFinish(value: unknown): Finish {
  if (typeof value !== 'string') return noFinish;
  const word = value.trim();
  if (word === '') return noFinish;
  const known = meanings.get(word.toLowerCase());
  if (known !== undefined) return known.word === word ? known : { ...known, word };
  if (saysFailure(word)) return { word, kind: 'broken', unified: 'error', explainsEmpty: false };
  // Google's OpenAI-compatible server sends `content_filter: RECITATION`.
  const first = meanings.get(word.toLowerCase().replace(/\s*:.*$/s, ''));
  if (first !== undefined) return { ...first, word };
  const unified = cuts.test(toPlain(word)) ? 'length' : 'other';
  return { word, kind: 'unknown', unified, explainsEmpty: false };
}

/** Several answers of one request end as the first did, unless one of them failed. */
export function judgeFinishes(answers: readonly WireObject[], field: string): Finish {
  let first: Finish | undefined;
  for (const answer of answers) {
    const finish = judgeFinish(answer[field]);
    if (finish.kind === 'broken') return finish;
    first ??= finish;
  }
  return first ?? noFinish;
}

/** The vendor refuses the prompt. Its reason for that is not a finish reason. */
export function refusedPrompt(refusedFor: string): Finish {
  return {
    word: undefined,
    kind: 'known',
    unified: 'content-filter',
    explainsEmpty: true,
    refusedFor,
  };
}

function knownFinish(word: string, unified: NeutralFinish): Finish {
  const isReason = unified === 'length' || unified === 'content-filter' || pauses.has(word);
  return { word, kind: 'known', unified, explainsEmpty: isReason };
}

function saysFailure(word: string): boolean {
  if (unnamed.has(word)) return true;
  const plain = toPlain(word);
  return givenUp.test(plain) || failures.test(plain.replace(denials, ''));
}

/** Writes a word in small letters, its parts joined by `_`. */
function toPlain(word: string): string {
  return word
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '_');
}

/** A protocol's words for the ends of answers. */
export type EndWords<Word = string> = Readonly<Record<Exclude<NeutralFinish, 'error'>, Word>>;

/**
 * An answer with calls ends by them, whatever stopped it, and one without ends as a text: a client
 * that is told of calls looks for them. Throws for a failed answer, which has no end in another
 * protocol.
 */
export function chooseEndWord<Word>(
  words: EndWords<Word>,
  finish: NeutralFinish,
  hasCalls = false,
): Word {
  if (finish === 'error') throw new TypeError('the answer failed, so it has no end');
  const isCalled = finish === 'stop' || finish === 'tool-calls';
  const byCalls = hasCalls ? 'tool-calls' : 'stop';
  return words[isCalled ? byCalls : finish];
}
