/** A responses answer as server-sent events, numbered, in the order of the vendor. */

import { type EventStream, type SimEvent, sendEventStream } from '../event-stream.ts';
import type { Exchange } from '../exchange.ts';
import { isJsonObject, type JsonObject, parseJson } from '../json-value.ts';
import { createHead, createWhole, listOutput, type OutputItem, type ResponseReply } from './response.ts';

/** An event before it has its number. */
interface ToldItem {
  readonly type: string;
  readonly fields: object;
  readonly isContent?: boolean;
}

/** Streams the answer; rejects when the client hangs up while the stream waits. */
export function streamResponse(exchange: Exchange, reply: ResponseReply): Promise<void> {
  return sendEventStream(exchange, reply.shape, toStream(exchange, reply));
}

function toStream(exchange: Exchange, reply: ResponseReply): EventStream {
  const head = createHead(exchange, reply);
  const whole = createWhole(exchange, reply);
  const body = listOutput(exchange, reply).flatMap(listEvents);
  const told: readonly ToldItem[] = [
    { type: 'response.created', fields: { response: head } },
    { type: 'response.in_progress', fields: { response: head } },
    ...body,
    { type: `response.${String(whole['status'])}`, fields: { response: whole } },
  ];
  const events = told.map(toEvent);
  return {
    opening: events.slice(0, 2),
    body: events.slice(2, -1),
    closing: [],
    marker: events.at(-1) ?? { data: '' },
    encodeError: (data) => toFailed(head, { data, number: events.length }),
  };
}

function toEvent({ type, fields, isContent = false }: ToldItem, number: number): SimEvent {
  return { name: type, data: JSON.stringify({ type, sequence_number: number, ...fields }), isContent };
}

function toFailed(head: JsonObject, { data, number }: { data: string; number: number }): SimEvent {
  const body = parseJson(data);
  const error = isJsonObject(body) && isJsonObject(body['error']) ? body['error'] : {};
  const { code, message } = error;
  const response = { ...head, status: 'failed', error: { code, message } };
  return toEvent({ type: 'response.failed', fields: { response } }, number);
}

function listEvents({ item, pieces }: OutputItem, index: number): readonly ToldItem[] {
  const at = { item_id: item['id'], output_index: index };
  const isCall = String(item['type']).endsWith('_call');
  const begun = { output_index: index, item: toBeginning(item) };
  return [
    { type: 'response.output_item.added', fields: begun, isContent: isCall },
    ...listInner(item, pieces, at),
    { type: 'response.output_item.done', fields: { output_index: index, item } },
  ];
}

/** The item before anything of it was told. */
function toBeginning(item: JsonObject): JsonObject {
  switch (item['type']) {
    case 'reasoning':
      return { ...item, summary: [] };
    case 'message':
      return { ...item, status: 'in_progress', content: [] };
    case 'function_call':
      return { ...item, status: 'in_progress', arguments: '' };
    default:
      return { ...item, status: 'in_progress', input: '' };
  }
}

function listInner(item: JsonObject, pieces: readonly string[], at: object): readonly ToldItem[] {
  const text = pieces.join('');
  switch (item['type']) {
    case 'reasoning':
      return tellPart('response.reasoning_summary', pieces, {
        at: { ...at, summary_index: 0 },
        part: { type: 'summary_text', text: '' },
      });
    case 'message':
      return tellPart('response.output', pieces, {
        at: { ...at, content_index: 0 },
        part: { type: 'output_text', annotations: [], logprobs: [], text: '' },
      });
    case 'function_call':
      return [
        ...tellDeltas('response.function_call_arguments.delta', pieces, at),
        { type: 'response.function_call_arguments.done', fields: { ...at, arguments: text } },
      ];
    default:
      return [
        ...tellDeltas('response.custom_tool_call_input.delta', pieces, at),
        { type: 'response.custom_tool_call_input.done', fields: { ...at, input: text } },
      ];
  }
}

function tellPart(
  name: string,
  pieces: readonly string[],
  { at, part }: { readonly at: object; readonly part: JsonObject },
): readonly ToldItem[] {
  const text = pieces.join('');
  const isSummary = part['type'] === 'summary_text';
  const partName = isSummary ? 'response.reasoning_summary_part' : 'response.content_part';
  const more = isSummary ? {} : { logprobs: [] };
  return [
    { type: `${partName}.added`, fields: { ...at, part } },
    ...tellDeltas(`${name}_text.delta`, pieces, { ...at, ...more }),
    { type: `${name}_text.done`, fields: { ...at, text, ...more } },
    { type: `${partName}.done`, fields: { ...at, part: { ...part, text } } },
  ];
}

function tellDeltas(type: string, pieces: readonly string[], at: object): readonly ToldItem[] {
  return pieces.map((delta) => ({ type, fields: { ...at, delta }, isContent: true }));
}
