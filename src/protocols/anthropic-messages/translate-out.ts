/**
 * Writes a neutral answer as `anthropic-messages` (translate leg): the events of a stream, or one
 * JSON object.
 */

import { compact } from '../json/compact.ts';
import type { WireObject } from '../json/is-record.ts';
import {
  type Block,
  BlockSequence,
  type BlockTeller,
  toBlocks,
} from '../translation/block-sequence.ts';
import { chooseEndWord, type EndWords } from '../translation/finish.ts';
import type {
  AnswerFacts,
  AnswerWriter,
  FinishReason,
  NamedEvent,
  NeutralAnswer,
  NeutralPart,
  NeutralUsage,
  ToldEvent,
} from '../translation/neutral.ts';
import { parseToolInput } from '../translation/tool-input.ts';

const stopReasons: EndWords = {
  stop: 'end_turn',
  length: 'max_tokens',
  'content-filter': 'refusal',
  'tool-calls': 'tool_use',
  other: 'end_turn',
};

export class MessagesAnswerWriter implements AnswerWriter, BlockTeller {
  readonly #facts: AnswerFacts;
  readonly #blocks = new BlockSequence(this);
  #events: ToldEvent[] = [];
  #hasBegun = false;
  #index = 0;

  constructor(facts: AnswerFacts) {
    this.#facts = facts;
  }

  push(part: NeutralPart): readonly ToldEvent[] {
    this.#events = [];
    if (part.type === 'finish') this.#finish(part.finishReason, part.usage);
    else this.#blocks.push(part);
    return this.#events;
  }

  begin(block: Block): void {
    this.#start();
    const start = encodeBlock({ ...block, text: '', seal: undefined });
    this.#tell({ type: 'content_block_start', index: this.#index, content_block: start });
  }

  goOn(block: Block, text: string): void {
    this.#tell({
      type: 'content_block_delta',
      index: this.#index,
      delta: encodeDelta(block, text),
    });
  }

  end({ seal }: Block): void {
    const index = this.#index++;
    const delta = { type: 'signature_delta', signature: seal };
    if (seal !== undefined) this.#tell({ type: 'content_block_delta', index, delta });
    this.#tell({ type: 'content_block_stop', index });
  }

  /** The prompt's token count is known only at the end. */
  #start(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const usage = { input_tokens: 0, output_tokens: 0 };
    const message = {
      ...identify(this.#facts),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage,
    };
    this.#tell({ type: 'message_start', message });
  }

  #finish({ unified }: FinishReason, usage: NeutralUsage): void {
    this.#start();
    this.#blocks.end();
    const reason = chooseEndWord(stopReasons, unified, this.#blocks.hasCalls);
    const delta = { stop_reason: reason, stop_sequence: null };
    this.#tell({ type: 'message_delta', delta, usage: encodeUsage(usage) });
    this.#tell({ type: 'message_stop' });
  }

  #tell(event: NamedEvent): void {
    this.#events.push({ name: event.type, data: JSON.stringify(event), event });
  }
}

function encodeBlock({ kind, id, name, text, seal }: Block): WireObject {
  switch (kind) {
    case 'text':
      return { type: kind, text };
    case 'reasoning':
      return { type: 'thinking', thinking: text, signature: seal ?? '' };
    case 'call':
      return { type: 'tool_use', id, name, input: parseToolInput(text) };
    case 'picture':
      throw new TypeError('a picture in an answer has no words in the protocol of the request');
  }
}

function encodeDelta({ kind }: Block, text: string): WireObject {
  if (kind === 'call') return { type: 'input_json_delta', partial_json: text };
  return kind === 'text'
    ? { type: 'text_delta', text }
    : { type: 'thinking_delta', thinking: text };
}

export function encodeMessagesAnswer(
  { content, finish, usage }: NeutralAnswer,
  facts: AnswerFacts,
): WireObject {
  const blocks = toBlocks(content);
  const hasCalls = blocks.some(({ kind }) => kind === 'call');
  return {
    ...identify(facts),
    content: blocks.map(encodeBlock),
    stop_reason: chooseEndWord(stopReasons, finish, hasCalls),
    stop_sequence: null,
    usage: encodeUsage(usage),
  };
}

function identify({ id, model }: AnswerFacts): WireObject {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model };
}

/** Tokens read from a cache do not count as input here. */
function encodeUsage({ inputTokens, outputTokens }: NeutralUsage): WireObject {
  const { total, noCache, cacheRead, cacheWrite } = inputTokens;
  return compact({
    input_tokens: noCache ?? Math.max(0, (total ?? 0) - (cacheRead ?? 0) - (cacheWrite ?? 0)),
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: outputTokens.total ?? 0,
  });
}
