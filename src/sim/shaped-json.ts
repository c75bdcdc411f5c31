/** Sends answers that are one JSON body, whole or malformed, the same for every protocol. */

import { admitKey, admitModel, type Subject } from './admission.ts';
import type { Exchange } from './exchange.ts';
import type { AnswerShape } from './fault.ts';
import { createStatusRefusal } from './refusals.ts';

/**
 * Answers with one JSON body, unless the key or the model has a fault. `read` throws `NoAnswer` for
 * a bad request.
 */
export async function serveJson(
  exchange: Exchange,
  subject: Subject,
  read: () => object,
): Promise<void> {
  admitKey(exchange, subject);
  const value = read();
  await sendShapedJson(exchange, await admitModel(exchange, subject), value);
}

/** Sends the body late, cut, stalled, malformed or as an error, as the shape says. */
export async function sendShapedJson(
  exchange: Exchange,
  shape: AnswerShape,
  value: object,
): Promise<void> {
  const json = JSON.stringify(value);
  const { channel, settings, encodeError } = exchange;
  const half = json.slice(0, Math.floor(json.length / 2));
  const isHalf = shape.cutAfter !== undefined || shape.stallAfter !== undefined;
  const body =
    shape.errorAfter === undefined
      ? json
      : encodeError(createStatusRefusal(500), channel.requestId);
  if (!isHalf && shape.firstTokenSeconds === undefined) {
    return channel.send(200, 'application/json', shape.malformedAt === undefined ? body : half);
  }
  channel.head(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  channel.flushHead();
  if (shape.firstTokenSeconds !== undefined)
    await settings.time.wait(shape.firstTokenSeconds, channel.signal);
  if (!isHalf) return channel.end(body);
  channel.write(half);
  if (shape.stallAfter !== undefined) await channel.hungUp();
  else channel.breakOff();
}
