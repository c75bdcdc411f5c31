/** Answers that violate HTTP or their own headers, the same for every protocol. */

import type { AnswerChannel } from './answer-channel.ts';

const page = (title: string) =>
  `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;

const cutBody = '{"id":"sim","object":"chat.completion","choices":[';
const junk = [
  'data',
  'event: \u0000\u0001',
  'data: <html>',
  '{"id":',
  ':::',
  'data: [',
  'retry: soon',
];

/**
 * `errorBody` is an error in the protocol's shape. Each function resolves when nothing more will be
 * sent.
 */
const breakages = {
  reset: (channel: AnswerChannel) => channel.reset(),
  silent: (channel: AnswerChannel) => channel.hungUp(),
  'html-200': (channel: AnswerChannel) =>
    channel.send(200, 'text/html; charset=utf-8', page('Welcome')),
  'html-502': (channel: AnswerChannel) =>
    channel.send(502, 'text/html; charset=utf-8', page('502 Bad Gateway')),
  empty: (channel: AnswerChannel) => channel.send(200, 'application/json', ''),
  'truncated-head': (channel: AnswerChannel) =>
    channel.sendRaw('HTTP/1.1 200 OK\r\nContent-Type: applica'),
  'wrong-length': (channel: AnswerChannel) =>
    channel.sendRaw(
      `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${cutBody.length + 1000}\r\n\r\n${cutBody}`,
    ),
  'garbage-sse': (channel: AnswerChannel) =>
    channel.send(200, 'text/event-stream', `${junk.join('\n\n')}\n\n`),
  'error-in-200': (channel: AnswerChannel, errorBody: string) =>
    channel.send(200, 'application/json', errorBody),
};

export type Breakage = keyof typeof breakages;

export async function breakAnswer(
  channel: AnswerChannel,
  how: Breakage,
  errorBody: string,
): Promise<void> {
  await breakages[how](channel, errorBody);
}
