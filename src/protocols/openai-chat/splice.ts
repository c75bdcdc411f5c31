/** Rewrites the events of a continuation, so that the caller sees one stream: one id, one model, one text, one usage. */

import { isRecord, type WireObject } from '../is-record.ts';
import { pick } from '../pick.ts';
import type { Delivered, StreamSplicer, TextFilter } from '../protocol.ts';
import { addUsage } from '../usage.ts';

/** What all events of one stream have in common. */
const identity = ['id', 'object', 'created', 'model', 'system_fingerprint', 'service_tier', 'provider'];

/** What the caller has already, or must not get twice: reasoning belongs before the text, and the role to the first event. */
const untold = new Set(['role', 'content', 'reasoning_content', 'reasoning', 'reasoning_details']);

export class ChatSplicer implements StreamSplicer {
  readonly #before: Delivered;
  readonly #filter: TextFilter;
  #usage: WireObject | undefined;

  constructor(before: Delivered, filter: TextFilter) {
    this.#before = before;
    this.#filter = filter;
  }

  /** Summed over all attempts of the answer so far. */
  get usage(): WireObject | undefined {
    return this.#usage ?? this.#before.usage;
  }

  rewrite(data: string): Buffer | undefined {
    const event: unknown = JSON.parse(data);
    if (!isRecord(event)) return undefined;
    if (isRecord(event['usage'])) this.#usage = addUsage(this.#before.usage, event['usage']);
    const came = Array.isArray(event['choices']) ? event['choices'] : [];
    const choices = came.flatMap(this.#splice);
    if (choices.length === 0 && (came.length > 0 || !isRecord(event['usage']))) return undefined;
    const told = { ...event, ...pick(this.#before.opening, identity), choices };
    return encode(isRecord(event['usage']) ? { ...told, usage: this.#usage } : told);
  }

  end(): Buffer | undefined {
    const content = this.#filter.end();
    if (content === '') return undefined;
    const choices = [{ index: 0, delta: { content }, finish_reason: null }];
    return encode({ ...pick(this.#before.opening, identity), choices });
  }

  /** One choice as it is told, or nothing. What was held back flows before a tool call starts or the answer ends. */
  readonly #splice = (choice: unknown): readonly WireObject[] => {
    if (!isRecord(choice)) return [];
    const delta = isRecord(choice['delta']) ? choice['delta'] : {};
    const rest = Object.entries(delta).filter(([field, value]) => !untold.has(field) && isSomething(value));
    const isEnd = typeof choice['finish_reason'] === 'string' && choice['finish_reason'] !== '';
    const came = typeof delta['content'] === 'string' ? this.#filter.push(delta['content']) : '';
    const content = isEnd || rest.length > 0 ? came + this.#filter.end() : came;
    if (content === '' && rest.length === 0 && !isEnd) return [];
    const text = content === '' ? {} : { content };
    return [{ ...choice, delta: { ...text, ...Object.fromEntries(rest) } }];
  };
}

function encode(event: WireObject): Buffer {
  return Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
}

function isSomething(value: unknown): boolean {
  return (
    value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
  );
}
