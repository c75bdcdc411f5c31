/**
 * What every judge of a side task looks for in an answer (step 6 of a request): nothing, thoughts
 * in its place, a cut, a refusal. Pure.
 */

import type { JudgedAnswer, MissCause } from './profile.ts';
import { isRefusal } from './refusals.ts';

/** A caller who limits an answer to so few tokens wants a sign of life, and gets what there is. */
const smallWish = 16;

/** An empty answer alone: what any task can be judged by. */
export function judgeEmptiness({
  text,
  reasoningLength,
  hasToolCalls,
  ...rest
}: JudgedAnswer): MissCause | undefined {
  if (hasToolCalls || text.trim() !== '' || isSmallWish(rest)) return undefined;
  if (rest.finish === 'content-filter') return 'refusal';
  return reasoningLength > 0 ? 'only-reasoning' : 'empty';
}

/** The first fault that a text of a side task can have. A call of a tool is never judged. */
export function judgeTaskAnswer(answer: JudgedAnswer): MissCause | undefined {
  const { text, finish, hasToolCalls, askedLimit } = answer;
  if (hasToolCalls || isSmallWish(answer)) return undefined;
  const emptiness = judgeEmptiness(answer);
  if (emptiness !== undefined) return emptiness;
  if (isLeftoverThought(text)) return 'think-text';
  if (finish === 'length' && askedLimit === undefined) return 'cut';
  return finish === 'content-filter' || isRefusal(text) ? 'refusal' : undefined;
}

function isSmallWish({ finish, askedLimit }: Pick<JudgedAnswer, 'finish' | 'askedLimit'>): boolean {
  return finish === 'length' && askedLimit !== undefined && askedLimit <= smallWish;
}

const tags = /^\s*(<(think|thinking|thought|reasoning|reflection)>|◁think▷|<\|channel\|>analysis)/i;
/**
 * How models without tags begin to think aloud; seen of Qwen, DeepSeek's distillations and gpt-oss.
 */
const aloud =
  /^\s*((okay|ok|alright|hmm|right)[,.]? (so )?(the user|let me|let's|i need to|we need to|i should)|the user (is asking|asks|asked|wants|has asked|said|needs)\b|we need to (generate|create|produce|write|come up)|(let me|let's) think\b|thinking process:)/i;

function isLeftoverThought(text: string): boolean {
  return tags.test(text) || aloud.test(text);
}
