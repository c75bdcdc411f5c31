/**
 * Watches a relayed `openai-responses` stream or whole answer for content, its end, in-band errors
 * and usage.
 */

import { lacksField, wrongType } from '../content/content-shape.ts';
import { saysFault } from '../content/says-fault.ts';
import type { BodyVerdict } from '../contract/protocol.ts';
import {
  type Delivered,
  type EventVerdict,
  StreamWatch,
  tooLong,
} from '../contract/watched-stream.ts';
import { isFilled, isRecord, type WireObject } from '../json/is-record.ts';
import type { Finish } from '../translation/finish.ts';
import { countResponseTokens, readUsage } from '../translation/usage.ts';
import { namesOfItem, namesOfResponse } from './bound.ts';
import { isOutput, isWellFormed } from './content-shape.ts';
import { judgeEndEvent, judgeResponseFinish } from './finish.ts';
import { ItemLedger } from './items.ts';

/** The last event of a stream says how it ended: without it the stream is incomplete (law 17). */
export class ResponsesWatch extends StreamWatch {
  readonly #ledger = new ItemLedger();
  /** The open message has ended, provided the next event does not break the answer. */
  #closing: WireObject[] = [];
  #messages = 0;
  #textEvents = 0;

  protected readonly countTokens = countResponseTokens;

  /** The text is part of its item. */
  override delivered(): Delivered {
    const { text, place, isTooLong } = this.#ledger;
    const all = { ...super.delivered(), text, textEvents: this.#textEvents, place };
    return isTooLong ? { ...all, obstacle: tooLong } : all;
  }

  protected findFault(event: WireObject): 'error' | 'malformed' | undefined {
    if (isErrorEvent(event)) return 'error';
    return isWellFormed(event) ? undefined : 'malformed';
  }

  protected read(event: WireObject): EventVerdict {
    const { type, response } = event;
    if (typeof type !== 'string') return 'silent';
    // Its caller may leave, and come back for it.
    if (this.opening === undefined && isRecord(response)) {
      this.opening = withoutBulk(response);
      this.made.push(...namesOfResponse(response));
    }
    const finish = judgeEndEvent(type, event);
    if (finish !== undefined) return this.#finish(event, finish);
    if (this.#isClosing(type)) {
      this.#closing.push(event);
      return 'closing';
    }
    if (this.#closing.length > 0) this.#close();
    this.#note(type, event);
    const isContent = isContentEvent(type, event) || (!this.hasContent && isWholeItem(type, event));
    return isContent ? 'content' : 'silent';
  }

  #isClosing(type: string): boolean {
    return closings.has(type) && this.hasContent && this.#ledger.open?.item['type'] === 'message';
  }

  #close(): void {
    for (const event of this.#closing.splice(0)) this.#note(String(event['type']), event);
  }

  #finish(event: WireObject, finish: Finish): EventVerdict {
    if (finish.kind !== 'broken') this.#close();
    const response = isRecord(event['response']) ? event['response'] : {};
    if (isRecord(response['usage'])) this.counted = response['usage'];
    this.finish = finish;
    this.hasFinished = true;
    this.hasContent ||= hasFilledItem(response['output']);
    return 'terminal';
  }

  #note(type: string, event: WireObject): void {
    this.hasCall ||= type === 'response.output_item.added' && isCall(typeOfItem(event));
    const item = type === 'response.output_item.done' ? event['item'] : undefined;
    if (isRecord(item)) this.made.push(...namesOfItem(item, this.opening?.['store'] !== false));
    if (this.options.keepsText) this.#keep(type, event);
    else this.#ledger.count(event);
  }

  #keep(type: string, event: WireObject): void {
    this.#ledger.note(event);
    if (type === 'response.output_text.delta') this.#textEvents += 1;
    if (type === 'response.output_item.added' && typeOfItem(event) === 'message')
      this.#messages += 1;
    this.obstacle ??= this.#findObstacle(type, event);
  }

  #findObstacle(type: string, event: WireObject): string | undefined {
    if (type === 'response.output_item.added' && !plainItems.has(typeOfItem(event)))
      return 'a tool call';
    if (this.#ledger.isTangled) return 'several items at once';
    if (this.#messages > 1) return 'several messages';
    if (isFilled(event['logprobs'])) return 'log probabilities';
    if (type === 'response.content_part.added' && event['content_index'] !== 0)
      return 'several texts';
    return obstacles[type];
  }
}

