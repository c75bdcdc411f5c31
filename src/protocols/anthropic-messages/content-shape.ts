/**
 * Types of the events of an `anthropic-messages` answer, and the allowed values of their content
 * fields (law 17).
 */

import { type Fits, fields, fitsText, listOf, toolInput } from '../content/content-shape.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';

const types: ReadonlySet<unknown> = new Set([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
]);

/** For an event without a known type, its fields decide. */
export function typeOfEvent(event: WireObject): unknown {
  const { type } = event;
  if (types.has(type)) return type;
  const { delta, content_block: block, message } = event;
  if (isRecord(block)) return 'content_block_start';
  if (isRecord(message)) return 'message_start';
  if (!isRecord(delta)) return undefined;
  return 'stop_reason' in delta ? 'message_delta' : 'content_block_delta';
}

const block = fields({
  text: fitsText,
  thinking: fitsText,
  signature: fitsText,
  data: fitsText,
  name: fitsText,
  input: toolInput,
});

/** Checks the content of a whole answer. */
export const isContent = listOf(block);

const shapes: ReadonlyMap<unknown, Fits> = new Map([
  ['message_start', fields({ message: fields({ content: isContent }) })],
  ['content_block_start', fields({ content_block: block })],
  [
    'content_block_delta',
    fields({
      delta: fields({
        text: fitsText,
        thinking: fitsText,
        partial_json: fitsText,
        signature: fitsText,
      }),
    }),
  ],
]);

/** True if every content field of an event of this type has a value of its type. */
export function isWellFormed(type: unknown, event: WireObject): boolean {
  return shapes.get(type)?.(event) ?? true;
}
