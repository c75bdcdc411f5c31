/**
 * Estimates the tokens of a request before it is sent: its input by the length of its texts, its
 * answer by its limit; and says which failed attempts may cost something. Pure.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Failure } from '../../model/failure.ts';
import type { Usage } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import { bytesPerToken, countText } from '../../protocols/content/count-text.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import type { StreamWatch } from '../../protocols/contract/watched-stream.ts';
import { isRecord, type WireObject } from '../../protocols/json/is-record.ts';

/** Assumed for a request that does not limit its answer. */
const usualOutput = 8192;
/** Vendors scale a picture down to at most this; sound and files count the same. */
const mediaTokens = 1600;
/** Text always has a blank within this length. */
const maxWordLength = 2000;

const outputLimits = [
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'maxOutputTokens',
];

/** A request whose body is not read (pictures, sound) counts as one picture. */
export const unreadUsage: Usage = { inputTokens: mediaTokens, outputTokens: 0 };

/** The usage of a request that was not sent, because its caller had left. */
export const nothingUsed: Usage = { inputTokens: 0, outputTokens: 0 };

export function estimateUsage(
  body: ReadBody,
  { maxOutput }: Pick<Target, 'maxOutput'>,
  isEmbedding: boolean,
): Usage {
  const request = readRequest(body);
  const inputTokens = Math.ceil(
    request === undefined ? body.byteLength / bytesPerToken : tokensOfValue(request),
  );
  if (isEmbedding) return { inputTokens, outputTokens: 0 };
  const limit = findLimit(request ?? {}) ?? Math.min(usualOutput, maxOutput ?? usualOutput);
  return { inputTokens, outputTokens: limit * Math.max(1, body.choices) };
}

/** The answer so far, as its client sees it, and as its target sent it. */
interface WatchedAnswer {
  readonly watch?: StreamWatch;
  readonly spokenWatch?: StreamWatch;
}

/** Of our estimate of a text's tokens, the part that any tokenizer makes of it. */
const surePart = 2 / 3;

/**
 * Returns the tokens that the texts of a request have at the least; nothing counts for what is no
 * text, and for a body that cannot be read.
 */
export function leastInput(body: Pick<ReadBody, 'parseToTranslate'>): number {
  return Math.floor(surePart * tokensOfTexts(readRequest(body)));
}

function tokensOfTexts(value: unknown): number {
  if (typeof value === 'string') return isMedia(value) ? 0 : countText(value);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, one) => sum + tokensOfTexts(one), 0);
}

/**
 * Estimates an answer whose caller has left: the usage reported until then, and the rest by what
 * arrived. Undefined: nothing is known.
 */
export function estimateSoFar(
  { body, target }: { readonly body: ReadBody; readonly target: Target },
  { watch, spokenWatch = watch }: WatchedAnswer = {},
): Usage | undefined {
  const reported = spokenWatch?.usage;
  if (watch === undefined || (reported === undefined && watch.contents === 0)) return undefined;
  const { inputTokens = estimateUsage(body, target, false).inputTokens, outputTokens = 0 } =
    reported ?? {};
  const came = Math.max(watch.contents, Math.ceil(countText(watch.delivered().text)));
  return { ...reported, inputTokens, outputTokens: Math.max(outputTokens, came) };
}

/** Returns undefined for a body that is invalid or too deep: its provider will say so. */
export function readRequest(body: Pick<ReadBody, 'parseToTranslate'>): WireObject | undefined {
  try {
    return body.parseToTranslate();
  } catch {
    return undefined; // its bytes count instead
  }
}

function tokensOfValue(value: unknown): number {
  if (typeof value === 'string') return isMedia(value) ? mediaTokens : countText(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + tokensOfValue(one), 1);
  if (!isRecord(value)) return 1;
  return Object.entries(value).reduce(
    (sum, [key, one]) => sum + countText(key) + tokensOfValue(one),
    1,
  );
}

function isMedia(text: string): boolean {
  return text.length > maxWordLength && !/\s/.test(text.slice(0, maxWordLength));
}

/** Google has the field inside of `generationConfig`. */
function findLimit(request: Readonly<Record<string, unknown>>): number | undefined {
  const { generationConfig } = request;
  const places = [request, isRecord(generationConfig) ? generationConfig : {}];
  const said = places.flatMap((place) => outputLimits.map((name) => place[name]));
  return said.find((value): value is number => typeof value === 'number' && value > 0);
}

/** True when the provider may have worked on the request. */
export function mayBeBilled({ class: failureClass, isUnsent }: Failure): boolean {
  return isUnsent !== true && rowOfClass(failureClass).mayBe === 'billed';
}
