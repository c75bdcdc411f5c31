/**
 * What following a stream is alike in every protocol (step 6 of a request): events are parsed and judged, and what was seen is kept.
 * Each protocol judges its own events.
 */

import type { Usage } from '../model/record.ts';
import { DeliveredText } from './delivered-text.ts';
import { isRecord, type WireObject } from './is-record.ts';
import { parseOrNothing } from './json-body.ts';
import type { Delivered, EventVerdict, StreamWatch, WatchOptions } from './protocol.ts';

export abstract class WatchedStream implements StreamWatch {
  protected readonly options: WatchOptions;
  hasFinished = false;
  hasContent = false;
  hasCall = false;
  contents = 0;
  error: string | undefined;
  event: WireObject | undefined;
  readonly made: string[] = [];
  /** As in `Delivered`; the usage as the provider wrote it. */
  protected opening: WireObject | undefined;
  protected told: WireObject | undefined;
  protected obstacle: string | undefined;
  /** Filled only where a continuation may need it. */
  protected readonly text: DeliveredText = new DeliveredText();

  constructor(options: WatchOptions) {
    this.options = options;
  }

  abstract get usage(): Usage | undefined;

  protected abstract judge(event: WireObject): EventVerdict;

  /** True of data that ends the stream and is no event. */
  protected isMarker?(data: string): boolean;

  push(data: string): EventVerdict {
    this.event = undefined;
    if (this.isMarker?.(data) === true) return 'terminal';
    const event = parseOrNothing(data);
    if (!isRecord(event)) return 'malformed';
    this.event = event;
    const verdict = this.take(event);
    if (verdict === 'error') this.error = data;
    return verdict;
  }

  take(event: WireObject): EventVerdict {
    const verdict = this.judge(event);
    if (verdict === 'content') {
      this.hasContent = true;
      this.contents += 1;
    }
    return verdict;
  }

  delivered(): Delivered {
    const { text, opening = {}, told: usage } = this;
    const obstacle = text.isTooLong ? tooLong : this.obstacle;
    return { text: text.whole(), textEvents: text.events, opening, usage, obstacle };
  }
}

/** Why a text of this length is not continued. */
export const tooLong = 'a text too long to be kept';
