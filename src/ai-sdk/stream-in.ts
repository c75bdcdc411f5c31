/**
 * Converts a streamed `openai-chat` answer to the AI SDK's stream parts, with a start and an end
 * for every text and reasoning.
 */

import type { LanguageModelV3StreamPart } from '@ai-sdk/provider';
import type { WireObject } from '../protocols/json/is-record.ts';
import { ChatAnswerDecoder } from '../protocols/openai-chat/answer-in.ts';
import { ChatWatch } from '../protocols/openai-chat/watch.ts';
import type { NeutralPart } from '../protocols/translation/neutral.ts';
import { SseSplitter } from '../transport/sse.ts';

export function responseMetadata({ id, model, created }: WireObject): {
  readonly id?: string;
  readonly modelId?: string;
  readonly timestamp?: Date;
} {
  return {
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { modelId: model } : {}),
    ...(typeof created === 'number' ? { timestamp: new Date(created * 1000) } : {}),
  };
}

/**
 * Turns bytes into parts. An in-band error, or an answer without an end, is one `error` part before
 * the `finish`. A tool call is held until the answer has ended well, since a call from a broken
 * answer must not be executed.
 */
export class StreamReader {
  readonly #splitter = new SseSplitter();
  readonly #watch = new ChatWatch({ choices: 1, keepsText: false });
  readonly #decoder = new ChatAnswerDecoder();
  readonly #isRaw: boolean;
  #open: { readonly kind: 'text' | 'reasoning'; readonly id: string } | undefined;
  #opened = 0;
  readonly #calls: LanguageModelV3StreamPart[] = [];
  #hasBegun = false;
  #isBroken = false;

  constructor(isRaw: boolean) {
    this.#isRaw = isRaw;
  }

  push(chunk: Uint8Array): readonly LanguageModelV3StreamPart[] {
    return this.#splitter
      .push(Buffer.from(chunk))
      .flatMap(({ data }) => (data === undefined ? [] : this.#take(data)));
  }

  end(): readonly LanguageModelV3StreamPart[] {
    const last = this.#splitter.end()?.data;
    const rest = last === undefined ? [] : this.#take(last);
    return [...rest, ...this.#close(), ...this.#finish()];
  }

  #take(data: string): readonly LanguageModelV3StreamPart[] {
    const verdict = this.#watch.push(data);
    const { event } = this.#watch;
    if (event === undefined || this.#isBroken) return [];
    const raw: LanguageModelV3StreamPart[] = this.#isRaw ? [{ type: 'raw', rawValue: event }] : [];
    if (verdict === 'error') return [...raw, ...this.#break(event['error'] ?? event)];
    return [...raw, ...this.#begin(event), ...this.#read(() => this.#decoder.push(event))];
  }

  #begin(event: WireObject): readonly LanguageModelV3StreamPart[] {
    if (this.#hasBegun) return [];
    this.#hasBegun = true;
    return [{ type: 'response-metadata', ...responseMetadata(event) }];
  }

  #read(read: () => readonly NeutralPart[]): readonly LanguageModelV3StreamPart[] {
    try {
      return read().flatMap((part) => this.#frame(part));
    } catch (error) {
      return this.#break(error);
    }
  }

  #break(error: unknown): readonly LanguageModelV3StreamPart[] {
    this.#isBroken = true;
    return [{ type: 'error', error }];
  }

  #frame(part: NeutralPart): readonly LanguageModelV3StreamPart[] {
    if (part.type === 'tool-call') {
      this.#calls.push(part);
      return this.#close();
    }
    if (part.type !== 'text-delta' && part.type !== 'reasoning-delta')
      return [...this.#close(), part];
    const kind = part.type === 'text-delta' ? 'text' : 'reasoning';
    if (this.#open?.kind === kind) return [{ ...part, id: this.#open.id }];
    const before = this.#close();
    const id = `${kind}-${this.#opened}`;
    this.#opened += 1;
    this.#open = { kind, id };
    return [...before, { type: `${kind}-start`, id }, { ...part, id }];
  }

  #close(): readonly LanguageModelV3StreamPart[] {
    const open = this.#open;
    this.#open = undefined;
    return open === undefined ? [] : [{ type: `${open.kind}-end`, id: open.id }];
  }

  #finish(): readonly LanguageModelV3StreamPart[] {
    const parts = this.#isBroken ? [] : this.#read(() => this.#decoder.end());
    if (parts.some(({ type }) => type === 'finish'))
      return parts.flatMap((part) => (part.type === 'finish' ? [...this.#calls, part] : [part]));
    const total = undefined;
    const usage = {
      inputTokens: { total, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total, text: undefined, reasoning: undefined },
    };
    return [
      ...parts,
      { type: 'finish', finishReason: { unified: 'error', raw: undefined }, usage },
    ];
  }
}
