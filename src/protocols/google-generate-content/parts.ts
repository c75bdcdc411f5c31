/**
 * The parts of a `google-generate-content` answer, wherever they are looked at: in a stream, in a
 * whole answer, in a request's history.
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

/**
 * Whether every content field of an answer, or of one event of it, has a value of its type (law
 * 17).
 */
export const isWellFormed: Fits = fields({
  candidates: listOf(fields({ content: fields({ parts: listOf(part) }) })),
  promptFeedback: fields({ blockReasonMessage: fitsText }),
});

/** The candidates of an answer or of one event of it. */
export function candidatesOf({ candidates }: WireObject): readonly WireObject[] {
  return recordsIn(candidates);
}

/** The parts of a candidate. */
export function partsOf({ content }: WireObject): readonly WireObject[] {
  return isRecord(content) ? partsIn(content) : [];
}

/** The parts of a turn. */
export function partsIn({ parts }: WireObject): readonly WireObject[] {
  return recordsIn(parts);
}

/** Fields beside a part's data: they say nothing by themselves. */
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
 * The field that holds what a part brings beside text: `functionCall`; undefined for text, thoughts
 * and what is empty.
 */
export function dataOf(part: WireObject): string | undefined {
  for (const field in part) if (!besides.has(field) && !isNothing(part[field])) return field;
  return undefined;
}

/** The text of a part that is the answer's own, and no thought. */
export function ownTextOf({ text, thought }: WireObject): string {
  return typeof text === 'string' && thought !== true ? text : '';
}

/** Whether a part says anything: text, a thought, a call, a picture. */
export function saysSomething(part: WireObject): boolean {
  return dataOf(part) !== undefined || hasText(part);
}

/** Whether a part has a text, a thought's too. */
export function hasText({ text }: WireObject): boolean {
  return typeof text === 'string' && text !== '';
}
