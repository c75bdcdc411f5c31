/**
 * Reads a whole answer into neutral words (translate leg), by converting it to stream events, so
 * that both are read by the same code.
 */

import type { WireObject } from '../json/is-record.ts';
import type { AnswerDecoder, NeutralAnswer, NeutralContent, NeutralPart } from './neutral.ts';
import { noUsage } from './usage.ts';

/** Throws if content would be lost. */
export function readAtOnce(decoder: AnswerDecoder, events: readonly WireObject[]): NeutralAnswer {
  const content: NeutralContent[] = [];
  const answer: { -readonly [Field in keyof NeutralAnswer]?: NeutralAnswer[Field] } = {};
  let thought: string | undefined;
  for (const part of [...events.flatMap((event) => decoder.push(event)), ...decoder.end()]) {
    if (part.type === 'finish') {
      answer.finish = part.finishReason.unified;
      answer.usage = part.usage;
    } else if (part.type === 'reasoning-delta') {
      addContent(content, { type: 'reasoning', text: part.delta }, part.id === thought);
      thought = part.id;
    } else if (part.type === 'reasoning-end') sealLast(content, part.providerMetadata);
    else addPart(content, part);
  }
  const { finish = 'other', usage = noUsage } = answer;
  return { content, finish, usage };
}

/** Seals the last thought, or adds one without words. */
function sealLast(content: NeutralContent[], providerMetadata: Said['providerMetadata']): void {
  const last = content.at(-1);
  const isOpen = last?.type === 'reasoning' && last.providerMetadata === undefined;
  const thought = isOpen ? last : ({ type: 'reasoning', text: '' } as const);
  if (providerMetadata !== undefined)
    content.splice(isOpen ? -1 : content.length, 1, { ...thought, providerMetadata });
}

function addPart(content: NeutralContent[], part: NeutralPart): void {
  if (part.type === 'text-delta') addContent(content, { type: 'text', text: part.delta }, true);
  else if (part.type === 'tool-call' || part.type === 'file') content.push(part);
}

type Said = Extract<NeutralContent, { type: 'text' | 'reasoning' }>;

/** Extends the last content if it is of the same piece. */
function addContent(content: NeutralContent[], said: Said, isSame: boolean): void {
  const last = content.at(-1);
  const isOpen = last?.type === said.type && last.providerMetadata === undefined;
  if (isSame && isOpen) content.splice(-1, 1, { ...last, text: last.text + said.text });
  else content.push(said);
}
