/**
 * Rewrites the events of a continuation so that the client sees one stream: one message with
 * consecutive blocks, one text, one end, one usage.
 */

import { Splicer, type TextFilter } from '../contract/splicer.ts';
import type { BlockPlace, Delivered } from '../contract/watched-stream.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import { updateUsage } from './usage.ts';

/** Reasoning belongs before the text that the client already has. */
const reasoningTypes: ReadonlySet<unknown> = new Set(['thinking', 'redacted_thinking']);

export class MessagesSplicer extends Splicer {
  protected readonly counters = { output: 'output_tokens' };
  #open: BlockPlace['open'];
  #next: number;
  /** Blocks of the continuation that are passed on, with their new indexes. */
  readonly #indexes = new Map<unknown, number>();

  constructor(before: Delivered, filter: TextFilter) {
    super(before, filter);
    this.#open = before.blocks?.open;
    this.#next = before.blocks?.next ?? 0;
  }

  override get blocks(): BlockPlace {
    return { open: this.#open, next: this.#next };
  }

  protected finish(): readonly WireObject[] {
    return [...this.#tellText(this.filter.end()), ...this.#close()];
  }

  protected splice(event: WireObject): readonly WireObject[] {
    switch (event['type']) {
      case 'message_start':
        if (isRecord(event['message']))
          this.counted = updateUsage(this.counted, event['message']['usage']);
        return [];
      case 'content_block_start':
        return this.#beginBlock(event);
      case 'content_block_delta':
        return this.#takeDelta(event);
      case 'content_block_stop':
        return this.#indexes.has(event['index']) ? this.#close() : [];
      case 'message_delta':
        return this.#endMessage(event);
      default:
        return [];
    }
  }

  /**
   * The client's text block stays open until something else begins, because text held back at the
   * joint belongs to it.
   */
  #beginBlock(event: WireObject): readonly WireObject[] {
    const block = isRecord(event['content_block']) ? event['content_block'] : {};
    const { type } = block;
    if (type === 'text') return this.#tellText(this.filter.push(textOrNothing(block['text'])));
    if (reasoningTypes.has(type) || typeof type !== 'string') return [];
    const before = this.finish();
    this.#indexes.set(event['index'], this.#next);
    return [...before, this.#openBlock(type, block)];
  }

  #takeDelta(event: WireObject): readonly WireObject[] {
    const index = this.#indexes.get(event['index']);
    if (index !== undefined) return [{ ...event, index }];
    const { delta } = event;
    if (!isRecord(delta) || delta['type'] !== 'text_delta') return [];
    return this.#tellText(this.filter.push(textOrNothing(delta['text'])));
  }

  #endMessage(event: WireObject): readonly WireObject[] {
    this.counted = updateUsage(this.counted, event['usage']);
    return [...this.finish(), { ...event, usage: this.usage ?? {} }];
  }

  #tellText(text: string): readonly WireObject[] {
    if (text === '') return [];
    const opening =
      this.#open?.type === 'text'
        ? []
        : [...this.#close(), this.#openBlock('text', { type: 'text', text: '' })];
    const delta = { type: 'text_delta', text };
    return [...opening, { type: 'content_block_delta', index: this.#open?.index ?? 0, delta }];
  }

  #openBlock(type: string, block: WireObject): WireObject {
    this.#open = { index: this.#next, type };
    this.#next += 1;
    return { type: 'content_block_start', index: this.#open.index, content_block: block };
  }

  #close(): readonly WireObject[] {
    if (this.#open === undefined) return [];
    const { index } = this.#open;
    this.#open = undefined;
    return [{ type: 'content_block_stop', index }];
  }
}

function textOrNothing(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
