/**
 * The thoughts of an earlier answer as a client brings them back whose protocol has no place for
 * seals (translate leg): their words by themselves, and once more, sealed, beside the call that
 * they led to.
 */

import type { AssistantContent, ReasoningPart } from './neutral.ts';
import { openSeal, sealIn } from './seals.ts';

/**
 * Thoughts stand where they were thought: what is sealed beside the first call comes before the
 * text. Words that are sealed too are told once. The seal of a text stays behind it.
 */
export function placeThoughts(content: AssistantContent): AssistantContent {
  const firstCall = content.findIndex(({ type }) => type === 'tool-call');
  const first = content.slice(0, firstCall + 1).filter(isSealedThought);
  if (first.length === 0) return content;
  const sealed = wordsOfThoughts(content.filter(isSealedThought));
  const isTwice = sealed.includes(wordsOfThoughts(content.filter(isUnsealed)));
  return [
    ...first,
    ...content.filter(
      (part) => !first.some((one) => one === part) && !(isTwice && isUnsealed(part)),
    ),
  ];
}

function isSealedThought(part: AssistantContent[number]): part is ReasoningPart {
  return (
    part.type === 'reasoning' &&
    sealIn(part.providerOptions) !== undefined &&
    openSeal(part, 'google-text') === undefined
  );
}

function isUnsealed(part: AssistantContent[number]): part is ReasoningPart {
  return part.type === 'reasoning' && sealIn(part.providerOptions) === undefined;
}

/** However they were put together: paragraphs are told with empty lines between them. */
function wordsOfThoughts(thoughts: readonly ReasoningPart[]): string {
  return thoughts.map(({ text }) => text.replace(/\s+/g, '')).join('');
}
