/**
 * Writes a neutral answer as `openai-chat` (translate leg): the events of a stream, or one JSON
 * object.
 */

import { compact } from '../json/compact.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import { toAddress } from '../translation/file-data.ts';
import { chooseEndWord, type EndWords } from '../translation/finish.ts';
import type {
  AnswerFacts,
  AnswerWriter,
  FinishReason,
  NeutralAnswer,
  NeutralPart,
  NeutralUsage,
  ToldEvent,
} from '../translation/neutral.ts';
import { ReasoningParagraphs } from '../translation/reasoning-paragraphs.ts';
import { sealIn, WaitingSeals } from '../translation/seals.ts';
import { readTextInput } from '../translation/text-tools.ts';

const finishReasons: EndWords = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content_filter',
  'tool-calls': 'tool_calls',
  other: 'stop',
};

const nothing: readonly ToldEvent[] = [];

export class ChatAnswerWriter implements AnswerWriter {
  readonly #facts: AnswerFacts;
  /** Index of each tool call, by its id. */
  readonly #calls = new Map<string, number>();
  /** Calls without input so far: a client that parses the input must find an object. */
  readonly #silent = new Set<string>();
  /**
   * Calls of custom tools. Their input arrives as JSON, so the text is sent when it is complete.
   */
  readonly #texts = new Set<string>();
  readonly #paragraphs = new ReasoningParagraphs();
  readonly #seals: WaitingSeals;
  #hasBegun = false;

  constructor(facts: AnswerFacts) {
    this.#facts = facts;
    this.#seals = new WaitingSeals(facts);
  }

  push(next: NeutralPart): readonly ToldEvent[] {
    this.#seals.push(next);
    const part = this.#paragraphs.next(next);
    switch (part.type) {
      case 'text-delta':
        return part.delta === '' ? nothing : this.#tell({ content: part.delta });
      case 'reasoning-delta':
        return part.delta === '' ? nothing : this.#tell({ reasoning_content: part.delta });
      case 'tool-input-start':
        return this.#beginCall(part.id, part.toolName, '');
      case 'tool-input-delta':
        return this.#texts.has(part.id) ? nothing : this.#goOnWithCall(part.id, part.delta);
      case 'tool-call':
        return this.#tellWhole(part);
      case 'file':
        return this.#tell({ images: [encodeImage(part)] });
      case 'finish':
        return this.#finish(part.finishReason, part.usage);
      default:
        return nothing;
    }
  }

  /** Sends only what was not sent in pieces. */
  #tellWhole({
    toolCallId: id,
    toolName,
    input,
  }: Extract<NeutralPart, { type: 'tool-call' }>): readonly ToldEvent[] {
    if (!this.#calls.has(id)) return this.#beginCall(id, toolName, input);
    if (this.#texts.delete(id)) return this.#goOnWithText(id, readTextInput(input));
    return this.#silent.has(id) ? this.#goOnWithCall(id, input === '' ? '{}' : input) : nothing;
  }

  #beginCall(id: string, name: string, input: string): readonly ToldEvent[] {
    const index = this.#calls.size;
    this.#calls.set(id, index);
    if (input === '') this.#silent.add(id);
    if (this.#facts.textTools.has(name) && input === '') this.#texts.add(id);
    const call = encodeCall({ toolCallId: id, toolName: name, input }, this.#facts);
    return this.#tell({ tool_calls: [{ index, ...call, ...encodeSeals(this.#seals) }] });
  }

  #goOnWithCall(id: string, delta: string): readonly ToldEvent[] {
    const index = this.#calls.get(id);
    if (index === undefined || delta === '') return nothing;
    this.#silent.delete(id);
    return this.#tell({ tool_calls: [{ index, function: { arguments: delta } }] });
  }

  #goOnWithText(id: string, input: string): readonly ToldEvent[] {
    if (input === '') return nothing;
    return this.#tell({ tool_calls: [{ index: this.#calls.get(id), custom: { input } }] });
  }

  #tell(delta: WireObject): readonly ToldEvent[] {
    const sent = this.#hasBegun ? delta : { role: 'assistant', ...delta };
    this.#hasBegun = true;
    return [this.#encode({ choices: [{ index: 0, delta: sent, finish_reason: null }] })];
  }

  #finish({ unified }: FinishReason, usage: NeutralUsage): readonly ToldEvent[] {
    this.#seals.end();
    const reason = chooseEndWord(finishReasons, unified, this.#calls.size > 0);
    const end = this.#encode({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
    const options = this.#facts.request['stream_options'];
    const wantsUsage = isRecord(options) && options['include_usage'] === true;
    const counts = wantsUsage ? [this.#encode({ choices: [], usage: encodeUsage(usage) })] : [];
    return [end, ...counts, { data: '[DONE]' }];
  }

  #encode(fields: WireObject): ToldEvent {
    const { id, createdAt, model } = this.#facts;
    const event = {
      id: `chatcmpl-${id}`,
      object: 'chat.completion.chunk',
      created: createdAt,
      model,
      ...fields,
    };
    return { data: JSON.stringify(event), event };
  }
}

