/** Stores files and batches per key: those of another key are not found, in the vendor's words. */

import { admitKey, admitModel } from '../admission.ts';
import type { Exchange, SimRoute } from '../exchange.ts';
import { type JsonObject, toObject, toText } from '../json-value.ts';
import { createNoAnswer } from '../refusals.ts';
import { sendShapedJson } from '../shaped-json.ts';
import { readForm } from './form.ts';

interface KeptObject {
  readonly key: string | undefined;
  readonly about: JsonObject;
  readonly content?: Buffer | undefined;
}

export class KeptFiles {
  readonly #objects = new Map<string, KeptObject>();
  #count = 0;

  readonly routes: readonly SimRoute[] = [
    this.#route('POST', '/files', (exchange) => this.#upload(exchange)),
    this.#route('GET', '/files', (exchange) => this.#list(exchange, 'file')),
    this.#route('GET', /^(\/v1)?\/files\/[^/]+$/, (exchange) => this.#find(exchange).about),
    this.#route('DELETE', /^(\/v1)?\/files\/[^/]+$/, (exchange) => this.#delete(exchange)),
    this.#route('GET', /^(\/v1)?\/files\/[^/]+\/content$/, (exchange) =>
      this.#sendContent(exchange),
    ),
    this.#route('POST', '/batches', (exchange) => this.#createBatch(exchange)),
    this.#route('GET', '/batches', (exchange) => this.#list(exchange, 'batch')),
    this.#route('GET', /^(\/v1)?\/batches\/[^/]+$/, (exchange) => this.#find(exchange).about),
    this.#route('POST', /^(\/v1)?\/batches\/[^/]+\/cancel$/, (exchange) => ({
      ...this.#find(exchange).about,
      status: 'cancelling',
    })),
  ];

  clear(): void {
    this.#objects.clear();
  }

  /** `answer` returns the object to send, or undefined if it has answered by itself. */
  #route(
    method: SimRoute['method'],
    path: SimRoute['path'],
    answer: (exchange: Exchange) => JsonObject | undefined,
  ): SimRoute {
    const serve = async (exchange: Exchange): Promise<void> => {
      admitKey(exchange);
      const shape = await admitModel(exchange);
      const body = answer(exchange);
      if (body !== undefined) await sendShapedJson(exchange, shape, body);
    };
    return { method, path, serve };
  }

  #upload(exchange: Exchange): JsonObject {
    const form = readForm(exchange);
    const [file] = form?.files ?? [];
    const purpose = form?.text('purpose');
    if (file === undefined || purpose === undefined)
      throw createNoAnswer("'file' and 'purpose' are required");
    const about = {
      object: 'file',
      bytes: file.bytes.length,
      created_at: 0,
      filename: file.name,
      purpose,
    };
    return this.#keep(exchange, { ...about, status: 'processed' }, file.bytes);
  }

  #createBatch(exchange: Exchange): JsonObject {
    const input = toText(toObject(exchange.body)['input_file_id']);
    if (input === undefined) throw createNoAnswer("Missing required parameter: 'input_file_id'.");
    this.#find(exchange, input);
    const about = {
      object: 'batch',
      input_file_id: input,
      status: 'validating',
      errors: null,
      created_at: 0,
    };
    return this.#keep(exchange, about);
  }

  #delete(exchange: Exchange): JsonObject {
    this.#find(exchange);
    this.#objects.delete(idIn(exchange));
    return { id: idIn(exchange), object: 'file', deleted: true };
  }

  #sendContent(exchange: Exchange): undefined {
    const { content } = this.#find(exchange);
    if (content === undefined) return;
    const { channel } = exchange;
    channel.head(200, {
      'content-type': 'application/octet-stream',
      'content-length': content.length,
    });
    channel.write(content);
    channel.end();
  }

  #list({ key }: Exchange, kind: string): JsonObject {
    const own = [...this.#objects.values()].filter(
      (kept) => kept.key === key && kept.about['object'] === kind,
    );
    return { object: 'list', data: own.map(({ about }) => about), has_more: false };
  }

  #keep({ key }: Exchange, about: JsonObject, content?: Buffer): JsonObject {
    this.#count += 1;
    const id = `${about['object'] === 'file' ? 'file-' : 'batch_'}sim${this.#count}`;
    const named = { id, ...about };
    this.#objects.set(id, { key, about: named, content });
    return named;
  }

  /** Throws `NoAnswer` (404) if this key has no such object. */
  #find(exchange: Exchange, id = idIn(exchange)): KeptObject {
    const kept = this.#objects.get(id);
    if (kept !== undefined && kept.key === exchange.key) return kept;
    const message = id.startsWith('batch')
      ? `No batch found with id '${id}'.`
      : `No such File object: ${id}`;
    throw createNoAnswer(message, { status: 404 });
  }
}

function idIn({ url }: Exchange): string {
  return /\/(?:files|batches)\/([^/?]+)/.exec(url)?.[1] ?? '';
}
