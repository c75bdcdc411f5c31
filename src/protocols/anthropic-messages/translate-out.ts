/** An answer in neutral words as `anthropic-messages` tells it (translate leg): the events of a stream, or one JSON object. */

import { compact } from '../compact.ts';
import type {
  AnswerFacts,
  AnswerWriter,
  NeutralAnswer,
  NeutralFinish,
  NeutralPart,
  NeutralUsage,
} from '../neutral.ts';
import type { WireObject } from '../protocol.ts';
import { parseToolInput } from '../tool-input.ts';

const stopReasons: Readonly<Record<NeutralFinish, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'content-filter': 'refusal',
  'tool-calls': 'tool_use',
  error: 'end_turn',
  other: 'end_turn',
};

type Kind = 'text' | 'thinking' | 'tool_use';

/** The block under way, or one that waits for its turn: this protocol tells one after the other. */
interface Block {
  readonly kind: Kind;
  /** Of a tool call. */
  readonly id: string;
  readonly name: string;
  /** Of a block that waits: all that came of it. */
  text: string;
  isWhole: boolean;
}

export class MessagesAnswerWriter implements AnswerWriter {
  readonly #facts: AnswerFacts;
  readonly #calls = new Set<string>();
  readonly #waiting: Block[] = [];
  #hasBegun = false;
  #index = 0;
  #open: Block | undefined;

  constructor(facts: AnswerFacts) {
    this.#facts = facts;
  }

  push(part: NeutralPart): string {
    switch (part.type) {
      case 'text-delta':
        return this.#tellText('text', part.delta);
      case 'reasoning-delta':
        return this.#tellText('thinking', part.delta);
      case 'tool-input-start':
        return this.#beginCall(part.id, part.toolName);
      case 'tool-input-delta':
        return this.#goOnWithCall(part.id, part.delta);
      case 'tool-input-end':
        return this.#endCall(part.id);
      case 'tool-call':
        return this.#tellCall(part.toolCallId, part.toolName, part.input);
      case 'finish':
        return this.#finish(part.finishReason.unified, part.usage);
      default:
        return '';
    }
  }

  /** Behind a call that is not whole yet, text waits. */
  #tellText(kind: 'text' | 'thinking', text: string): string {
    if (text === '') return '';
    const last = this.#waiting.at(-1) ?? this.#open;
    const block = last?.kind === kind ? last : { kind, id: '', name: '', text: '', isWhole: true };
    if (block === this.#open) return this.#tellDelta(block, text);
    if (this.#open?.kind !== 'tool_use')
      return this.#close() + this.#begin(block) + this.#tellDelta(block, text);
    if (block !== last) this.#waiting.push(block);
    block.text += text;
    return '';
  }

  #tellCall(id: string, name: string, input: string): string {
    if (this.#calls.has(id)) return '';
    return this.#beginCall(id, name) + this.#goOnWithCall(id, input) + this.#endCall(id);
  }

  #beginCall(id: string, name: string): string {
    this.#calls.add(id);
    const block: Block = { kind: 'tool_use', id, name, text: '', isWhole: false };
    if (this.#open?.kind !== 'tool_use') return this.#close() + this.#begin(block);
    this.#waiting.push(block);
    return '';
  }

  #goOnWithCall(id: string, delta: string): string {
    if (delta === '') return '';
    if (this.#open?.id === id) return this.#tellDelta(this.#open, delta);
    const block = this.#waiting.find((other) => other.id === id);
    if (block !== undefined) block.text += delta;
    return '';
  }

  #endCall(id: string): string {
    const block = this.#open?.id === id ? this.#open : this.#waiting.find((other) => other.id === id);
    if (block !== undefined) block.isWhole = true;
    return block === this.#open ? this.#tellWaiting() : '';
  }

  /** Those that wait, up to the first that is not whole: that one is the block under way from now on. */
  #tellWaiting(): string {
    let told = '';
    while (this.#open === undefined || this.#open.isWhole) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      told += this.#close() + this.#begin(next) + this.#tellDelta(next, next.text);
    }
    return this.#open?.kind === 'tool_use' && this.#open.isWhole ? told + this.#close() : told;
  }

  #begin(block: Block): string {
    this.#open = block;
    const event = { type: 'content_block_start', index: this.#index, content_block: encodeStart(block) };
    return this.#start() + encode(event);
  }

  #tellDelta({ kind }: Block, text: string): string {
    if (text === '') return '';
    return encode({ type: 'content_block_delta', index: this.#index, delta: encodeDelta(kind, text) });
  }

  #close(): string {
    if (this.#open === undefined) return '';
    this.#open = undefined;
    this.#index += 1;
    return encode({ type: 'content_block_stop', index: this.#index - 1 });
  }

  /** The tokens of the prompt are known at the end only. */
  #start(): string {
    if (this.#hasBegun) return '';
    this.#hasBegun = true;
    const usage = { input_tokens: 0, output_tokens: 0 };
    const message = { ...identify(this.#facts), content: [], stop_reason: null, stop_sequence: null, usage };
    return encode({ type: 'message_start', message });
  }

  #finish(finish: NeutralFinish, usage: NeutralUsage): string {
    for (const block of [...this.#waiting, this.#open]) if (block !== undefined) block.isWhole = true;
    const told = this.#start() + this.#tellWaiting() + this.#close();
    const reason = stopReasons[this.#calls.size > 0 && finish === 'stop' ? 'tool-calls' : finish];
    const delta = { stop_reason: reason, stop_sequence: null };
    const end = encode({ type: 'message_delta', delta, usage: encodeUsage(usage) });
    return told + end + encode({ type: 'message_stop' });
  }
}

function encodeStart({ kind, id, name }: Block): WireObject {
  if (kind === 'tool_use') return { type: kind, id, name, input: {} };
  return kind === 'text' ? { type: kind, text: '' } : { type: kind, thinking: '', signature: '' };
}

function encodeDelta(kind: Kind, text: string): WireObject {
  if (kind === 'tool_use') return { type: 'input_json_delta', partial_json: text };
  return kind === 'text' ? { type: 'text_delta', text } : { type: 'thinking_delta', thinking: text };
}

export function encodeMessagesAnswer(
  { content, finish, usage }: NeutralAnswer,
  facts: AnswerFacts,
): WireObject {
  const blocks = content.flatMap((part): readonly WireObject[] => {
    switch (part.type) {
      case 'text':
        return part.text === '' ? [] : [{ type: 'text', text: part.text }];
      case 'reasoning':
        return part.text === '' ? [] : [{ type: 'thinking', thinking: part.text, signature: '' }];
      case 'tool-call':
        return [
          { type: 'tool_use', id: part.toolCallId, name: part.toolName, input: parseToolInput(part.input) },
        ];
      default:
        return [];
    }
  });
  const hasCalls = blocks.some(({ type }) => type === 'tool_use');
  return {
    ...identify(facts),
    content: blocks,
    stop_reason: stopReasons[hasCalls && finish === 'stop' ? 'tool-calls' : finish],
    stop_sequence: null,
    usage: encodeUsage(usage),
  };
}

function identify({ id, model }: AnswerFacts): WireObject {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model };
}

/** What was read from a cache is not counted as input here. */
function encodeUsage({ inputTokens, outputTokens }: NeutralUsage): WireObject {
  const { total, noCache, cacheRead, cacheWrite } = inputTokens;
  return compact({
    input_tokens: noCache ?? Math.max(0, (total ?? 0) - (cacheRead ?? 0) - (cacheWrite ?? 0)),
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: outputTokens.total ?? 0,
  });
}

function encode(event: WireObject): string {
  return `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`;
}