export function encodeChatAnswer(
  { content, finish, usage }: NeutralAnswer,
  facts: AnswerFacts,
): WireObject {
  const calls = encodeCalls(content, facts);
  const images = content.flatMap((part) => (part.type === 'file' ? [encodeImage(part)] : []));
  const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const thoughts = content.flatMap((part) => (part.type === 'reasoning' ? [part.text] : []));
  const reasoning = thoughts.filter((text) => text !== '').join('\n\n');
  const message = {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(images.length === 0 ? {} : { images }),
  };
  const reason = chooseEndWord(finishReasons, finish, calls.length > 0);
  return {
    id: `chatcmpl-${facts.id}`,
    object: 'chat.completion',
    created: facts.createdAt,
    model: facts.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: reason }],
    usage: encodeUsage(usage),
  };
}

function encodeCalls(content: NeutralAnswer['content'], facts: AnswerFacts): readonly WireObject[] {
  const seals = new WaitingSeals(facts);
  const calls = content.flatMap((part): readonly WireObject[] => {
    if (part.type === 'reasoning') seals.add(part.text, sealIn(part.providerMetadata));
    if (part.type !== 'tool-call') return [];
    return [{ ...encodeCall(part, facts), ...encodeSeals(seals) }];
  });
  seals.end();
  return calls;
}

type WholeCall = Pick<
  Extract<NeutralPart, { type: 'tool-call' }>,
  'toolCallId' | 'toolName' | 'input'
>;

/** A custom tool's input is text. */
function encodeCall(
  { toolCallId: id, toolName: name, input }: WholeCall,
  { textTools }: AnswerFacts,
): WireObject {
  if (!textTools.has(name)) return { id, type: 'function', function: { name, arguments: input } };
  return { id, type: 'custom', custom: { name, input: input === '' ? '' : readTextInput(input) } };
}

/** Google's seal goes into Google's field; others next to it. */
function encodeSeals(seals: WaitingSeals): WireObject {
  const { google, packed } = seals.take();
  const extra = {
    ...(google === undefined ? {} : { google: { thought_signature: google } }),
    ...(packed === undefined ? {} : { holdfast: { thought_signature: packed } }),
  };
  return Object.keys(extra).length === 0 ? {} : { extra_content: extra };
}

/**
 * Sends images as OpenRouter does: https://openrouter.ai/docs/features/multimodal/image-generation,
 * read 2026-11.
 */
function encodeImage(file: Extract<NeutralPart, { type: 'file' }>): WireObject {
  return { type: 'image_url', image_url: { url: toAddress(file) } };
}

function encodeUsage({ inputTokens, outputTokens }: NeutralUsage): WireObject {
  const input = inputTokens.total ?? 0;
  const output = outputTokens.total ?? 0;
  return compact({
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details:
      inputTokens.cacheRead === undefined ? undefined : { cached_tokens: inputTokens.cacheRead },
    completion_tokens_details:
      outputTokens.reasoning === undefined
        ? undefined
        : { reasoning_tokens: outputTokens.reasoning },
  });
}
