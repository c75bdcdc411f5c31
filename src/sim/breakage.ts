/** Answers that break HTTP or promise what they do not hold, the same for every protocol. */

import type { AnswerChannel } from './answer-channel.ts';
import { assertNever, type Breakage } from './fault.ts';

const page = (title: string) =>
  `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;

const junk = ['data', 'event: \u0000\u0001', 'data: <html>', '{"id":', ':::', 'data: [', 'retry: soon'];

/** Spoils the answer; resolves when nothing more will come. `errorBody` is the protocol's way to say an error. */
export async function breakAnswer(channel: AnswerChannel, how: Breakage, errorBody: string): Promise<void> {
  switch (how) {
    case 'reset':
      return channel.reset();
    case 'silent':
      return channel.hungUp();
    case 'html-200':
      return channel.send(200, 'text/html; charset=utf-8', page('Welcome'));
    case 'html-502':
      return channel.send(502, 'text/html; charset=utf-8', page('502 Bad Gateway'));
    case 'empty':
      return channel.send(200, 'application/json', '');
    case 'truncated-head':
      return channel.sendRaw(200, 'HTTP/1.1 200 OK\r\nContent-Type: applica');
    case 'wrong-length':
      return channel.sendRaw(200, shortBody('{"id":"sim","object":"chat.completion","choices":['));
    case 'garbage-sse':
      return channel.send(200, 'text/event-stream', `${junk.join('\n\n')}\n\n`);
    case 'error-in-200':
      return channel.send(200, 'application/json', errorBody);
    default:
      return assertNever(how);
  }
}

function shortBody(body: string): string {
  const length = Buffer.byteLength(body) + 1000;
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`;
}
