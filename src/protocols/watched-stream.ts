/** What following a stream is alike in every protocol: events are parsed and judged, and what was seen is kept. Each protocol adds a reader of its own events. */

import type { Usage } from '../model/record.ts';
import { DeliveredText } from './delivered-text.ts';
import { isRecord, parseOrNothing, type WireObject } from './is-record.ts';
import type { Delivered, EventVerdict, StreamWatch } from './protocol.ts';

/** What was seen of a stream so far; its reader writes it. */
export interface Seen {
  hasFinished: boolean;
  hasContent: boolean;
  hasCall: boolean;
  /** As in `StreamWatch`. */
  readonly made: string[];
  /** As in `Delivered`. */
  opening: WireObject | undefined;
  usage: WireObject | undefined;
  obstacle: string | undefined;
  /** Filled only where a continuation may need it. */
  readonly text: DeliveredText;
}

/** Reads the events of one protocol, of one stream. */
export interface EventReader {
  take(event: WireObject): EventVerdict;
  readUsage(usage: WireObject | undefined): Usage | undefined;
  /** True of data that ends the stream and is no event. Default: none does. */
  isMarker?(data: string): boolean;
  /** What it knows better of what was delivered than `Seen` does. Default: nothing. */
  delivered?(): Partial<Delivered>;
}

export class WatchedStream implements StreamWatch {
  readonly #seen: Seen = {
    hasFinished: false,
    hasContent: false,
    hasCall: false,
    made: [],
    opening: undefined,
    usage: undefined,
    obstacle: undefined,
    text: new DeliveredText(),
  };
  readonly #reader: EventReader;
  contents = 0;
  error: string | undefined;
  event: WireObject | undefined;

  constructor(createReader: (seen: Seen) => EventReader) {
    this.#reader = createReader(this.#seen);
  }

  get hasFinished(): boolean {
    return this.#seen.hasFinished;
  }

  get hasContent(): boolean {
    return this.#seen.hasContent;
  }

  get hasCall(): boolean {
    return this.#seen.hasCall;
  }

  get made(): readonly string[] {
    return this.#seen.made;
  }

  get usage(): Usage | undefined {
    return this.#reader.readUsage(this.#seen.usage);
  }

  push(data: string): EventVerdict {
    this.event = undefined;
    if (this.#reader.isMarker?.(data) === true) return 'terminal';
    const event = parseOrNothing(data);
    if (!isRecord(event)) return 'malformed';
    this.event = event;
    const verdict = this.take(event);
    if (verdict === 'error') this.error = data;
    return verdict;
  }

  take(event: WireObject): EventVerdict {
    const verdict = this.#reader.take(event);
    if (verdict === 'content') {
      this.#seen.hasContent = true;
      this.contents += 1;
    }
    return verdict;
  }

  delivered(): Delivered {
    const { text, obstacle, opening, usage } = this.#seen;
    const told = { text: text.whole(), textEvents: text.events, opening: opening ?? {}, usage };
    const reason = text.isTooLong ? tooLong : obstacle;
    return { ...told, obstacle: reason, ...this.#reader.delivered?.() };
  }
}

/** Why a text of this length is not continued. */
export const tooLong = 'a text too long to be kept';
