/**
 * Rewrites the events of a continuation so that the client sees one stream: one id, one model, one
 * text, one usage.
 */

import { Splicer } from '../contract/splicer.ts';
import { isRecord, listIn, type WireObject } from '../json/is-record.ts';
import { pickFields } from '../json/pick.ts';

/** Fields that are the same in all events of one stream. */
const identity = [
  'id',
  'object',
  'created',
  'model',
  'system_fingerprint',
  'service_tier',
  'provider',
];

/**
 * Fields that are dropped or rewritten: the client has the role already, and reasoning belongs
 * before the text.
 */
const untold = new Set(['role', 'content', 'reasoning_content', 'reasoning', 'reasoning_details']);

export class ChatSplicer extends Splicer {
  protected readonly counters = { output: 'completion_tokens', total: 'total_tokens' };
  protected splice(event: WireObject): readonly WireObject[] {
    const { usage } = event;
    if (isRecord(usage)) this.counted = usage;
    const came = listIn(event['choices']);
    const choices = came.flatMap(this.#spliceChoice);
    if (choices.length === 0 && (came.length > 0 || !isRecord(usage))) return [];
    const joined = { ...event, ...pickFields(this.before.opening, identity), choices };
    return [isRecord(usage) ? { ...joined, usage: this.usage } : joined];
  }

  protected finish(): readonly WireObject[] {
    const content = this.filter.end();
    if (content === '') return [];
    const choices = [{ index: 0, delta: { content }, finish_reason: null }];
    return [{ ...pickFields(this.before.opening, identity), choices }];
  }

  /**
   * Rewrites one choice; empty if nothing is sent. Text that was held back comes before a tool call
   * or the end.
   */
  readonly #spliceChoice = (choice: unknown): readonly WireObject[] => {
    if (!isRecord(choice)) return [];
    const delta = isRecord(choice['delta']) ? choice['delta'] : {};
    const rest = Object.entries(delta).filter(
      ([field, value]) => !untold.has(field) && isSomething(value),
    );
    const isEnd = typeof choice['finish_reason'] === 'string' && choice['finish_reason'] !== '';
    const came = typeof delta['content'] === 'string' ? this.filter.push(delta['content']) : '';
    const content = isEnd || rest.length > 0 ? came + this.filter.end() : came;
    if (content === '' && rest.length === 0 && !isEnd) return [];
    const text = content === '' ? {} : { content };
    return [{ ...choice, delta: { ...text, ...Object.fromEntries(rest) } }];
  };
}

function isSomething(value: unknown): boolean {
  return (
    value !== undefined &&
    value !== null &&
    value !== '' &&
    !(Array.isArray(value) && value.length === 0)
  );
}
