/**
 * Collects the items of one answer from its events: the complete ones, and the unfinished one.
 * Watch and splicer have one collection each.
 */

import {
  DeliveredText,
  type OpenItem,
  type OpenPart,
  type StreamPlace,
} from '../contract/watched-stream.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';

/** The kind of part for a delta without an announced part, by the start of its type. */
const kinds: Readonly<Record<string, string>> = {
  'response.output_text.delta': 'output_text',
  'response.refusal.delta': 'refusal',
  'response.reasoning_text.delta': 'reasoning_text',
  'response.reasoning_summary_text.delta': 'summary_text',
};

export class ItemLedger {
  readonly #whole: WireObject[];
  open: OpenItem | undefined;
  #sequence: number;
  #isUnannounced = false;
  /** Several items were unfinished at once, so the answer cannot be continued. */
  isTangled = false;

  constructor(place?: StreamPlace) {
    this.#whole = [...(place?.whole ?? [])];
    this.open = place?.open && copy(place.open);
    this.#sequence = place?.sequence ?? -1;
  }

  get nextSequence(): number {
    return this.#sequence + 1;
  }

  get nextIndex(): number {
    return this.#whole.length + (this.open === undefined ? 0 : 1);
  }

  /** Returns the current state, from which another ledger can continue. */
  get place(): StreamPlace {
    return {
      sequence: this.#sequence,
      whole: [...this.#whole],
      open: this.open && copy(this.open),
    };
  }

  /** All items as far as they were sent. */
  get output(): readonly WireObject[] {
    return this.open === undefined
      ? this.#whole
      : [...this.#whole, { ...completeItem(this.open), status: 'incomplete' }];
  }

  /** The text of all messages. An answer with several announced ones is not continued. */
  get text(): string {
    return this.output.map(textOfItem).join('');
  }

  get isTooLong(): boolean {
    return this.open?.parts.some(({ text }) => text.isTooLong) ?? false;
  }

  count(event: WireObject): void {
    if (typeof event['sequence_number'] === 'number') this.#sequence = event['sequence_number'];
  }

  note(event: WireObject): void {
    this.count(event);
    switch (event['type']) {
      case 'response.output_item.added':
        this.#noteAdded(event);
        break;
      case 'response.output_item.done':
        this.#noteDone(event);
        break;
      case 'response.content_part.added':
      case 'response.reasoning_summary_part.added':
        this.#partOf(event, isRecord(event['part']) ? event['part'] : {});
        break;
      case 'response.content_part.done':
      case 'response.reasoning_summary_part.done':
        this.#notePartDone(event);
        break;
      default:
        this.#noteDelta(event);
    }
  }

  #noteAdded(event: WireObject): void {
    const item = isRecord(event['item']) ? event['item'] : {};
    const index = toIndex(event['output_index']);
    const begun = this.#isUnannounced ? this.open : undefined;
    this.#isUnannounced = false;
    if (begun !== undefined && begun.outputIndex === (index ?? begun.outputIndex)) {
      this.open = { ...begun, item };
      return;
    }
    this.isTangled ||= this.open !== undefined;
    this.open = { outputIndex: index ?? this.nextIndex, item, parts: [] };
  }

  #noteDone(event: WireObject): void {
    this.open = undefined;
    if (isRecord(event['item'])) this.#whole.push(event['item']);
  }

  #notePartDone(event: WireObject): void {
    const part = this.#partOf(event, isRecord(event['part']) ? event['part'] : {});
    if (part !== undefined) part.isDone = true;
  }

  #noteDelta(event: WireObject): void {
    const { type, delta } = event;
    const kind = typeof type === 'string' ? kinds[type] : undefined;
    if (kind === undefined || typeof delta !== 'string') return;
    if (kind === 'output_text' && this.open === undefined) this.#openUnannounced(event);
    this.#partOf(event, { type: kind })?.text.add(delta);
  }

  /** Some servers send a text without announcing its message, before that, or after its end. */
  #openUnannounced({ item_id: id, output_index: index }: WireObject): void {
    const item = { id, type: 'message', role: 'assistant', content: [] };
    this.open = { outputIndex: toIndex(index) ?? this.nextIndex, item, parts: [] };
    this.#isUnannounced = true;
  }

  #partOf(event: WireObject, part: WireObject): OpenPart | undefined {
    const open = this.open;
    const index = toIndex(event['content_index'] ?? event['summary_index']) ?? 0;
    if (open === undefined) return undefined;
    const known = open.parts.find(
      (other) => other.index === index && isSummary(other.part) === isSummary(part),
    );
    if (known !== undefined) return known;
    const fresh: OpenPart = { index, part, text: new DeliveredText(), isDone: false };
    open.parts.push(fresh);
    return fresh;
  }
}

/** True if a part of reasoning is in `summary`; all others are in `content`. */
export function isSummary(part: WireObject): boolean {
  return part['type'] === 'summary_text';
}

/**
 * Completes the open item as if it ended here. Leaves out encrypted content, which is incomplete.
 */
export function completeItem({ item, parts }: OpenItem): WireObject {
  const whole = parts.map(({ part, text }) => ({
    part,
    written: { ...part, [textField(part)]: text.whole() },
  }));
  const summary = whole.filter(({ part }) => isSummary(part)).map(({ written }) => written);
  const content = whole.filter(({ part }) => !isSummary(part)).map(({ written }) => written);
  const { encrypted_content: _, ...rest } = item;
  return {
    ...rest,
    ...('summary' in item ? { summary } : {}),
    ...('content' in item || content.length > 0 ? { content } : {}),
  };
}

/** Names the field of a part's text. */
export function textField(part: WireObject): string {
  return part['type'] === 'refusal' ? 'refusal' : 'text';
}

/** Names the event that ends a part's text. */
export function textDone(part: WireObject): string {
  if (isSummary(part)) return 'response.reasoning_summary_text.done';
  return `response.${String(part['type'])}.done`;
}

/** Returns an independent copy. */
function copy({ parts, ...item }: OpenItem): OpenItem {
  return { ...item, parts: parts.map((part) => ({ ...part, text: part.text.copy() })) };
}

function textOfItem({ type, content }: WireObject): string {
  if (type !== 'message' || !Array.isArray(content)) return '';
  const part = content.find((each) => isRecord(each) && each['type'] === 'output_text');
  return isRecord(part) && typeof part['text'] === 'string' ? part['text'] : '';
}

function toIndex(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}
