/**
 * Answers POST /embeddings with unit vectors made from a hash of each input, as numbers or as
 * base64.
 */

import { createHash } from 'node:crypto';
import type { Exchange } from '../exchange.ts';
import { isJsonObject, toItems, toText } from '../json-value.ts';
import { modelInBody } from '../prompt.ts';
import { createNoAnswer } from '../refusals.ts';
import { serveJson } from '../shaped-json.ts';

interface EmbeddingsRequest {
  readonly model: string;
  readonly inputs: readonly string[];
  readonly dimensions: number;
  readonly isBase64: boolean;
}

const defaultDimensions = 256;
const dimensionLimit = 4096;

export function serveEmbeddings(exchange: Exchange): Promise<void> {
  const { body, bytes } = exchange;
  return serveJson(exchange, { model: modelInBody(body) }, () =>
    encodeEmbeddings(readEmbeddingsRequest(body), bytes.length),
  );
}

function readEmbeddingsRequest(body: unknown): EmbeddingsRequest {
  if (!isJsonObject(body))
    throw createNoAnswer('We could not parse the JSON body of your request.');
  const model = modelInBody(body);
  if (model === undefined || model === '')
    throw createNoAnswer('you must provide a model parameter');
  const inputs = readInputs(body['input']);
  if (inputs.length === 0) throw createNoAnswer("Missing required parameter: 'input'.");
  const dimensions = body['dimensions'] ?? defaultDimensions;
  if (typeof dimensions !== 'number' || !(dimensions >= 1 && dimensions <= dimensionLimit))
    throw createNoAnswer(`'dimensions' must be a number from 1 to ${dimensionLimit}.`);
  const isBase64 = body['encoding_format'] === 'base64';
  return { model, inputs, dimensions: Math.floor(dimensions), isBase64 };
}

// A text, a list of texts, one list of tokens, or a list of such lists.
function readInputs(input: unknown): readonly string[] {
  if (typeof input === 'string') return [input];
  const items = toItems(input);
  if (typeof items[0] === 'number') return [JSON.stringify(items)];
  return items.map((item) => toText(item) ?? JSON.stringify(item));
}

function encodeEmbeddings(
  { model, inputs, dimensions, isBase64 }: EmbeddingsRequest,
  bodyBytes: number,
): object {
  const data = inputs.map((input, index) => {
    const vector = createVector(`${model}\n${input}`, dimensions);
    return { object: 'embedding', index, embedding: isBase64 ? encodeVector(vector) : [...vector] };
  });
  const tokens = Math.ceil(bodyBytes / 4);
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return { object: 'list', data, model, usage };
}

/** Returns a unit vector derived from a hash of the text. */
export function createVector(text: string, dimensions: number): Float32Array {
  let state = createHash('sha256').update(text).digest().readUInt32LE(0);
  const raw = Array.from({ length: dimensions }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  const length = Math.hypot(...raw) || 1;
  return Float32Array.from(raw, (value) => value / length);
}

function encodeVector(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
