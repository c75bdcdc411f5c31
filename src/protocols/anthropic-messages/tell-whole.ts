/**
 * Writes a whole `anthropic-messages` answer as the events of a stream (step 6). No field is lost.
 */

import { isFilled, isRecord, recordsIn, textsIn, type WireObject } from '../json/is-record.ts';
import { pickFields } from '../json/pick.ts';
import type { NamedEvent, ToldEvent } from '../translation/neutral.ts';

/** These fields are sent at the end of a stream. */
const endFields = ['container', 'stop_details', 'stop_sequence'];

export function tellWholeMessage(body: WireObject): readonly ToldEvent[] {
  const blocks = recordsIn(body['content']);
  const { usage, stop_reason: reason } = body;
  const counted = isRecord(usage) ? { ...usage, output_tokens: 0 } : { output_tokens: 0 };
  const start = { content: [], stop_reason: null, stop_sequence: null, usage: counted };
  const usual = blocks.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn';
  const stop_reason = isFilled(reason) ? reason : usual;
  const events: readonly NamedEvent[] = [
    { type: 'message_start', message: { ...body, ...start } },
    ...blocks.flatMap(tellBlock),
    {
      ...pickFields(body, ['context_management']),
      type: 'message_delta',
      delta: { ...pickFields(body, endFields), stop_reason },
      usage: usage ?? counted,
    },
    { type: 'message_stop' },
  ];
  return events.map((event) => ({ name: event.type, data: JSON.stringify(event), event }));
}

function tellBlock(block: WireObject, index: number): readonly NamedEvent[] {
  const { type, text, thinking, signature, input, citations } = block;
  const isCall = isRecord(input);
  const empty = {
    ...(type === 'text' ? { text: '' } : {}),
    ...(type === 'thinking' ? { thinking: '', signature: '' } : {}),
    ...(isCall ? { input: {} } : {}),
    ...(Array.isArray(citations) ? { citations: [] } : {}),
  };
  const deltas = [
    ...(type === 'text' ? textsIn(text).map((said) => ({ type: 'text_delta', text: said })) : []),
    ...recordsIn(citations).map((citation) => ({ type: 'citations_delta', citation })),
    ...(type === 'thinking' ? tellThought(thinking, signature) : []),
    ...(isCall ? [{ type: 'input_json_delta', partial_json: JSON.stringify(input) }] : []),
  ];
  return [
    { type: 'content_block_start', index, content_block: { ...block, ...empty } },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

function tellThought(thinking: unknown, signature: unknown): readonly WireObject[] {
  return [
    ...textsIn(thinking).map((said) => ({ type: 'thinking_delta', thinking: said })),
    ...textsIn(signature).map((seal) => ({ type: 'signature_delta', signature: seal })),
  ];
}
