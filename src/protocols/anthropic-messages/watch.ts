/** Watches a relayed `anthropic-messages` stream for content, its end, in-band errors and usage. */

import {
  type BlockPlace,
  type Delivered,
  type EventVerdict,
  StreamWatch,
} from '../contract/watched-stream.ts';
import { isFilled, isRecord, type WireObject } from '../json/is-record.ts';
import { namesOfEvent } from './bound.ts';
import { isWellFormed, typeOfEvent } from './content-shape.ts';
import { isErrorBody } from './judge.ts';
import { countMessageTokens, updateUsage } from './usage.ts';

export class MessagesWatch extends StreamWatch {
  #blocks: BlockPlace = { open: undefined, next: 0 };
  /** The text block has ended, provided the next event does not break the answer. */
  #isClosing = false;

  protected readonly countTokens = countMessageTokens;

  override delivered(): Delivered {
    return { ...super.delivered(), blocks: this.#blocks };
  }

  protected findFault(event: WireObject): 'error' | 'malformed' | undefined {
    if (isErrorBody(event)) return 'error';
    return isWellFormed(typeOfEvent(event), event) ? undefined : 'malformed';
  }

  protected read(event: WireObject): EventVerdict {
    const type = typeOfEvent(event);
    this.made.push(...namesOfEvent(event));
    if (!fates.has(type)) this.#close();
    switch (type) {
      case 'message_start':
        return this.#begin(event);
      case 'content_block_start':
        return this.#beginBlock(event);
      case 'content_block_delta':
        return this.#takeDelta(event['delta']);
      case 'content_block_stop':
        return this.#endBlock();
      case 'message_delta':
        return this.#finish(event);
      case 'message_stop':
        return 'terminal';
      default:
        return event['type'] === 'ping' ? 'ping' : 'silent';
    }
  }

  #begin(event: WireObject): EventVerdict {
    this.opening ??= event;
    const { message } = event;
    if (isRecord(message)) this.counted = updateUsage(this.counted, message['usage']);
    return 'silent';
  }

  /** Text and reasoning usually begin empty; any other block is something new. */
  #beginBlock({ index, content_block: block }: WireObject): EventVerdict {
    const type = isRecord(block) && typeof block['type'] === 'string' ? block['type'] : 'unknown';
    const number = typeof index === 'number' ? index : this.#blocks.next;
    this.#blocks = { open: { index: number, type }, next: Math.max(this.#blocks.next, number + 1) };
    if (!isRecord(block)) return 'silent';
    if (type === 'text') return this.#takeText(block['text']);
    if (type === 'thinking') return isFilled(block['thinking']) ? 'content' : 'silent';
    this.hasCall ||= type.endsWith('tool_use');
    if (type !== 'redacted_thinking')
      this.obstacle ??= obstacles[type] ?? `a block of the type ${type}`;
    return 'content';
  }

  #takeDelta(delta: unknown): EventVerdict {
    if (!isRecord(delta)) return 'silent';
    const { type, text, thinking, partial_json: input } = delta;
    if (type === 'citations_delta') this.obstacle ??= 'a text with citations';
    if (isFilled(text)) return this.#takeText(text);
    if (isFilled(thinking)) this.thoughts += 1;
    return isFilled(thinking) || isFilled(input) ? 'content' : 'silent';
  }

  #takeText(text: unknown): EventVerdict {
    if (typeof text !== 'string' || text === '') return 'silent';
    if (this.options.keepsText) this.text.add(text);
    return 'content';
  }

  #finish({ delta, usage }: WireObject): EventVerdict {
    this.counted = updateUsage(this.counted, usage);
    if (isRecord(delta)) this.noteFinish(delta['stop_reason']);
    this.hasFinished ||= this.finish.kind !== 'none';
    if (this.finish.kind !== 'broken') this.#close();
    return 'silent';
  }

  #endBlock(): EventVerdict {
    this.#isClosing = true;
    if (this.#blocks.open?.type === 'text') return 'closing';
    this.#close();
    return 'silent';
  }

  #close(): void {
    if (!this.#isClosing) return;
    this.#blocks = { ...this.#blocks, open: undefined };
    this.#isClosing = false;
  }
}

/**
 * After the end of a text these events decide or leave open whether the answer has ended; any other
 * shows that the block had.
 */
const fates: ReadonlySet<unknown> = new Set(['message_delta', 'message_stop', 'ping']);

/** Blocks that only this target can continue, with their names in messages. */
const obstacles: Readonly<Record<string, string>> = {
  tool_use: 'a tool call',
  server_tool_use: 'a tool call',
  mcp_tool_use: 'a tool call',
};
