/** Checks the content fields of an `openai-responses` answer, by event type (law 17). */

import {
  type Fits,
  fields,
  fitsText,
  isNothing,
  listOf,
  toolInput,
} from '../content/content-shape.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import { type ItemKind, kindOfItem } from './answer-body-in.ts';

const parts = listOf(fields({ text: fitsText, refusal: fitsText, transcript: fitsText }));
const call = fields({ name: fitsText, arguments: toolInput, input: toolInput });

const items: Readonly<Record<ItemKind, Fits | undefined>> = {
  message: fields({ content: parts }),
  reasoning: fields({ content: parts, summary: parts }),
  call,
  'text-call': call,
  picture: fields({ result: fitsText }),
  other: undefined,
};

const item: Fits = (value) =>
  isRecord(value) ? (items[kindOfItem(value)]?.(value) ?? true) : isNothing(value);

/** Checks the output of a whole answer. */
export const isOutput = listOf(item);

const ended = fields({ response: fields({ output: isOutput }) });
const inItem = fields({ item });
const inPart = fields({
  part: fields({ text: fitsText, refusal: fitsText, transcript: fitsText }),
});
const said = fields({ delta: fitsText, text: fitsText, refusal: fitsText, input: fitsText });
const called = fields({ delta: toolInput, arguments: toolInput });

const shapes: ReadonlyMap<string, Fits> = new Map([
  ...shapesNamed(['completed', 'incomplete'], ended),
  ...shapesNamed(['output_item.added', 'output_item.done'], inItem),
  ...bothOf(['content_part', 'reasoning_summary_part'], 'added', inPart),
  ...bothOf(['output_text', 'refusal', 'reasoning_text', 'reasoning_summary_text'], 'delta', said),
  ...bothOf(['custom_tool_call_input', 'audio', 'audio.transcript'], 'delta', said),
  ...bothOf(['function_call_arguments', 'mcp_call_arguments'], 'delta', called),
]);

type ShapesByType = readonly (readonly [type: string, shape: Fits])[];

/** Registers each type with and without the prefix that nearly all servers send. */
function shapesNamed(types: readonly string[], shape: Fits): ShapesByType {
  return types.flatMap((type) => [`response.${type}`, type]).map((type) => [type, shape]);
}

function bothOf(types: readonly string[], first: string, shape: Fits): ShapesByType {
  return shapesNamed(
    types.flatMap((type) => [`${type}.${first}`, `${type}.done`]),
    shape,
  );
}

/** Content fields: an event with one of them must have a type. */
const bringing = ['delta', 'text', 'refusal', 'arguments', 'item', 'part', 'response', 'choices'];

/** True if every content field of this event has a value of its type. */
export function isWellFormed(event: WireObject): boolean {
  const { type } = event;
  if (typeof type !== 'string') return bringing.every((field) => isNothing(event[field]));
  return shapes.get(type)?.(event) ?? true;
}
