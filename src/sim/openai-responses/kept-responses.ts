/**
 * Stores what the vendor keeps between requests, per key: responses with their items, and the owner
 * of each conversation.
 */

import type { JsonObject } from '../json-value.ts';

/** The oldest are dropped. */
const keptLimit = 10_000;

export class KeptResponses {
  readonly #responses = new Map<string, readonly JsonObject[]>();
  readonly #items = new Map<string, JsonObject>();
  readonly #conversations = new Map<string, string>();

  /**
   * Stores a whole conversation under the id of its last response, and each item that has an id.
   */
  keep(key: string, id: string, items: readonly JsonObject[]): void {
    putLatest(this.#responses, `${key} ${id}`, items);
    for (const item of items)
      if (typeof item['id'] === 'string') putLatest(this.#items, `${key} ${item['id']}`, item);
  }

  /**
   * Returns the conversation that ended with this response; undefined if this key does not have it.
   */
  findResponse(key: string, id: string): readonly JsonObject[] | undefined {
    return this.#responses.get(`${key} ${id}`);
  }

  findItem(key: string, id: string): JsonObject | undefined {
    return this.#items.get(`${key} ${id}`);
  }

  /** True if the conversation belongs to this key; the first key to name it owns it. */
  ownsConversation(key: string, id: string): boolean {
    const owner = this.#conversations.get(id) ?? key;
    putLatest(this.#conversations, id, owner);
    return owner === key;
  }

  clear(): void {
    this.#responses.clear();
    this.#items.clear();
    this.#conversations.clear();
  }
}

/** Keeps the newest. */
export function putLatest<Value>(map: Map<string, Value>, id: string, value: Value): void {
  map.set(id, value);
  const [oldest] = map.keys();
  if (map.size > keptLimit && oldest !== undefined) map.delete(oldest);
}
