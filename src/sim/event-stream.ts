/**
 * Answers as server-sent events, with the faults a stream can have, the same for every protocol.
 */

import type { Exchange } from './exchange.ts';
import type { AnswerShape } from './fault.ts';
import { createStatusRefusal } from './refusals.ts';

/** One event: its data, and its name if the protocol names events. */
export interface SimEvent {
  readonly name?: string;
  readonly data: string;
  /** Counted by faults that happen after a number of events. */
  readonly isContent?: boolean;
}

/** The parts of a stream between which faults happen. */
export interface EventStream {
  /** Sent with the first byte, whatever happens later. */
  readonly opening?: readonly SimEvent[];
  readonly body: readonly SimEvent[];
  readonly closing?: readonly SimEvent[];
  /** Ends the stream; some faults leave it out. */
  readonly marker: SimEvent;
  /** Encodes an error inside the stream. Default: its body is the event's data. */
  readonly encodeError?: (body: string) => SimEvent;
}

/** Rejects if the client hangs up during a wait. */
export async function sendEventStream(
  exchange: Exchange,
  shape: AnswerShape,
  stream: EventStream,
): Promise<void> {
  const { channel, settings } = exchange;
  channel.head(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  if (shape.firstTokenSeconds !== undefined) {
    channel.flushHead();
    await settings.time.wait(shape.firstTokenSeconds, channel.signal);
  }
  for (const event of stream.opening ?? []) channel.write(frameEvent(event, shape));
  if (!(await sendBody(exchange, shape, stream))) return;
  for (const event of stream.closing ?? []) channel.write(frameEvent(event, shape));
  channel.end(shape.withoutDone ? undefined : frameEvent(stream.marker, shape));
}

// Returns false if a fault or the client ended the stream early.
async function sendBody(
  exchange: Exchange,
  shape: AnswerShape,
  stream: EventStream,
): Promise<boolean> {
  const { channel } = exchange;
  for (const event of stream.body) {
    if (await interrupt(exchange, shape, stream)) return false;
    const hasRoom = event.isContent
      ? await sendContent(exchange, shape, event)
      : channel.write(frameEvent(event, shape));
    if (!hasRoom) await channel.drained();
    if (channel.isClosed) return false;
  }
  return !(await interrupt(exchange, shape, stream));
}

async function sendContent(
  { channel, settings }: Exchange,
  shape: AnswerShape,
  event: SimEvent,
): Promise<boolean> {
  const paceMs = shape.paceMs ?? settings.paceMs;
  if (paceMs > 0) await settings.time.wait(paceMs / 1000, channel.signal);
  if (shape.hasComments) channel.write(`: keep-alive${lineEndOf(shape)}${lineEndOf(shape)}`);
  channel.attempt.eventsSent += 1;
  const isMalformed = channel.attempt.eventsSent === shape.malformedAt;
  const data = isMalformed ? event.data.slice(0, event.data.length / 2) : event.data;
  return channel.write(frameEvent({ ...event, data }, shape));
}

async function interrupt(
  { channel, encodeError }: Exchange,
  shape: AnswerShape,
  stream: EventStream,
): Promise<boolean> {
  const sent = channel.attempt.eventsSent;
  if (sent === shape.cutAfter) channel.breakOff();
  else if (sent === shape.stallAfter) await channel.hungUp();
  else if (sent === shape.errorAfter) {
    const data = encodeError(createStatusRefusal(503), channel.requestId);
    channel.end(frameEvent(stream.encodeError?.(data) ?? { data }, shape));
  } else return false;
  return true;
}

function frameEvent({ name, data }: SimEvent, shape: AnswerShape): string {
  const lineEnd = lineEndOf(shape);
  return `${name === undefined ? '' : `event: ${name}${lineEnd}`}data: ${data}${lineEnd}${lineEnd}`;
}

function lineEndOf({ hasCrlf }: AnswerShape): string {
  return hasCrlf ? '\r\n' : '\n';
}
