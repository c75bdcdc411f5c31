/**
 * The latest response of a connection, for a client that sends only what is new and names it by
 * `previous_response_id`. It is kept here where its provider keeps nothing.
 */

import { isRecord, parseOrNothing, textsIn } from '../../protocols/json/is-record.ts';
import type { InflightBytes } from '../body.ts';
import type { CreateMessage } from './create-message.ts';

/** In bytes. A longer conversation must be sent whole. */
const mostKept = 8 * 1024 * 1024;

interface Kept {
  readonly id: string;
  /** Everything that was said until then: lists of items, as `CreateMessage.input` has them. */
  readonly lists: readonly Buffer[];
  readonly bytes: number;
}

export class KeptResponse {
  readonly #inflight: InflightBytes;
  readonly #mostInflight: () => number;
  #kept: Kept | undefined;

  constructor(inflight: InflightBytes, mostInflight: () => number) {
    this.#inflight = inflight;
    this.#mostInflight = mostInflight;
  }

  /**
   * Returns what was said before this message: nothing where it names no response, undefined where
   * it names one that is not kept here.
   */
  before({ previousId }: CreateMessage): readonly Buffer[] | undefined {
    if (previousId === undefined) return [];
    return previousId === this.#kept?.id ? this.#kept.lists : undefined;
  }

  /** Takes the place of the one before; too long a one is not kept. */
  keep(id: string, lists: readonly Buffer[]): void {
    this.drop();
    const bytes = lists.reduce((sum, { length }) => sum + length, 0);
    if (bytes > mostKept || this.#inflight.bytes + bytes > this.#mostInflight()) return;
    this.#kept = { id, lists, bytes };
    this.#inflight.bytes += bytes;
  }

  drop(): void {
    this.#inflight.bytes -= this.#kept?.bytes ?? 0;
    this.#kept = undefined;
  }
}

/** Are looked for before an event is parsed: most events are pieces of text. */
const itemDone = '"response.output_item.done"';
const ends = ['"response.completed"', '"response.incomplete"'];

/** Follows the events of one answer, to keep it when it ends. */
export class ToldResponse {
  readonly #items: Buffer[] = [];
  readonly #keep: (id: string, output: readonly Buffer[]) => void;

  constructor(keep: (id: string, output: readonly Buffer[]) => void) {
    this.#keep = keep;
  }

  note(data: string): void {
    if (data.includes(itemDone)) this.#noteItem(data);
    else if (ends.some((end) => data.includes(end))) this.#noteEnd(data);
  }

  /** A thought that nobody can read again would be refused with the next request. */
  #noteItem(data: string): void {
    const event = parseOrNothing(data);
    const item = isRecord(event) && event['type'] === 'response.output_item.done' && event['item'];
    if (!isRecord(item)) return;
    const isLost = item['type'] === 'reasoning' && typeof item['encrypted_content'] !== 'string';
    if (!isLost) this.#items.push(Buffer.from(JSON.stringify(item)));
  }

  /** A provider that keeps the response says so. */
  #noteEnd(data: string): void {
    const event = parseOrNothing(data);
    const response = isRecord(event) ? event['response'] : undefined;
    if (!isRecord(response) || response['store'] === true) return;
    for (const id of textsIn(response['id'])) this.#keep(id, this.#items);
  }
}
