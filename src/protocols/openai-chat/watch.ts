/** What a relayed `openai-chat` stream or whole answer tells us: content, the end, errors in band, usage. */

import type { Operation } from '../../model/protocol.ts';
import type { Usage } from '../../model/record.ts';
import { DeliveredText } from '../delivered-text.ts';
import { isRecord } from '../is-record.ts';
import { parseOrNothing } from '../json-body.ts';
import type {
  BodyVerdict,
  Delivered,
  EventVerdict,
  StreamWatch,
  WatchOptions,
  WireObject,
} from '../protocol.ts';
import { saysFault } from '../says-fault.ts';
import { namesOfMessage } from './bound.ts';

/** Watches one stream. Vendors differ in where reasoning stands, so every known place counts as content. */
export class ChatStreamWatch implements StreamWatch {
  readonly #options: WatchOptions;
  readonly #begun = new Set<unknown>();
  readonly #finished = new Set<unknown>();
  #isMarked = false;
  readonly #text = new DeliveredText();
  #opening: WireObject | undefined;
  #usage: WireObject | undefined;
  #obstacle: string | undefined;
  readonly made: string[] = [];
  hasContent = false;
  hasCall = false;
  error: string | undefined;
  event: WireObject | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Some vendors give one answer, however many were asked for: at the marker those that have begun count. */
  get hasFinished(): boolean {
    const expected = this.#isMarked ? Math.max(1, this.#begun.size) : this.#options.choices;
    return this.#finished.size >= expected;
  }

  get usage(): Usage | undefined {
    return readUsage(this.#usage);
  }

  push(data: string): EventVerdict {
    this.event = undefined;
    if (data === '[DONE]' || data.trim() === '[DONE]') {
      this.#isMarked = true;
      return 'terminal';
    }
    const event = parseOrNothing(data);
    this.event = isRecord(event) ? event : undefined;
    if (this.event === undefined) return 'malformed';
    const verdict = this.take(this.event);
    if (verdict === 'error') this.error = data;
    return verdict;
  }

  take(event: WireObject): EventVerdict {
    if (isErrorEvent(event) || isVendorError(event) || isGivenUp(event['choices'])) return 'error';
    this.#opening ??= event;
    if (isRecord(event['usage'])) this.#usage = event['usage'];
    return this.#pushChoices(event['choices']);
  }

  delivered(): Delivered {
    return {
      text: this.#text.whole(),
      textEvents: this.#text.events,
      obstacle: this.#text.isTooLong ? 'a text too long to be kept' : this.#obstacle,
      opening: this.#opening ?? {},
      usage: this.#usage,
    };
  }

  #pushChoices(choices: unknown): EventVerdict {
    if (!Array.isArray(choices)) return 'silent';
    let isContent = false;
    for (const choice of choices) {
      if (!isRecord(choice)) continue;
      const index = choice['index'] ?? 0;
      // Some vendors write an empty reason into every event.
      if (isFilled(choice['finish_reason'])) this.#finished.add(index);
      if (!hasDelta(choice['delta'])) continue;
      isContent = true;
      this.#begun.add(index);
      this.hasCall ||= bringsCall(choice['delta']);
      if (bringsAudio(choice['delta'])) this.made.push(...namesOfMessage(choice['delta']));
      if (this.#options.keepsText) this.#keep(choice);
    }
    if (isContent) this.hasContent = true;
    return isContent ? 'content' : 'silent';
  }

  /** Text is kept, reasoning may be lost; whatever else has content stands in the way of a continuation. */
  #keep(choice: WireObject): void {
    const { delta } = choice;
    if (!isRecord(delta)) return;
    const { content } = delta;
    if (typeof content === 'string' && content !== '') this.#text.add(content);
    this.#obstacle ??= findObstacle(choice, delta);
  }
}

function bringsCall(delta: unknown): boolean {
  return isRecord(delta) && (isFilled(delta['tool_calls']) || isFilled(delta['function_call']));
}

function bringsAudio(delta: unknown): boolean {
  return isRecord(delta) && delta['audio'] !== undefined;
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
  return saysFault(event['error']) || event['object'] === 'error';
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

function isFilled(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  return Array.isArray(value) ? value.length > 0 : isRecord(value);
}

function readUsage(usage: unknown): Usage | undefined {
  if (!isRecord(usage)) return undefined;
  const input = usage['prompt_tokens'];
  const output = usage['completion_tokens'];
  return {
    ...(typeof input === 'number' ? { inputTokens: input } : {}),
    ...(typeof output === 'number' ? { outputTokens: output } : {}),
  };
}

/** Judges an answer that is not streamed: it must parse to its end and hold what was asked for. */
export function judgeChatAnswer(body: WireObject, operation: Operation): BodyVerdict {
  if (isErrorEvent(body) || isVendorError(body)) return { kind: 'error' };
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

/** MiniMax answers 200 with `base_resp.status_code` other than 0; see its native API, read 2026-10. */
function isVendorError(body: Readonly<Record<string, unknown>>): boolean {
  const base = body['base_resp'];
  return isRecord(base) && typeof base['status_code'] === 'number' && base['status_code'] !== 0;
}
