/**
 * Finds the parts of `anthropic-messages` requests and answers that are bound to one account:
 * containers, files, signed thinking.
 */

import { boundTo } from '../body/bound-reference.ts';
import type { BodyForm } from '../body/read-body.ts';
import type { Bound, BoundReference } from '../contract/protocol.ts';
import { isRecord, recordsIn, textsIn, type WireObject } from '../json/is-record.ts';
import { createWordList } from '../json/scan.ts';
import { namesOfSeals } from '../translation/sealed.ts';

/**
 * Top-level fields and nested words; every body with something bound contains at least one of them.
 */
export const bound: BodyForm['bound'] = {
  fields: ['container'],
  words: createWordList(['file_id', 'signature', 'redacted_thinking']),
  find: findBound,
};

export function findBound({ container, messages }: WireObject): Bound {
  const blocks = recordsIn(messages).flatMap(blocksOf);
  return {
    references: [...boundTo('container', containerIdOf(container)), ...blocks.flatMap(referTo)],
    sealed: blocks.flatMap(namesOfThinking),
  };
}

/** The names under which reasoning is remembered; empty for any other block. */
export function namesOfThinking({ type, signature, data }: WireObject): readonly string[] {
  if (type === 'thinking') return namesOfSeals(signature);
  return type === 'redacted_thinking' ? namesOfSeals(data) : [];
}

/** Names in a whole message: its container, its thinking, files made by its tools. */
export function namesOfMessage(message: WireObject): readonly string[] {
  return [...namesOfContainer(message), ...blocksOf(message).flatMap(namesOfBlock)];
}

/**
 * Names in one event of a stream. A signature comes at the end of its block, everything else at the
 * start.
 */
export function namesOfEvent({
  type,
  message,
  delta,
  content_block: block,
}: WireObject): readonly string[] {
  if (type === 'content_block_delta')
    return isRecord(delta) ? namesOfSeals(delta['signature']) : [];
  if (type === 'content_block_start') return isRecord(block) ? namesOfBlock(block) : [];
  const holder = type === 'message_start' ? message : delta;
  return isRecord(holder) ? namesOfContainer(holder) : [];
}

function namesOfBlock(block: WireObject): readonly string[] {
  return [...filesIn(block), ...namesOfThinking(block)];
}

function namesOfContainer({ container }: WireObject): readonly string[] {
  return textsIn(containerIdOf(container));
}

function containerIdOf(container: unknown): unknown {
  return isRecord(container) ? container['id'] : container;
}

function referTo({ source, file_id: file }: WireObject): readonly BoundReference[] {
  return [
    ...boundTo('file_id', file),
    ...(isRecord(source) ? boundTo('file_id', source['file_id']) : []),
  ];
}

/** Results of code execution name the files that it created. */
function filesIn({ content }: WireObject): readonly string[] {
  const outputs = recordsIn(isRecord(content) ? content['content'] : undefined);
  return outputs.flatMap(({ file_id: file }) => textsIn(file));
}

function blocksOf({ content }: WireObject): readonly WireObject[] {
  return recordsIn(content);
}
