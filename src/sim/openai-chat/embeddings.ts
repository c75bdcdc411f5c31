/** POST /embeddings: unit vectors drawn from a hash of each input, as numbers or as base64. */

import { createHash } from 'node:crypto';
import { admitKey, admitModel, sendRefusal } from '../admission.ts';
import type { Exchange } from '../exchange.ts';
import { isJsonObject, toItems, toText } from '../json-value.ts';
import { createBadRequest } from '../refusals.ts';
import { sendShapedJson } from '../shaped-json.ts';

interface EmbeddingsRequest {
  readonly model: string;
  readonly inputs: readonly string[];
  readonly dimensions: number;
  readonly isBase64: boolean;
}

const defaultDimensions = 256;
const dimensionLimit = 4096;

/** Serves one embeddings request. */
export async function serveEmbeddings(exchange: Exchange): Promise<void> {
  const request = readEmbeddingsRequest(exchange.body);
  const isWrong = typeof request === 'string';
  const subject = { model: isWrong ? undefined : request.model, isPrefill: false };
  if (!admitKey(exchange, subject)) return;
  if (isWrong) return sendRefusal(exchange, createBadRequest(request));
  const shape = await admitModel(exchange, subject);
  if (shape === undefined) return;
  await sendShapedJson(exchange, shape, encodeEmbeddings(request, exchange.bodyBytes));
}

function readEmbeddingsRequest(body: unknown): EmbeddingsRequest | string {
  if (!isJsonObject(body)) return 'We could not parse the JSON body of your request.';
  const model = toText(body['model']);
  if (model === undefined || model === '') return 'you must provide a model parameter';
  const inputs = readInputs(body['input']);
  if (inputs.length === 0) return "Missing required parameter: 'input'.";
  const dimensions = body['dimensions'] ?? defaultDimensions;
  if (typeof dimensions !== 'number' || !(dimensions >= 1 && dimensions <= dimensionLimit)) {
    return `'dimensions' must be a number from 1 to ${dimensionLimit}.`;
  }
  return {
    model,
    inputs,
    dimensions: Math.floor(dimensions),
    isBase64: body['encoding_format'] === 'base64',
  };
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
): string {
  const data = inputs.map((input, index) => {
    const vector = createVector(`${model}\n${input}`, dimensions);
    return { object: 'embedding', index, embedding: isBase64 ? toBase64(vector) : [...vector] };
  });
  const tokens = Math.ceil(bodyBytes / 4);
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return JSON.stringify({ object: 'list', data, model, usage });
}

/** A unit vector drawn from a hash of the text. */
export function createVector(text: string, dimensions: number): Float32Array {
  let state = createHash('sha256').update(text).digest().readUInt32LE(0);
  const raw = Array.from({ length: dimensions }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  const length = Math.hypot(...raw) || 1;
  return Float32Array.from(raw, (value) => value / length);
}

function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
