/** One block of a translated answer as an item of `openai-responses`: the events of its beginning, its pieces and its end. */

import type { WireObject } from '../is-record.ts';
import type { AnswerFacts } from '../neutral.ts';
import type { Block } from '../translation/block-sequence.ts';
import { readTextInput } from '../translation/text-tools.ts';

/** A block at its place in the answer. */
export interface PlacedBlock {
  readonly block: Block;
  readonly index: number;
  readonly facts: AnswerFacts;
}

/** An event before it has its number. */
export interface ItemEvent extends WireObject {
  readonly type: string;
}

type Kind = 'message' | 'reasoning' | 'function_call' | 'custom_tool_call' | 'image_generation_call';

/** What the ids of items begin with. */
const prefixes: Readonly<Record<Kind, string>> = {
  message: 'msg',
  reasoning: 'rs',
  function_call: 'fc',
  custom_tool_call: 'ctc',
  image_generation_call: 'ig',
};

/** The item as it is when it has ended. */
export function toItem(placed: PlacedBlock): WireObject {
  const { block } = placed;
  const type = kindOf(placed);
  const head = { id: idOf(placed), type };
  switch (type) {
    case 'message':
      return { ...head, status: 'completed', role: 'assistant', content: [toPart(placed, block.text)] };
    case 'reasoning':
      if (block.seal !== undefined) return { ...head, summary: [], encrypted_content: block.seal };
      return { ...head, summary: [toPart(placed, block.text)] };
    case 'function_call': {
      const input = block.text === '' ? '{}' : block.text;
      return { ...head, status: 'completed', call_id: block.id, name: block.name, arguments: input };
    }
    case 'custom_tool_call': {
      const input = readTextInput(block.text);
      return { ...head, status: 'completed', call_id: block.id, name: block.name, input };
    }
    case 'image_generation_call':
      return { ...head, status: 'completed', output_format: block.name, result: block.text };
  }
}

export function beginItem(placed: PlacedBlock): readonly ItemEvent[] {
  const { index } = placed;
  const added = { type: 'response.output_item.added', output_index: index, item: toBeginning(placed) };
  const events = partEvents(placed);
  if (events === undefined) return [added];
  return [added, { type: `${events.part}.added`, ...events.at, part: toPart(placed, '') }];
}

/** A text that a function's input is made of is told whole, at its end; so is a picture. */
export function tellItem(placed: PlacedBlock, delta: string): readonly ItemEvent[] {
  const at = { item_id: idOf(placed), output_index: placed.index };
  switch (kindOf(placed)) {
    case 'message':
      return [{ type: 'response.output_text.delta', ...at, content_index: 0, delta, logprobs: [] }];
    case 'reasoning':
      return [{ type: 'response.reasoning_summary_text.delta', ...at, summary_index: 0, delta }];
    case 'function_call':
      return [{ type: 'response.function_call_arguments.delta', ...at, delta }];
    case 'custom_tool_call':
    case 'image_generation_call':
      return [];
  }
}

export function endItem(placed: PlacedBlock): readonly ItemEvent[] {
  const done = { type: 'response.output_item.done', output_index: placed.index, item: toItem(placed) };
  return [...endInner(placed), done];
}

function endInner(placed: PlacedBlock): readonly ItemEvent[] {
  const { block, index } = placed;
  if (block.seal !== undefined) return [];
  const events = partEvents(placed);
  if (events !== undefined) {
    const { at, part, text } = events;
    return [
      { type: `${text}.done`, ...at, text: block.text },
      { type: `${part}.done`, ...at, part: toPart(placed, block.text) },
    ];
  }
  const at = { item_id: idOf(placed), output_index: index };
  const item = toItem(placed);
  if (block.kind === 'picture') return [{ type: 'response.image_generation_call.completed', ...at }];
  if (item['type'] === 'function_call')
    return [{ type: 'response.function_call_arguments.done', ...at, arguments: item['arguments'] }];
  const { input } = item;
  return [
    { type: 'response.custom_tool_call_input.delta', ...at, delta: input },
    { type: 'response.custom_tool_call_input.done', ...at, input },
  ];
}

function toBeginning(placed: PlacedBlock): WireObject {
  const item = toItem(placed);
  switch (kindOf(placed)) {
    case 'message':
      return { ...item, status: 'in_progress', content: [] };
    case 'reasoning':
      return { ...item, summary: [] };
    case 'function_call':
      return { ...item, status: 'in_progress', arguments: '' };
    case 'custom_tool_call':
      return { ...item, status: 'in_progress', input: '' };
    case 'image_generation_call':
      return { ...item, status: 'in_progress', result: null };
  }
}

interface PartEvents {
  readonly at: WireObject;
  readonly part: string;
  readonly text: string;
}

/** The one part of a message or of reasoning; calls and pictures have none, nor thoughts without words. */
function partEvents(placed: PlacedBlock): PartEvents | undefined {
  if (placed.block.seal !== undefined) return undefined;
  const at = { item_id: idOf(placed), output_index: placed.index };
  switch (placed.block.kind) {
    case 'text':
      return {
        at: { ...at, content_index: 0 },
        part: 'response.content_part',
        text: 'response.output_text',
      };
    case 'reasoning':
      return {
        at: { ...at, summary_index: 0 },
        part: 'response.reasoning_summary_part',
        text: 'response.reasoning_summary_text',
      };
    case 'call':
    case 'picture':
      return undefined;
  }
}

function toPart({ block }: PlacedBlock, text: string): WireObject {
  return block.kind === 'reasoning'
    ? { type: 'summary_text', text }
    : { type: 'output_text', annotations: [], logprobs: [], text };
}

function kindOf({ block, facts }: PlacedBlock): Kind {
  if (block.kind === 'text') return 'message';
  if (block.kind === 'reasoning') return 'reasoning';
  if (block.kind === 'picture') return 'image_generation_call';
  return facts.textTools.has(block.name) ? 'custom_tool_call' : 'function_call';
}

function idOf(placed: PlacedBlock): string {
  return `${prefixes[kindOf(placed)]}_${placed.facts.id}_${placed.index}`;
}
