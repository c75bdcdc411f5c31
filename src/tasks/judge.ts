/**
 * Checks that every judge of a side task makes (step 6 of a request): for an empty answer, thoughts
 * instead of one, a cut, a refusal. Pure.
 */

import type { JudgedAnswer, MissCause } from './profile.ts';
import { isRefusal } from './refusals.ts';

/** A caller that allows at most this many tokens only tests whether the model responds. */
export const trialLimit = 16;

/** Judges only whether the answer is empty, which fits any task. */
export function judgeEmptiness({
  text,
  reasoningLength,
  hasToolCalls,
  ...rest
}: JudgedAnswer): MissCause | undefined {
  if (hasToolCalls || text.trim() !== '' || isTrial(rest)) return undefined;
  if (rest.finish === 'content-filter') return 'refusal';
  return reasoningLength > 0 ? 'only-reasoning' : 'empty';
}

/** Returns the first fault of a side task's text. A tool call is never judged. */
export function judgeTaskAnswer(answer: JudgedAnswer): MissCause | undefined {
  const { text, finish, hasToolCalls, askedLimit } = answer;
  if (hasToolCalls || isTrial(answer)) return undefined;
  const emptiness = judgeEmptiness(answer);
  if (emptiness !== undefined) return emptiness;
  if (isLeftoverThought(text)) return 'think-text';
  if (finish === 'length' && askedLimit === undefined) return 'cut';
  return finish === 'content-filter' || isRefusal(text) ? 'refusal' : undefined;
}

function isTrial({ finish, askedLimit }: Pick<JudgedAnswer, 'finish' | 'askedLimit'>): boolean {
  return finish === 'length' && askedLimit !== undefined && askedLimit <= trialLimit;
}

const tags = /^\s*(<(think|thinking|thought|reasoning|reflection)>|◁think▷|<\|channel\|>analysis)/i;
/**
 * Matches how models without tags begin to think aloud; seen with Qwen, DeepSeek's distillations
 * and gpt-oss.
 */
const aloud =
  /^\s*((okay|ok|alright|hmm|right)[,.]? (so )?(the user|let me|let's|i need to|we need to|i should)|the user (is asking|asks|asked|wants|has asked|said|needs)\b|we need to (generate|create|produce|write|come up)|(let me|let's) think\b|thinking process:)/i;

function isLeftoverThought(text: string): boolean {
  return tags.test(text) || aloud.test(text);
}
