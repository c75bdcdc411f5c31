/**
 * What the vendor keeps between requests, per key: responses, which are fetched, ended, deleted and
 * gone on from, their items, and the owner of each conversation.
 */

import { admitKey } from '../admission.ts';
import type { EventStream, SimEvent } from '../event-stream.ts';
import type { Exchange, SimRoute } from '../exchange.ts';
import type { JsonObject } from '../json-value.ts';
import { createNoAnswer } from '../refusals.ts';

/** A response as it is told later. */
export interface StoredResponse {
  readonly whole: JsonObject;
  readonly input: readonly JsonObject[];
  readonly output: readonly JsonObject[];
  readonly stream: EventStream;
}

/** The oldest are dropped. */
const keptLimit = 10_000;

export class StoredResponses {
  readonly #stored = new Map<string, StoredResponse>();
  readonly #items = new Map<string, JsonObject>();
  readonly #conversations = new Map<string, string>();

  readonly routes: readonly SimRoute[] = [
    this.#route('GET', '', (exchange) => this.#tell(exchange)),
    this.#route('DELETE', '', (exchange) => this.#delete(exchange)),
    this.#route('POST', '/cancel', (exchange) => this.#cancel(exchange)),
    this.#route('GET', '/input_items', (exchange) => ({
      object: 'list',
      data: this.#find(exchange).input,
      has_more: false,
    })),
  ];

  /** Stores each of its items that has an id, too. */
  keep(key: string, id: string, response: StoredResponse): void {
    putLatest(this.#stored, `${key} ${id}`, response);
    for (const item of [...response.input, ...response.output])
      if (typeof item['id'] === 'string') putLatest(this.#items, `${key} ${item['id']}`, item);
  }

  /** Returns the conversation that ended with it; undefined if this key does not have it. */
  findConversation(key: string, id: string): readonly JsonObject[] | undefined {
    const found = this.#stored.get(`${key} ${id}`);
    return found && [...found.input, ...found.output];
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
    for (const kept of [this.#stored, this.#items, this.#conversations]) kept.clear();
  }

  #route(
    method: SimRoute['method'],
    end: string,
    answer: (exchange: Exchange) => JsonObject | undefined,
  ): SimRoute {
    const serve = (exchange: Exchange): void => {
      admitKey(exchange);
      const body = answer(exchange);
      if (body !== undefined) exchange.channel.send(200, 'application/json', JSON.stringify(body));
    };
    return { method, path: new RegExp(`^(/v1)?/responses/[^/]+${end}$`), serve };
  }

  #tell(exchange: Exchange): JsonObject | undefined {
    const { whole, stream } = this.#find(exchange);
    const query = new URLSearchParams(exchange.url.split('?')[1]);
    if (query.get('stream') !== 'true') return whole;
    const after = Number(query.get('starting_after') ?? -1);
    const { opening = [], body, marker } = stream;
    const { channel } = exchange;
    channel.head(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const event of [...opening, ...body, marker].slice(after + 1)) channel.write(frame(event));
    channel.end();
    return undefined;
  }

  #delete(exchange: Exchange): JsonObject {
    this.#find(exchange);
    this.#stored.delete(placeOf(exchange));
    return { id: idIn(exchange), object: 'response', deleted: true };
  }

  #cancel(exchange: Exchange): JsonObject {
    const stored = this.#find(exchange);
    if (stored.whole['background'] !== true)
      throw createNoAnswer('Cannot cancel a synchronous response.');
    const whole = { ...stored.whole, status: 'cancelled', output: [] };
    this.#stored.set(placeOf(exchange), { ...stored, whole });
    return whole;
  }

  /** Throws `NoAnswer` (404) if this key has no such response. */
  #find(exchange: Exchange): StoredResponse {
    const stored = this.#stored.get(placeOf(exchange));
    if (stored !== undefined) return stored;
    throw createNoAnswer(`Response with id '${idIn(exchange)}' not found.`, { status: 404 });
  }
}

function placeOf(exchange: Exchange): string {
  return `${exchange.key ?? ''} ${idIn(exchange)}`;
}

function idIn({ url }: Exchange): string {
  return /\/responses\/([^/?]+)/.exec(url)?.[1] ?? '';
}

function frame({ name, data }: SimEvent): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}

/** Keeps the newest. */
function putLatest<Value>(map: Map<string, Value>, id: string, value: Value): void {
  map.set(id, value);
  const [oldest] = map.keys();
  if (map.size > keptLimit && oldest !== undefined) map.delete(oldest);
}
