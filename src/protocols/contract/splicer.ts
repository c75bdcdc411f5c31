/**
 * Splicing of a continued answer, as far as all protocols share it (step 6 of a request, after a
 * break): rewrites events one by one, and adds up tokens.
 */

import { countText } from '../content/count-text.ts';
import { parseExact } from '../json/exact-json.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import { addUsage } from '../translation/usage.ts';
import type { BlockPlace, Delivered, StreamPlace } from './watched-stream.ts';

/** Removes text that the client already has. */
export interface TextFilter {
  push(text: string): string;
  /** Called at the end of the text; returns what was held back. */
  end(): string;
}

/** Turns the events of a continuation into events of the broken stream. */
export abstract class Splicer {
  protected readonly before: Delivered;
  protected readonly filter: TextFilter;
  /** Keeps this stream's tokens as the provider wrote them. */
  protected counted: WireObject | undefined;

  constructor(before: Delivered, filter: TextFilter) {
    this.before = before;
    this.filter = filter;
  }

  /** Counts the tokens of all streams of the answer so far. */
  get usage(): WireObject | undefined {
    const { before, counted } = this;
    if (before.usage === undefined && counted === undefined) return undefined;
    const whole = countDelivered(before, this.counters, counted);
    return counted === undefined ? whole : addUsage(whole, counted);
  }

  get place(): StreamPlace | undefined {
    return undefined;
  }

  get blocks(): BlockPlace | undefined {
    return undefined;
  }

  /** Returns the SSE bytes for the client; undefined if nothing of the event is sent. */
  rewrite(data: string): Buffer | undefined {
    const event = parseExact(data);
    return isRecord(event) ? joinEvents(this.splice(event)) : undefined;
  }

  /** Returns what the filter still held back at the end of the stream, as an event. */
  end(): Buffer | undefined {
    return joinEvents(this.finish());
  }

  /** Rewrites the event that ends the answer, the last; absent: it is sent unchanged. */
  terminal?(data: string): Buffer | undefined;

  /** The fields with the answer's tokens and with all tokens. */
  protected abstract readonly counters: TokenFields;

  /** Returns the events sent for an event of the continuation. */
  protected abstract splice(event: WireObject): readonly WireObject[];

  /** Returns what the filter still held back. */
  protected abstract finish(): readonly WireObject[];
}

interface TokenFields {
  readonly output: string;
  readonly total?: string;
}

/** A cut stream reported its tokens too early or never: its delivered text sets a minimum. */
function countDelivered(
  { usage = {}, text, textEvents }: Delivered,
  { output, total }: TokenFields,
  counted: WireObject = {},
): WireObject {
  const reported = numberIn(usage, output);
  const missing = Math.max(0, Math.max(textEvents, Math.ceil(countText(text))) - reported);
  const hasTotal = total !== undefined && (total in usage || total in counted);
  return {
    ...usage,
    [output]: reported + missing,
    ...(hasTotal ? { [total]: numberIn(usage, total) + missing } : {}),
  };
}

function numberIn(usage: WireObject, field: string): number {
  const value = usage[field];
  return typeof value === 'number' ? value : 0;
}

/** Events have a name if their protocol gives them a type. */
export function joinEvents(events: readonly WireObject[]): Buffer | undefined {
  if (events.length === 0) return undefined;
  return Buffer.from(events.map(encodeEvent).join(''));
}

export function encodeEvent(event: WireObject): string {
  const name = typeof event['type'] === 'string' ? `event: ${event['type']}\n` : '';
  return `${name}data: ${JSON.stringify(event)}\n\n`;
}
