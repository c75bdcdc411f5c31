/**
 * Rewrites the events of a continuation so that the client sees one stream: one id, consecutive
 * numbers, one message with the whole text, one end with all items and the usage of all attempts.
 */

import { joinEvents, Splicer, type TextFilter } from '../contract/splicer.ts';
import type { Delivered, OpenPart, StreamPlace } from '../contract/watched-stream.ts';
import { parseExact } from '../json/exact-json.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import { pickFields } from '../json/pick.ts';
import { completeItem, ItemLedger, isSummary, textDone, textField } from './items.ts';

/** Fields that are the same in all events of one stream. */
const identity = [
  'id',
  'created_at',
  'model',
  'previous_response_id',
  'max_output_tokens',
  'metadata',
  'service_tier',
];

/** Sent once per answer, so dropped in a continuation. */
const beginnings: ReadonlySet<unknown> = new Set([
  'response.created',
  'response.in_progress',
  'response.queued',
]);

export class ResponsesSplicer extends Splicer {
  protected readonly counters = { output: 'output_tokens', total: 'total_tokens' };
  readonly #ledger: ItemLedger;
  /** Maps each item of the continuation to its output index; items that are not sent have none. */
  readonly #indexes = new Map<unknown, number>();
  /** Is the id of the item that continues the unfinished message. */
  #joined: unknown;
  #events: WireObject[] = [];

  constructor(before: Delivered, filter: TextFilter) {
    super(before, filter);
    this.#ledger = new ItemLedger(before.place);
  }

  override get place(): StreamPlace {
    return this.#ledger.place;
  }

  protected splice(event: WireObject): readonly WireObject[] {
    if (beginnings.has(event['type'])) return [];
    if (event['type'] === 'response.output_item.added') this.#begin(event);
    else this.#goOn(event);
    return this.#takeEvents();
  }

  /** Also ends the unfinished item. */
  protected finish(): readonly WireObject[] {
    this.#close();
    return this.#takeEvents();
  }

  override terminal(data: string): Buffer | undefined {
    const event = parseExact(data);
    const response = isRecord(event) && isRecord(event['response']) ? event['response'] : {};
    if (isRecord(response['usage'])) this.counted = response['usage'];
    const own = pickFields(this.before.opening, identity);
    const { output } = this.#ledger;
    const usage = this.usage === undefined ? {} : { usage: this.usage };
    this.#tell({
      ...(isRecord(event) ? event : {}),
      response: { ...response, ...own, output, ...usage },
    });
    return joinEvents(this.#takeEvents());
  }

  /** Drops reasoning: it belongs before the text, and the client already has some. */
  #begin(event: WireObject): void {
    const type = isRecord(event['item']) ? event['item']['type'] : undefined;
    const { open } = this.#ledger;
    if (type === 'reasoning') return;
    const index = event['output_index'];
    if (type === 'message' && open?.item['type'] === 'message' && this.#joined === undefined) {
      this.#joined = index;
      this.#indexes.set(index, open.outputIndex);
      return;
    }
    this.#close();
    const { nextIndex } = this.#ledger;
    this.#indexes.set(index, nextIndex);
    this.#tell({ ...event, output_index: nextIndex });
  }

  #goOn(event: WireObject): void {
    const { output_index: there, type } = event;
    const here = this.#indexes.get(there);
    if (there !== undefined && here === undefined) return;
    const moved = { ...event, ...this.#placeOf(there, here) };
    switch (type) {
      case 'response.content_part.added':
        if (this.#partAt(event) === undefined) this.#tell(moved);
        break;
      case 'response.output_text.delta':
        this.#tellText(moved, typeof event['delta'] === 'string' ? event['delta'] : '');
        break;
      // A message ends when something else begins or the answer ends: until then another attempt
      // may continue it.
      case 'response.output_text.done':
      case 'response.content_part.done':
      case 'response.output_item.done':
        if (this.#ledger.open?.item['type'] !== 'message') this.#tell(moved);
        break;
      default:
        this.#tell(moved);
    }
  }

  /** Returns the item's output index, and the id of the message that it continues. */
  #placeOf(there: unknown, here: number | undefined): WireObject {
    if (here === undefined) return {};
    const id = there === this.#joined ? this.#ledger.open?.item['id'] : undefined;
    return { output_index: here, ...(id === undefined ? {} : { item_id: id }) };
  }

  #partAt({ content_index: index = 0 }: WireObject): OpenPart | undefined {
    return this.#ledger.open?.parts.find((part) => !isSummary(part.part) && part.index === index);
  }

  #tellText(event: WireObject, text: string): void {
    const delta = this.filter.push(text);
    if (delta !== '') this.#tell({ ...event, delta });
  }

  /** Sends text that was held back, before its end. */
  #flush(event: WireObject): void {
    const delta = this.filter.end();
    if (delta === '') return;
    const { output_index, item_id, content_index = 0 } = event;
    const at = { output_index, item_id, content_index };
    this.#tell({ type: 'response.output_text.delta', ...at, delta, logprobs: [] });
  }

  /** Ends the unfinished item with the text sent so far. */
  #close(): void {
    const { open } = this.#ledger;
    if (open === undefined) return;
    const at = { output_index: open.outputIndex, item_id: open.item['id'] };
    if (open.item['type'] === 'message') this.#flush(at);
    for (const part of this.#ledger.open?.parts ?? []) if (!part.isDone) this.#closePart(at, part);
    const whole = completeItem(this.#ledger.open ?? open);
    const status = open.item['type'] === 'message' ? 'completed' : 'incomplete';
    const item = 'status' in whole || status === 'incomplete' ? { ...whole, status } : whole;
    this.#tell({ type: 'response.output_item.done', output_index: open.outputIndex, item });
  }

  #closePart(at: WireObject, { index, part, text }: OpenPart): void {
    const field = textField(part);
    const written = text.whole();
    const whole = { ...part, [field]: written };
    const place = { ...at, [isSummary(part) ? 'summary_index' : 'content_index']: index };
    this.#tell({ type: textDone(part), ...place, [field]: written });
    const type = isSummary(part)
      ? 'response.reasoning_summary_part.done'
      : 'response.content_part.done';
    this.#tell({ type, ...place, part: whole });
  }

  #tell(event: WireObject): void {
    const numbered = { ...event, sequence_number: this.#ledger.nextSequence };
    this.#ledger.note(numbered);
    this.#events.push(numbered);
  }

  #takeEvents(): readonly WireObject[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
