/** A responses answer as numbered server-sent events, in the vendor's order. */

import type { EventStream, SimEvent } from '../event-stream.ts';
import type { Exchange } from '../exchange.ts';
import { type JsonObject, parseJson, toObject } from '../json-value.ts';
import {
  createHead,
  listOutput,
  type OutputItem,
  type ResponseReply,
  toWhole,
} from './response.ts';

/** Lacks only its sequence number. */
interface ToldItem {
  readonly type: string;
  readonly fields: object;
  readonly isContent?: boolean;
}

interface ItemWords {
  /** Is the item before its text. */
  readonly begun: JsonObject;
  /**
   * Names the events of the text: `.delta` for each piece, then `.done` with the whole text in this
   * field.
   */
  readonly event: string;
  readonly field: string;
  /** Says where the item has its text. */
  readonly at?: JsonObject;
  /** Lists fields besides the text. */
  readonly more?: JsonObject;
  /**
   * Set if the text is a part of the item: the event name for its start and end, and the part
   * without text.
   */
  readonly part?: { readonly event: string; readonly empty: JsonObject };
}

const words: Readonly<Record<string, ItemWords>> = {
  reasoning: {
    begun: { summary: [] },
    event: 'response.reasoning_summary_text',
    field: 'text',
    at: { summary_index: 0 },
    part: { event: 'response.reasoning_summary_part', empty: { type: 'summary_text', text: '' } },
  },
  message: {
    begun: { status: 'in_progress', content: [] },
    event: 'response.output_text',
    field: 'text',
    at: { content_index: 0 },
    more: { logprobs: [] },
    part: {
      event: 'response.content_part',
      empty: { type: 'output_text', annotations: [], logprobs: [], text: '' },
    },
  },
  function_call: {
    begun: { status: 'in_progress', arguments: '' },
    event: 'response.function_call_arguments',
    field: 'arguments',
  },
  custom_tool_call: {
    begun: { status: 'in_progress', input: '' },
    event: 'response.custom_tool_call_input',
    field: 'input',
  },
};

export function toStream(exchange: Exchange, reply: ResponseReply): EventStream {
  const head = createHead(exchange, reply);
  const whole = toWhole(exchange, reply);
  const items: readonly ToldItem[] = [
    { type: 'response.created', fields: { response: head } },
    { type: 'response.in_progress', fields: { response: head } },
    ...listOutput(exchange, reply).flatMap(listEvents),
    { type: `response.${String(whole['status'] ?? 'completed')}`, fields: { response: whole } },
  ];
  const events = items.map(toEvent);
  return {
    opening: events.slice(0, 2),
    body: events.slice(2, -1),
    marker: events.at(-1) ?? { data: '' },
    encodeError: (data) => {
      const { code, message } = toObject(toObject(parseJson(data))['error']);
      const response = { ...head, status: 'failed', error: { code, message } };
      return toEvent({ type: 'response.failed', fields: { response } }, events.length);
    },
  };
}

function toEvent({ type, fields, isContent = false }: ToldItem, number: number): SimEvent {
  return {
    name: type,
    data: JSON.stringify({ type, sequence_number: number, ...fields }),
    isContent,
  };
}

function listEvents({ item, pieces }: OutputItem, index: number): readonly ToldItem[] {
  const own = words[String(item['type'])];
  if (own === undefined) return [];
  const { begun, event, field, more, part } = own;
  const at = { item_id: item['id'], output_index: index, ...own.at };
  const text = pieces.join('');
  return [
    {
      type: 'response.output_item.added',
      fields: { output_index: index, item: { ...item, ...begun } },
      isContent: part === undefined,
    },
    ...(part === undefined
      ? []
      : [{ type: `${part.event}.added`, fields: { ...at, part: part.empty } }]),
    ...pieces.map((delta) => ({
      type: `${event}.delta`,
      fields: { ...at, ...more, delta },
      isContent: true,
    })),
    { type: `${event}.done`, fields: { ...at, [field]: text, ...more } },
    ...(part === undefined
      ? []
      : [{ type: `${part.event}.done`, fields: { ...at, part: { ...part.empty, text } } }]),
    { type: 'response.output_item.done', fields: { output_index: index, item } },
  ];
}
