/**
 * Merges the thoughts that a client returns from an earlier answer, if its protocol has no place
 * for seals (translate leg): it sends their text separately, and again, sealed, with the call that
 * followed.
 */

import type { AssistantContent, ReasoningPart } from './neutral.ts';
import { openSeal, sealIn } from './seals.ts';

/**
 * Restores the original order: thoughts sealed with the first call come before the text, and text
 * with a seal is not repeated. The seal of a text stays after it.
 */
export function placeThoughts(content: AssistantContent): AssistantContent {
  const firstCall = content.findIndex(({ type }) => type === 'tool-call');
  const first: ReadonlySet<unknown> = new Set(
    content.slice(0, firstCall + 1).filter(isSealedThought),
  );
  if (first.size === 0) return content;
  const sealed = wordsOfThoughts(content.filter(isSealedThought));
  const isTwice = sealed.includes(wordsOfThoughts(content.filter(isUnsealed)));
  return [
    ...content.filter((part) => first.has(part)),
    ...content.filter((part) => !first.has(part) && !(isTwice && isUnsealed(part))),
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

/**
 * Compares texts however their pieces were joined: pieces are sent with empty lines between them.
 */
function wordsOfThoughts(thoughts: readonly ReasoningPart[]): string {
  return thoughts.map(({ text }) => text.replace(/\s+/g, '')).join('');
}
