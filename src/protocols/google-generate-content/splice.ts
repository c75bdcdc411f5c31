/** Rewrites the events of a continuation, so that the caller sees one stream: one id, one model, one text, one usage. */

import { isRecord, type WireObject } from '../is-record.ts';
import { pick } from '../pick.ts';
import type { Delivered, StreamSplicer, TextFilter } from '../protocol.ts';
import { addUsage } from '../usage.ts';
import { candidatesOf, dataOf, partsOf, textOf } from './parts.ts';

/** What all events of one stream have in common. */
const identity = ['responseId', 'modelVersion'];

export class GoogleSplicer implements StreamSplicer {
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
    const counted = event['usageMetadata'];
    if (isRecord(counted)) this.#usage = addUsage(this.#before.usage, counted);
    const candidates = candidatesOf(event).flatMap((candidate) => this.#splice(candidate));
    if (candidates.length === 0) return undefined;
    return this.#encode({
      ...event,
      candidates,
      ...(isRecord(counted) ? { usageMetadata: this.#usage } : {}),
    });
  }

  end(): Buffer | undefined {
    const text = this.#filter.end();
    return text === '' ? undefined : this.#encode({ candidates: [toCandidate([{ text }])] });
  }

  /** What was held back flows before a call or the end; thoughts belong before the text that the caller has already. */
  #splice(candidate: WireObject): readonly WireObject[] {
    const isEnd = typeof candidate['finishReason'] === 'string';
    const parts = partsOf(candidate).flatMap((part) => this.#splicePart(part));
    const rest = isEnd ? toParts(this.#filter.end()) : [];
    if (parts.length === 0 && !isEnd) return [];
    return [{ ...candidate, ...toCandidate([...parts, ...rest]) }];
  }

  #splicePart(part: WireObject): readonly WireObject[] {
    if (dataOf(part) !== undefined) return [...toParts(this.#filter.end()), part];
    return toParts(this.#filter.push(textOf(part)));
  }

  #encode(event: WireObject): Buffer {
    const told = { ...event, ...pick(this.#before.opening, identity) };
    return Buffer.from(`data: ${JSON.stringify(told)}\n\n`);
  }
}

function toParts(text: string): readonly WireObject[] {
  return text === '' ? [] : [{ text }];
}

function toCandidate(parts: readonly WireObject[]): WireObject {
  return { content: { parts, role: 'model' }, index: 0 };
}
