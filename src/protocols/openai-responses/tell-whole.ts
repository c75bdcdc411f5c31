/**
 * Writes a whole `openai-responses` answer as the events of a stream (step 6). No field is lost:
 * each item, and at the end the response, is sent whole too.
 */

import { listIn, recordsIn, textsIn, type WireObject } from '../json/is-record.ts';
import type { NamedEvent, ToldEvent } from '../translation/neutral.ts';
import { isSummary, textDone, textField } from './items.ts';

export function tellWholeResponse(body: WireObject): readonly ToldEvent[] {
  const response = { ...body, status: 'in_progress', output: [], usage: null };
  const isCut = body['status'] !== 'completed' && body['status'] != null;
  const events: readonly NamedEvent[] = [
    { type: 'response.created', response },
    { type: 'response.in_progress', response },
    ...recordsIn(body['output']).flatMap(tellItem),
    { type: isCut ? 'response.incomplete' : 'response.completed', response: body },
  ];
  return events.map((one, sequence_number) => {
    const event = { ...one, sequence_number };
    return { name: one.type, data: JSON.stringify(event), event };
  });
}

function tellItem(item: WireObject, output_index: number): readonly NamedEvent[] {
  const at = { output_index, item_id: item['id'] };
  const parts = [
    ...recordsIn(item['summary']).map((part, index) =>
      tellPart(part, { ...at, summary_index: index }),
    ),
    ...(hasParts(item)
      ? recordsIn(item['content']).map((part, index) =>
          tellPart(part, { ...at, content_index: index }),
        )
      : []),
  ];
  return [
    { type: 'response.output_item.added', output_index, item: beginItem(item) },
    ...parts.flat(),
    ...tellInput(item, at),
    { type: 'response.output_item.done', output_index, item },
  ];
}

function hasParts({ type }: WireObject): boolean {
  return type === 'message' || type === 'reasoning';
}

/** What follows in pieces is empty at first. */
function beginItem(item: WireObject): WireObject {
  return {
    ...item,
    ...('status' in item ? { status: 'in_progress' } : {}),
    ...('summary' in item ? { summary: [] } : {}),
    ...(hasParts(item) && 'content' in item ? { content: [] } : {}),
    ...(inputKind(item) === undefined ? {} : { [inputField(item)]: '' }),
  };
}

function tellPart(part: WireObject, at: WireObject): readonly NamedEvent[] {
  const field = textField(part);
  const isListed = Array.isArray(part['annotations']);
  const begun = { ...part, [field]: '', ...(isListed ? { annotations: [] } : {}) };
  const name = isSummary(part) ? 'response.reasoning_summary_part' : 'response.content_part';
  const done = textDone(part);
  const logprobs = 'logprobs' in part ? { logprobs: part['logprobs'] } : {};
  return [
    { type: `${name}.added`, ...at, part: begun },
    ...textsIn(part[field]).flatMap((text) => [
      { type: done.replace(/done$/, 'delta'), ...at, delta: text, ...logprobs },
      { type: done, ...at, [field]: text, ...logprobs },
    ]),
    ...listIn(part['annotations']).map((annotation, annotation_index) => {
      const type = 'response.output_text.annotation.added';
      return { type, ...at, annotation_index, annotation };
    }),
    { type: `${name}.done`, ...at, part },
  ];
}

const inputs: Readonly<Record<string, string>> = {
  function_call: 'function_call_arguments',
  custom_tool_call: 'custom_tool_call_input',
  mcp_call: 'mcp_call_arguments',
};

function inputKind({ type }: WireObject): string | undefined {
  return inputs[String(type)];
}

function inputField({ type }: WireObject): string {
  return type === 'custom_tool_call' ? 'input' : 'arguments';
}

function tellInput(item: WireObject, at: WireObject): readonly NamedEvent[] {
  const kind = inputKind(item);
  const field = inputField(item);
  if (kind === undefined) return [];
  return textsIn(item[field]).flatMap((input) => [
    { type: `response.${kind}.delta`, ...at, delta: input },
    { type: `response.${kind}.done`, ...at, [field]: input },
  ]);
}
