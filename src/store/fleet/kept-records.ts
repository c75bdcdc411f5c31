/**
 * Records of failed and rescued requests that outlive the member which served them: each in a box
 * that only members open, beside the log. They are written after the state file, off every request.
 */

import type { Host } from '../../host.ts';
import type { RequestRecord } from '../../model/record.ts';
import { recordKindOf } from '../policy.ts';
import { isAskedFor } from '../queries.ts';
import type { RecordQuery } from '../store.ts';
import { type FleetPost, keptLimit } from './log.ts';
import type { Boxes } from './seal.ts';

/** In an outage every request fails alike, and one member must not push out all others. */
const mostInMinute = 100;

const minuteMs = 60_000;

/** They are found for so long, at most. */
const longestMs = 7 * 86_400_000;

/** Strangers may have written more than members keep. */
const mostPages = 40;

const label = 'kept record';

interface KeptRecord {
  /** Epoch ms. */
  readonly keptAt: number;
  readonly machine: string;
  readonly record: RequestRecord;
}

export interface KeptRecordsParts {
  readonly host: Pick<Host, 'clock'>;
  readonly post: Pick<FleetPost, 'keep' | 'readKept'>;
  readonly boxes: Boxes;
  readonly machine: () => string;
}

export class KeptRecords {
  readonly #parts: KeptRecordsParts;
  /** Boxes that the engine has not taken yet. */
  #waiting: readonly string[] = [];
  #writing: Promise<void> = Promise.resolve();
  #keptMs = longestMs;
  /** How many of this minute are kept, and since when it lasts, monotonic ms. */
  #minute = { since: Number.NEGATIVE_INFINITY, count: 0 };

  constructor(parts: KeptRecordsParts) {
    this.#parts = parts;
  }

  /** Keeps those that failed or were rescued, for `keptMs` or 7 days. Never waits. */
  keep(records: readonly RequestRecord[], keptMs: number): void {
    const troubled = records.filter((record) =>
      ['failed', 'rescued'].includes(recordKindOf(record)),
    );
    const boxes = troubled.slice(0, this.#takeRoom(troubled.length)).map((one) => this.#close(one));
    this.#keptMs = Math.min(keptMs, longestMs);
    const fitting = boxes.filter((box) => box.length <= keptLimit);
    if (fitting.length === 0) return;
    this.#waiting = [...this.#waiting, ...fitting].slice(-mostInMinute);
    void this.flush();
  }

  /** Writes what waits, as far as the engine takes it. Never rejects. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** The newest first, those of all members that match. Rejects with `LogGone`. */
  async find(query: RecordQuery): Promise<readonly RequestRecord[]> {
    const oldest = this.#parts.host.clock.now() - this.#keptMs;
    const found = new Map<string, KeptRecord>();
    let before: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const { texts, next } = await this.#parts.post.readKept(before);
      for (const kept of texts.flatMap((box) => this.#open(box) ?? [])) {
        const { record, keptAt } = kept;
        const present = found.get(record.id)?.keptAt ?? oldest;
        if (keptAt > present && isAskedFor(record, query)) found.set(record.id, kept);
      }
      before = next;
      if (before === undefined) break;
    }
    return [...found.values()]
      .map(({ record, machine }) => ({ ...record, member: machine }))
      .toSorted((one, other) => other.at - one.at)
      .slice(0, query.limit);
  }

  async #write(): Promise<void> {
    const texts = this.#waiting;
    if (texts.length === 0) return;
    this.#waiting = [];
    try {
      await this.#parts.post.keep(texts, this.#keptMs);
    } catch {
      // tried again with the next ones, and when this member is back
      this.#waiting = [...texts, ...this.#waiting].slice(-mostInMinute);
    }
  }

  #takeRoom(wanted: number): number {
    const now = this.#parts.host.clock.monotonic();
    if (now - this.#minute.since >= minuteMs) this.#minute = { since: now, count: 0 };
    const taken = Math.min(wanted, mostInMinute - this.#minute.count);
    this.#minute.count += taken;
    return taken;
  }

  #close(record: RequestRecord): string {
    const { host, machine, boxes } = this.#parts;
    const kept: KeptRecord = { keptAt: host.clock.now(), machine: machine(), record };
    return boxes.close(JSON.stringify(kept), label);
  }

  #open(box: string): KeptRecord | undefined {
    const text = this.#parts.boxes.open(box, label);
    return text === undefined ? undefined : parseKept(text);
  }
}

/** Only members can have closed the box. */
function parseKept(text: string): KeptRecord {
  return JSON.parse(text);
}
