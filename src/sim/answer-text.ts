/**
 * The text of a simulated answer: it names the model and echoes the prompt. Longer answers count
 * (`~3/60`), so that any model can continue a cut one, and a test can see that it is complete.
 */

import type { AnswerShape } from './fault.ts';
import type { Prompt } from './prompt.ts';

const echoLimit = 200;
const countMark = /~(\d+)\/(\d+)\s*$/;

/**
 * Returns the answer, one word per token. Continues an unfinished answer at the end of the
 * conversation.
 */
export function createAnswerText(request: Prompt, shape: AnswerShape): readonly string[] {
  if (shape.summary !== undefined) return toTokens(summarise(request.prompt, shape.summary));
  const started = findUnfinished(request);
  if (started !== undefined) return countUp(started.from, started.to);
  const words = toTokens(
    sayInstead(request, shape) ?? `${request.model} heard: ${echo(request.prompt)}`,
  );
  const prefill = request.lastRole === 'assistant' ? (request.tail.at(-1)?.text ?? '') : '';
  return toLength(words, shape).slice(toTokens(prefill).length);
}

/** Undefined if the prompt is echoed. */
function sayInstead({ wantsTitle }: Prompt, { says }: AnswerShape): string | undefined {
  if (says === 'refusal') return "I'm sorry, but I can't help with that.";
  if (says === 'thoughts') return '<think>The user wants something. I should think about it first.';
  return says === 'titles' && wantsTitle === true ? 'Simulated title of this session' : undefined;
}

/** Splits into words that include the space before them. */
export function toTokens(text: string): readonly string[] {
  return text.trimEnd().match(/\s*\S+/g) ?? [];
}

function findUnfinished({
  tail,
}: Prompt): { readonly from: number; readonly to: number } | undefined {
  const assistant = tail.findLast(({ role }) => role === 'assistant');
  const [, done = 0, total = 0] = (countMark.exec(assistant?.text ?? '') ?? []).map(Number);
  return done < total ? { from: done + 1, to: total } : undefined;
}

function echo(prompt: string): string {
  const start = prompt.trim().slice(0, echoLimit);
  return start === '' ? '(nothing)' : start;
}

function toLength(
  words: readonly string[],
  { exactEvents, leastEvents }: AnswerShape,
): readonly string[] {
  if (exactEvents !== undefined && exactEvents <= words.length) return words.slice(0, exactEvents);
  const length = exactEvents ?? leastEvents ?? 0;
  return words.length >= length ? words : [...words, ...countUp(words.length + 1, length)];
}

function countUp(from: number, to: number): readonly string[] {
  return Array.from(
    { length: Math.max(0, to - from + 1) },
    (_, index) => ` ~${from + index}/${to}`,
  );
}

function summarise(prompt: string, summary: 'short' | 'inflated'): string {
  const [, listed = ''] = /Word for word:\n((?:- .*\n)*)/.exec(prompt) ?? [];
  const more = summary === 'inflated' ? `${prompt}\n${prompt}` : 'All is well.';
  return `## Goals\n${listed}\n## State\n${more}`;
}
