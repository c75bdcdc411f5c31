/** Lets a request through to its answer, or gives it the refusal or breakage its key or model asks for. */

import { breakAnswer } from '../breakage.ts';
import { type Exchange, retryHeaders } from '../exchange.ts';
import type { AnswerShape, Refusal } from '../fault.ts';
import { createStatusRefusal } from '../refusals.ts';

/** What decides, besides the key. */
export interface Subject {
  readonly model: string | undefined;
  readonly isPrefill: boolean;
}

const plain: AnswerShape = {};

/** The body of an error answer in OpenAI's shape. */
export function encodeError({ message, type, code }: Refusal): string {
  return JSON.stringify({ error: { message, type, param: null, code } });
}

/** Answers with a refusal. */
export function sendRefusal({ channel, settings }: Exchange, refusal: Refusal): void {
  const body = encodeError(refusal);
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
  const verdict = exchange.faults.judgeKey({ model, key: exchange.key, isPrefill });
  if (verdict === undefined) return true;
  attempt.fault = verdict.fault;
  sendRefusal(exchange, verdict.refusal);
  return false;
}

/** The shape the answer is to have; nothing when the model's fault has already ended the exchange. */
export async function admitModel(exchange: Exchange, subject: Subject): Promise<AnswerShape | undefined> {
  const active = exchange.faults.judgeModel({ ...subject, key: exchange.key });
  if (active === undefined) return plain;
  const { name, fault } = active;
  if (fault.kind === 'shape') {
    if (Object.keys(fault.shape).length > 0) exchange.channel.attempt.fault = name;
    return fault.shape;
  }
  exchange.channel.attempt.fault = name;
  if (fault.kind === 'refuse') sendRefusal(exchange, fault.refusal);
  else await breakAnswer(exchange.channel, fault.breakage, encodeError(createStatusRefusal(500)));
  return undefined;
}
