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

/** An error of the gateway itself, in OpenAI's shape. */
export function replyWithError(response: ServerResponse, error: RequestError): void {
  if (response.headersSent || response.destroyed) return;
  const fix = error.howToFix === undefined ? '' : `. How to fix: ${error.howToFix}`;
  const type = error.status === 401 ? 'authentication_error' : 'invalid_request_error';
  const code = error.code.replaceAll('-', '_');
  replyWithJson(
    response,
    { status: error.status, headers: headersFor(error) },
    { error: { message: `${error.message}${fix}`, type, param: null, code } },
  );
}

/** The rest of a body that is too large is not worth reading: the connection ends with the answer. */
function headersFor(error: RequestError): Headers {
  if (error.status === 429) return { 'retry-after': '1', connection: 'close' };
  return error.status === 413
    ? { 'x-should-retry': 'false', connection: 'close' }
    : { 'x-should-retry': 'false' };
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
