/** Lets a request through to its answer, or gives it the refusal or breakage its key or model asks for. */

import { breakAnswer } from './breakage.ts';
import { type Exchange, retryHeaders } from './exchange.ts';
import type { AnswerShape, Breakage, SimRefusal } from './fault.ts';
import { createStatusRefusal } from './refusals.ts';

/** What decides, besides the key. */
export interface Subject {
  readonly model: string | undefined;
  readonly isPrefill: boolean;
}

const plain: AnswerShape = {};

/** Answers with a refusal. */
export function sendRefusal({ channel, settings, encodeError }: Exchange, refusal: SimRefusal): void {
  const body = encodeError(refusal, channel.requestId);
  channel.head(refusal.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...retryHeaders(refusal, settings.time.scale),
  });
  channel.end(body);
}

/** True when the key is accepted; otherwise the refusal has been sent. */
export function admitKey(exchange: Exchange, { model, isPrefill }: Subject): boolean {
  const { attempt } = exchange.channel;
  attempt.model = model ?? null;
  attempt.prefill = isPrefill;
  const question = { model, key: exchange.key, isPrefill };
  const verdict = exchange.faults.judgeKey(question);
  exchange.channel.headers = exchange.faults.limitHeaders(question);
  if (verdict === undefined) return true;
  attempt.fault = verdict.fault;
  sendRefusal(exchange, verdict.refusal);
  return false;
}

/** As any of the protocols writes them; tools of agents speak of images in their schemas. */
const image = /"type":\s*"(image_url|input_image|image)"|"inlineData":\s*\{\s*"mimeType":\s*"image\//;

function showsImages(body: Buffer): boolean {
  return image.test(body.toString('latin1'));
}

/** The shape the answer is to have; nothing when the model's fault has already ended the exchange. */
export async function admitModel(exchange: Exchange, subject: Subject): Promise<AnswerShape | undefined> {
  const hasImages = (): boolean => showsImages(exchange.bytes);
  const active = exchange.faults.judgeModel({ ...subject, key: exchange.key, hasImages });
  if (active === undefined) return plain;
  const { name, fault } = active;
  if (fault.kind === 'shape') {
    if (Object.keys(fault.shape).length > 0) exchange.channel.attempt.fault = name;
    return fault.shape;
  }
  exchange.channel.attempt.fault = name;
  if (fault.kind === 'refuse') sendRefusal(exchange, fault.refusal);
  else await breakOff(exchange, fault.breakage);
  return undefined;
}

function breakOff({ channel, encodeError }: Exchange, breakage: Breakage): Promise<void> {
  return breakAnswer(channel, breakage, encodeError(createStatusRefusal(500), channel.requestId));
}
