/**
 * Lets a request through to its answer, or ends it with the refusal or breakage that its key or
 * model selects.
 */

import { breakAnswer } from './breakage.ts';
import { type Exchange, retryHeaders } from './exchange.ts';
import type { AnswerShape, SimRefusal } from './fault.ts';
import { createStatusRefusal, NoAnswer } from './refusals.ts';
import { listSpeakers } from './speakers.ts';

/** The decision depends on this, besides the key. */
export interface Subject {
  readonly model?: string | undefined;
  readonly isPrefill?: boolean;
}

export function sendRefusal(
  { channel, settings, encodeError }: Exchange,
  refusal: SimRefusal,
): void {
  const body = encodeError(refusal, channel.requestId);
  channel.head(refusal.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...retryHeaders(refusal, settings.time.scale),
  });
  channel.end(body);
}

/** Throws `NoAnswer` unless the key is accepted. */
export function admitKey(exchange: Exchange, { model, isPrefill = false }: Subject = {}): void {
  const { attempt } = exchange.channel;
  attempt.model = model ?? null;
  attempt.prefill = isPrefill;
  const { fault, refusal, headers = {} } = exchange.faults.judgeKey({ model, key: exchange.key });
  exchange.channel.headers = headers;
  if (refusal === undefined) return;
  attempt.fault = fault;
  throw new NoAnswer(refusal);
}

/**
 * Matches an image in any of the protocols. Not the bare word: agents' tools mention images in
 * their schemas.
 */
const image =
  /"type":\s*"(image_url|input_image|image)"|"inlineData":\s*\{\s*"mimeType":\s*"image\//;

/** Returns the answer's shape. Throws `NoAnswer` if the model's fault prevents an answer. */
export async function admitModel(
  exchange: Exchange,
  { model, isPrefill = false }: Subject = {},
): Promise<AnswerShape> {
  const { body, bytes, channel, encodeError, faults, key } = exchange;
  const hasImages = (): boolean => image.test(bytes.toString('latin1'));
  const active = faults.judgeModel({
    model,
    isPrefill,
    key,
    hasImages,
    speakers: () => listSpeakers(body),
  });
  if (active === undefined) return {};
  const { name, fault } = active;
  if (fault.kind !== 'shape' || Object.keys(fault.shape).length > 0) channel.attempt.fault = name;
  if (fault.kind === 'shape') return fault.shape;
  if (fault.kind === 'refuse') throw new NoAnswer(fault.refusal);
  await breakAnswer(
    channel,
    fault.breakage,
    encodeError(createStatusRefusal(500), channel.requestId),
  );
  throw new NoAnswer();
}
