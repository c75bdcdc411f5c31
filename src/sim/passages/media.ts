/** Makes simulated images, audio and reranking: small, and always the same for the same request. */

import { createHash } from 'node:crypto';
import { admitKey, admitModel } from '../admission.ts';
import { type EventStream, type SimEvent, sendEventStream } from '../event-stream.ts';
import type { Exchange, SimRoute } from '../exchange.ts';
import type { AnswerShape } from '../fault.ts';
import { toItems, toObject } from '../json-value.ts';
import { createNoAnswer } from '../refusals.ts';
import { sendShapedJson } from '../shaped-json.ts';
import { type Form, readForm } from './form.ts';

type MediaAnswer = (exchange: Exchange, shape: AnswerShape, form: Form) => Promise<void> | void;

/** Number of pieces of an image or audio, unless the model's name says otherwise. */
const usualPieces = 8;
const pieceBytes = 1024;

export const mediaRoutes: readonly SimRoute[] = [
  mediaRoute('/images/generations', sendImages),
  mediaRoute('/images/edits', sendImages),
  mediaRoute('/images/variations', sendImages),
  mediaRoute('/audio/speech', sendSpeech),
  mediaRoute('/audio/transcriptions', sendTranscript),
  mediaRoute('/audio/translations', sendTranscript),
  mediaRoute('/rerank', sendRanking),
];

function mediaRoute(path: string, answer: MediaAnswer): SimRoute {
  return { method: 'POST', path, serve: (exchange) => serveMedia(exchange, answer) };
}

async function serveMedia(exchange: Exchange, answer: MediaAnswer): Promise<void> {
  const form = readForm(exchange);
  const subject = { model: form?.text('model') };
  admitKey(exchange, subject);
  if (form === undefined || subject.model === undefined)
    throw createNoAnswer('you must provide a model parameter');
  await answer(exchange, await admitModel(exchange, subject), form);
}

function sendImages(exchange: Exchange, shape: AnswerShape, form: Form): Promise<void> {
  const picture = createBytes(describeForm(form), 1).toString('base64');
  const usage = { input_tokens: 4, output_tokens: 16, total_tokens: 20 };
  if (form.text('stream') === 'true') {
    const type = 'image_generation.partial_image';
    const partial = (index: number): string =>
      JSON.stringify({ type, partial_image_index: index, b64_json: picture });
    const last = JSON.stringify({ type: 'image_generation.completed', b64_json: picture, usage });
    return sendEventStream(exchange, shape, createStream(shape, partial, last));
  }
  return sendShapedJson(exchange, shape, { created: 0, data: [{ b64_json: picture }], usage });
}

function sendSpeech(exchange: Exchange, shape: AnswerShape, form: Form): Promise<void> {
  if (form.text('stream_format') === 'sse') {
    const audio = createBytes(describeForm(form), 1).toString('base64');
    const delta = (): string => JSON.stringify({ type: 'speech.audio.delta', audio });
    return sendEventStream(
      exchange,
      shape,
      createStream(shape, delta, '{"type":"speech.audio.done"}'),
    );
  }
  return sendBytes(exchange, shape, createBytes(form.text('input') ?? '', piecesOf(shape)));
}

function sendTranscript(exchange: Exchange, shape: AnswerShape, form: Form): Promise<void> | void {
  const text = `heard ${describeForm(form)}`;
  if (form.text('stream') === 'true') {
    const delta = (index: number): string =>
      JSON.stringify({ type: 'transcript.text.delta', delta: index === 0 ? text : '' });
    const last = JSON.stringify({ type: 'transcript.text.done', text });
    return sendEventStream(exchange, shape, createStream(shape, delta, last));
  }
  if (form.text('response_format') === 'text')
    return exchange.channel.send(200, 'text/plain', `${text}\n`);
  return sendShapedJson(exchange, shape, { text });
}

function sendRanking(exchange: Exchange, shape: AnswerShape): Promise<void> {
  const documents = toItems(toObject(exchange.body)['documents']);
  const results = documents.map((_, index) => ({ index, relevance_score: 1 / (index + 1) }));
  return sendShapedJson(exchange, shape, { id: 'rerank-sim', results });
}

/** Sends bytes piece by piece; late, cut or stalled if the shape says so. */
async function sendBytes(exchange: Exchange, shape: AnswerShape, bytes: Buffer): Promise<void> {
  const { channel, settings } = exchange;
  channel.head(200, { 'content-type': 'audio/mpeg' });
  channel.flushHead();
  if (shape.firstTokenSeconds !== undefined)
    await settings.time.wait(shape.firstTokenSeconds, channel.signal);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    if (channel.attempt.eventsSent === shape.cutAfter) return channel.breakOff();
    if (channel.attempt.eventsSent === shape.stallAfter) return channel.hungUp();
    const paceMs = shape.paceMs ?? settings.paceMs;
    if (paceMs > 0) await settings.time.wait(paceMs / 1000, channel.signal);
    channel.attempt.eventsSent += 1;
    if (!channel.write(bytes.subarray(at, at + pieceBytes))) await channel.drained();
    if (channel.isClosed) return;
  }
  channel.end();
}

function createStream(
  shape: AnswerShape,
  piece: (index: number) => string,
  last: string,
): EventStream {
  const toEvent = (data: string): SimEvent => ({ data, isContent: true });
  return {
    body: Array.from({ length: piecesOf(shape) }, (_, index) => toEvent(piece(index))),
    marker: { data: last },
  };
}

function piecesOf({ exactEvents, leastEvents = 0 }: AnswerShape): number {
  return exactEvents ?? Math.max(usualPieces, leastEvents);
}

/** Summarises the request; of files it gives names and lengths. */
function describeForm(form: Form): string {
  const files = form.files.map(({ name, bytes }) => `${name} (${bytes.length} bytes)`);
  return [form.text('prompt') ?? form.text('input') ?? '', ...files]
    .filter((text) => text !== '')
    .join(', ');
}

function createBytes(seed: string, pieces: number): Buffer {
  const block = createHash('sha256').update(seed).digest();
  return Buffer.concat(Array.from({ length: (pieces * pieceBytes) / block.length }, () => block));
}
