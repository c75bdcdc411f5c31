/** Where the engine's answer goes in the gateway: a socket, with its back-pressure. */

import type { ServerResponse } from 'node:http';
import type { RequestError } from '../errors.ts';
import type { Headers, ReplySink } from '../model/request.ts';

export function createReplySink(response: ServerResponse, extra: Headers): ReplySink {
  return {
    head: (status, headers) => {
      response.writeHead(status, { ...headers, ...extra });
      if (headers['content-length'] === undefined) response.flushHeaders();
    },
    write: (chunk) => response.destroyed || response.write(chunk),
    onDrain: (resume) => void response.once('drain', resume),
    end: (chunk) => void (chunk === undefined ? response.end() : response.end(chunk)),
  };
}

/** OpenAI's own types; anything else is `invalid_request_error`. */
const errorTypes: Readonly<Record<number, string>> = { 401: 'authentication_error', 429: 'rate_limit_error' };

/** An error of the gateway itself, in OpenAI's shape. */
export function replyWithError(response: ServerResponse, error: RequestError, extra: Headers): void {
  if (response.headersSent || response.destroyed) return;
  const fix = error.howToFix === undefined ? '' : `. How to fix: ${error.howToFix}`;
  const type = errorTypes[error.status] ?? 'invalid_request_error';
  const code = error.code.replaceAll('-', '_');
  replyWithJson(
    response,
    { status: error.status, headers: { ...headersFor(error), ...extra } },
    { error: { message: `${error.message}${fix}`, type, param: null, code } },
  );
}

function headersFor(error: RequestError): Headers {
  const advice = error.status === 429 ? { 'retry-after': '1' } : { 'x-should-retry': 'false' };
  return { ...advice, ...error.headers };
}

export function replyWithJson(
  response: ServerResponse,
  head: { readonly status: number; readonly headers?: Headers },
  value: unknown,
): void {
  const body = JSON.stringify(value);
  response.writeHead(head.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...head.headers,
  });
  response.end(body);
}
