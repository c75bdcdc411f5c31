/** A chat answer as server-sent events, one word at a time, with the faults a stream can have. */

import type { Exchange } from '../exchange.ts';
import type { AnswerShape } from '../fault.ts';
import { createStatusRefusal } from '../refusals.ts';
import { encodeError } from './admission.ts';
import { type ChatAnswer, splitInput, type ToolCall } from './answer.ts';
import type { Reply } from './completion.ts';

/** What every chunk of one stream has around its delta. */
interface Frame {
  readonly before: string;
  readonly after: string;
  readonly lineEnd: string;
}

/** Streams the answer; rejects when the client hangs up while the stream waits. */
export async function streamCompletion(exchange: Exchange, reply: Reply): Promise<void> {
  const { channel, settings } = exchange;
  const { shape, request } = reply;
  const frame = createFrame(exchange, reply);
  channel.head(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  if (shape.firstTokenSeconds !== undefined) {
    channel.flushHead();
    await settings.time.wait(shape.firstTokenSeconds, channel.signal);
  }
  const content = reply.answer.calls.length > 0 ? null : '';
  channel.write(encodeDelta(frame, { role: 'assistant', content, refusal: null }, null));
  const isWhole = await sendDeltas(exchange, shape, { frame, deltas: listDeltas(reply.answer) });
  if (!isWhole) return;
  channel.write(encodeDelta(frame, {}, reply.answer.finishReason));
  if (request.includesUsage) channel.write(encodeUsage(frame, reply.answer));
  channel.end(shape.withoutDone ? undefined : `data: [DONE]${frame.lineEnd}${frame.lineEnd}`);
}

function createFrame({ channel, settings }: Exchange, { request, shape }: Reply): Frame {
  const head = JSON.stringify({
    id: `chatcmpl-${channel.requestId}`,
    object: 'chat.completion.chunk',
    created: Math.floor(settings.time.now() / 1000),
    model: request.model,
  });
  const usage = request.includesUsage ? ',"usage":null' : '';
  return { before: head.slice(0, -1), after: usage, lineEnd: shape.hasCrlf ? '\r\n' : '\n' };
}

function encodeDelta(frame: Frame, delta: object, finish: string | null): string {
  const choice = `{"index":0,"delta":${JSON.stringify(delta)},"logprobs":null,"finish_reason":${JSON.stringify(finish)}}`;
  return toEvent(`${frame.before},"choices":[${choice}]${frame.after}}`, frame);
}

function encodeUsage(frame: Frame, answer: ChatAnswer): string {
  return toEvent(`${frame.before},"choices":[],"usage":${JSON.stringify(answer.usage)}}`, frame);
}

function toEvent(data: string, { lineEnd }: Frame): string {
  return `data: ${data}${lineEnd}${lineEnd}`;
}

function listDeltas({ reasoning, words, calls }: ChatAnswer): readonly object[] {
  return [
    ...reasoning.map((text) => ({ reasoning_content: text })),
    ...words.map((text) => ({ content: text })),
    ...calls.flatMap(listCallDeltas),
  ];
}

function listCallDeltas({ id, name, input }: ToolCall, index: number): readonly object[] {
  return [
    { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] },
    ...splitInput(input).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ];
}

interface Content {
  readonly frame: Frame;
  readonly deltas: readonly object[];
}

// False when a fault, or the client, ended the stream before its time.
async function sendDeltas(exchange: Exchange, shape: AnswerShape, content: Content): Promise<boolean> {
  const { channel, settings } = exchange;
  const { frame, deltas } = content;
  const paceMs = shape.paceMs ?? settings.paceMs;
  for (const [index, delta] of deltas.entries()) {
    if (await interrupt(exchange, shape, { sent: index, frame })) return false;
    if (paceMs > 0) await settings.time.wait(paceMs / 1000, channel.signal);
    if (shape.hasComments) channel.write(`: keep-alive${frame.lineEnd}${frame.lineEnd}`);
    const event = encodeDelta(frame, delta, null);
    const isMalformed = index + 1 === shape.malformedAt;
    const hasRoom = channel.write(isMalformed ? toEvent(event.slice(6, event.length / 2), frame) : event);
    channel.attempt.eventsSent += 1;
    if (!hasRoom) await channel.drained();
    if (channel.isClosed) return false;
  }
  return !(await interrupt(exchange, shape, { sent: deltas.length, frame }));
}

async function interrupt(
  { channel }: Exchange,
  shape: AnswerShape,
  { sent, frame }: { readonly sent: number; readonly frame: Frame },
): Promise<boolean> {
  if (sent === shape.cutAfter) channel.breakOff();
  else if (sent === shape.stallAfter) await channel.hungUp();
  else if (sent === shape.errorAfter) channel.end(toEvent(encodeError(createStatusRefusal(503)), frame));
  else return false;
  return true;
}
