/**
 * Reads the parts of a `google-generate-content` answer: in a stream, in a whole answer, in a
 * request's history.
 */

import {
  type Fits,
  fields,
  fitsText,
  isNothing,
  listOf,
  toolInput,
} from '../content/content-shape.ts';
import { isRecord, recordsIn, type WireObject } from '../json/is-record.ts';

const part = fields({
  text: fitsText,
  functionCall: fields({ name: fitsText, args: toolInput }),
  inlineData: fields({ data: fitsText }),
});

/** True if every content field of an answer or event has a value of its type (law 17). */
export const isWellFormed: Fits = fields({
  candidates: listOf(fields({ content: fields({ parts: listOf(part) }) })),
  promptFeedback: fields({ blockReasonMessage: fitsText }),
});

/** The candidates of an answer or event. */
export function candidatesOf({ candidates }: WireObject): readonly WireObject[] {
  return recordsIn(candidates);
}

export function partsOf({ content }: WireObject): readonly WireObject[] {
  return isRecord(content) ? partsIn(content) : [];
}

export function partsIn({ parts }: WireObject): readonly WireObject[] {
  return recordsIn(parts);
}

/** Fields that accompany a part's data and mean nothing by themselves. */
const besides: ReadonlySet<string> = new Set([
  'text',
  'thought',
  'thoughtSignature',
  'thought_signature',
  'partMetadata',
  'videoMetadata',
  'mediaResolution',
]);

/**
 * Names the field of a part's content other than text: `functionCall`; undefined for text, thoughts
 * and empty parts.
 */
export function dataOf(part: WireObject): string | undefined {
  for (const field in part) if (!besides.has(field) && !isNothing(part[field])) return field;
  return undefined;
}

/** The text of a part that is not a thought. */
export function ownTextOf({ text, thought }: WireObject): string {
  return typeof text === 'string' && thought !== true ? text : '';
}

/** True if the part has content: text, a thought, a call, an image. */
export function saysSomething(part: WireObject): boolean {
  return dataOf(part) !== undefined || hasText(part);
}

/** True if the part has text; a thought counts. */
export function hasText({ text }: WireObject): boolean {
  return typeof text === 'string' && text !== '';
}