/** Events that end a message. */
const closings: ReadonlySet<string> = new Set([
  'response.output_text.done',
  'response.content_part.done',
  'response.output_item.done',
]);

/** Items of text and reasoning; all others are calls. */
const plainItems: ReadonlySet<unknown> = new Set(['message', 'reasoning']);

/** Items that only this target can continue, with their names in messages. */
const obstacles: Readonly<Record<string, string>> = {
  'response.refusal.delta': 'a refusal',
  'response.output_text.annotation.added': 'a citation',
  'response.audio.delta': 'audio',
  'response.audio.transcript.delta': 'audio',
};

/** Response fields that repeat the request, of any size: the continuation repeats them too. */
const bulk = new Set(['instructions', 'tools', 'output', 'prompt', 'text', 'tool_choice']);

function withoutBulk(response: WireObject): WireObject {
  return Object.fromEntries(Object.entries(response).filter(([field]) => !bulk.has(field)));
}

/** OpenAI sends a top-level `error` object where its reference shows flat fields; seen 2026-09. */
function isErrorEvent(event: WireObject): boolean {
  const { type, error, object, response } = event;
  if (type === 'error' || type === 'response.failed' || object === 'error' || saysFault(error))
    return true;
  return isRecord(response) && saysFailed(response);
}

function saysFailed(response: WireObject): boolean {
  return response['status'] === 'failed' || saysFault(response['error']);
}

/**
 * True for a delta of text, reasoning, refusal or a call's input; the start of a call; a piece of
 * an image.
 */
function isContentEvent(type: string, event: WireObject): boolean {
  if (type.endsWith('.delta')) return isFilled(event['delta']);
  if (type === 'response.output_item.added') return isCall(typeOfItem(event));
  return type === 'response.image_generation_call.partial_image';
}

/** Some servers send an item only when it is complete. */
function isWholeItem(type: string, event: WireObject): boolean {
  return type === 'response.output_item.done' && isFilledItem(event['item']);
}

function typeOfItem({ item }: WireObject): unknown {
  return isRecord(item) ? item['type'] : undefined;
}

/**
 * Types such as `function_call`, `custom_tool_call`, `web_search_call`; approval requests; code
 * interpreter calls.
 */
function isCall(type: unknown): boolean {
  if (typeof type !== 'string' || type === 'message') return false;
  return type.endsWith('_call') || otherCalls.has(type);
}

const otherCalls: ReadonlySet<string> = new Set(['mcp_approval_request', 'program']);

function hasFilledItem(output: unknown): boolean {
  return Array.isArray(output) && output.some(isFilledItem);
}

/** True if the item has content. Encrypted reasoning alone does not count. */
function isFilledItem(item: unknown): boolean {
  if (!isRecord(item)) return false;
  if (isCall(item['type'])) return true;
  return hasFilledPart(item['content']) || hasFilledPart(item['summary']);
}

function hasFilledPart(parts: unknown): boolean {
  return Array.isArray(parts) && parts.some(isFilledPart);
}

function isFilledPart(part: unknown): boolean {
  return (
    isRecord(part) &&
    (isFilled(part['text']) || isFilled(part['refusal']) || isFilled(part['transcript']))
  );
}

/** Judges an answer that is not streamed: it must parse to its end and hold what was asked for. */
export function judgeResponsesAnswer(body: WireObject): BodyVerdict {
  if (saysFailed(body)) return { kind: 'error' };
  const { output } = body;
  if (!Array.isArray(output)) return lacksField('output');
  if (!isOutput(output)) return wrongType;
  const usage = readUsage(body['usage'], countResponseTokens);
  const finish = judgeResponseFinish(body);
  const made = [...namesOfResponse(body)];
  for (const item of output)
    if (isRecord(item)) made.push(...namesOfItem(item, body['store'] !== false));
  return { kind: 'answer', usage, isEmpty: !hasFilledItem(output), finish, body, made };
}
