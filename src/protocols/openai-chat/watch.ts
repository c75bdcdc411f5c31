/** What a relayed `openai-chat` stream or whole answer tells us: content, the end, errors in band, usage. */

import type { Operation } from '../../model/protocol.ts';
import type { Usage } from '../../model/record.ts';
import { isFilled, isRecord, type WireObject } from '../is-record.ts';
import type { BodyVerdict, EventVerdict, StreamWatch, WatchOptions } from '../protocol.ts';
import { saysFault, saysVendorFault } from '../says-fault.ts';
import { readOpenaiUsage } from '../usage.ts';
import { type EventReader, type Seen, WatchedStream } from '../watched-stream.ts';
import { namesOfMessage } from './bound.ts';

export function watchChatStream(options: WatchOptions): StreamWatch {
  return new WatchedStream((seen) => new ChatReader(seen, options));
}

/** Vendors differ in where reasoning stands, so every known place counts as content. */
class ChatReader implements EventReader {
  readonly #seen: Seen;
  readonly #options: WatchOptions;
  readonly #begun = new Set<unknown>();
  readonly #finished = new Set<unknown>();
  readonly readUsage = readUsage;

  constructor(seen: Seen, options: WatchOptions) {
    this.#seen = seen;
    this.#options = options;
  }

  /** Some vendors give one answer, however many were asked for: at the marker those that have begun count. */
  isMarker(data: string): boolean {
    const isMarker = data === '[DONE]' || data.trim() === '[DONE]';
    if (isMarker) this.#seen.hasFinished = this.#finished.size >= Math.max(1, this.#begun.size);
    return isMarker;
  }

  take(event: WireObject): EventVerdict {
    if (isErrorEvent(event) || isGivenUp(event['choices'])) return 'error';
    this.#seen.opening ??= event;
    if (isRecord(event['usage'])) this.#seen.usage = event['usage'];
    return this.#takeChoices(event['choices']);
  }

  #takeChoices(choices: unknown): EventVerdict {
    if (!Array.isArray(choices)) return 'silent';
    let isContent = false;
    for (const choice of choices) {
      if (!isRecord(choice)) continue;
      const index = choice['index'] ?? 0;
      // Some vendors write an empty reason into every event.
      if (isFilled(choice['finish_reason'])) this.#finish(index);
      if (!hasDelta(choice['delta'])) continue;
      isContent = true;
      this.#begun.add(index);
      this.#seen.hasCall ||= bringsCall(choice['delta']);
      if (bringsBound(choice['delta'])) this.#seen.made.push(...namesOfMessage(choice['delta']));
      if (this.#options.keepsText) this.#keep(choice);
    }
    return isContent ? 'content' : 'silent';
  }

  #finish(index: unknown): void {
    this.#finished.add(index);
    this.#seen.hasFinished = this.#finished.size >= this.#options.choices;
  }

  /** Text is kept, reasoning may be lost; whatever else has content stands in the way of a continuation. */
  #keep(choice: WireObject): void {
    const { delta } = choice;
    if (!isRecord(delta)) return;
    const { content } = delta;
    if (typeof content === 'string' && content !== '') this.#seen.text.add(content);
    this.#seen.obstacle ??= findObstacle(choice, delta);
  }
}

function bringsCall(delta: unknown): boolean {
  return isRecord(delta) && (isFilled(delta['tool_calls']) || isFilled(delta['function_call']));
}

function bringsBound(delta: unknown): boolean {
  return isRecord(delta) && (delta['audio'] !== undefined || delta['tool_calls'] !== undefined);
}

function findObstacle({ index, logprobs }: WireObject, delta: WireObject): string | undefined {
  if (index !== undefined && index !== 0) return 'several answers at once';
  if (isRecord(logprobs)) return 'log probabilities';
  if (Array.isArray(delta['content'])) return 'content in parts';
  return obstacles.find(([field]) => isFilled(delta[field]))?.[1];
}

/** What cannot be continued by anybody else, and its name in messages. */
const obstacles = [
  ['tool_calls', 'a tool call'],
  ['function_call', 'a tool call'],
  ['audio', 'audio'],
  ['images', 'an image'],
  ['refusal', 'a refusal'],
] as const;

/** OpenRouter ends a failed stream with `error` beside `choices`; vLLM sends `{"object":"error"}`. Read 2026-10. */
function isErrorEvent(event: WireObject): boolean {
  return saysFault(event['error']) || event['object'] === 'error' || saysVendorFault(event);
}

/** Finish reasons that are no end: OpenRouter's, and DeepSeek's when it runs out of machines. Read 2026-11. */
const brokenFinishes: ReadonlySet<unknown> = new Set(['error', 'insufficient_system_resource']);

function isGivenUp(choices: unknown): boolean {
  if (!Array.isArray(choices)) return false;
  return choices.some(
    (choice) =>
      isRecord(choice) && (saysFault(choice['error']) || brokenFinishes.has(choice['finish_reason'])),
  );
}

const textFields = ['content', 'reasoning_content', 'reasoning', 'refusal'];
const startFields = ['tool_calls', 'function_call', 'audio', 'images', 'reasoning_details'];

function hasDelta(delta: unknown): boolean {
  if (!isRecord(delta)) return false;
  if (textFields.some((field) => isFilled(delta[field]))) return true;
  return startFields.some((field) => isFilled(delta[field]));
}

function readUsage(usage: unknown): Usage | undefined {
  return readOpenaiUsage(usage, ['prompt', 'completion']);
}

/** Judges an answer that is not streamed: it must parse to its end and hold what was asked for. */
export function judgeChatAnswer(body: WireObject, operation: Operation): BodyVerdict {
  if (isErrorEvent(body)) return { kind: 'error' };
  const usage = readUsage(body['usage']);
  if (operation === 'embed') {
    return Array.isArray(body['data'])
      ? { kind: 'answer', usage, isEmpty: false, body }
      : { kind: 'malformed', detail: 'a JSON body without "data"' };
  }
  return judgeChoices(body, usage);
}

function judgeChoices(body: WireObject, usage: Usage | undefined): BodyVerdict {
  const { choices } = body;
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  if (!isRecord(first)) return { kind: 'malformed', detail: 'a JSON body without "choices"' };
  if (isGivenUp(choices)) return { kind: 'error' };
  const isEmpty = !hasDelta(first['message']) && first['finish_reason'] !== 'length';
  const made = Array.isArray(choices)
    ? choices.filter(isRecord).flatMap(({ message }) => namesOfMessage(message))
    : [];
  return { kind: 'answer', usage, isEmpty, body, made };
}
