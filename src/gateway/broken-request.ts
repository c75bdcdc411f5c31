/**
 * Answers on a bare socket, where Node has parsed no request: bytes that are not HTTP, and upgrades
 * to another protocol.
 */

import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { codeOf } from '../errors.ts';
import type { RefusedCaller } from '../model/events.ts';
import { notProxy } from './refusals.ts';
import type { RefusalAnswer } from './reply.ts';

interface SaidFault {
  /** Excludes `HTTP/1.1`. */
  readonly status: string;
  readonly message: string;
  /** Ends each of its lines with `\r\n`. */
  readonly headers?: string;
}

const notHttp: SaidFault = {
  status: '400 Bad Request',
  message:
    'this is not an HTTP request. To fix: send HTTP/1.1 with a Host header and a body of the length it says',
};

/** The first bytes of a TLS record that begins a handshake (RFC 8446 § 5.1). */
const isHello = (bytes: unknown): boolean =>
  Buffer.isBuffer(bytes) && bytes[0] === 0x16 && bytes[1] === 0x03;

/** Maps the code of Node's parser error. */
const byParserCode: Readonly<Record<string, SaidFault>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    message:
      'the request headers are larger than 16 kB. To fix: send fewer headers; cookies are not needed',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    message: 'the request did not arrive within 5 minutes. To fix: send it again',
  },
};

const noUpgrade: SaidFault = {
  status: '426 Upgrade Required',
  headers: 'upgrade: HTTP/1.1\r\n',
  message:
    'this gateway speaks WebSocket at /v1/responses only. To fix: POST the request; "stream": true streams over HTTP',
};

/**
 * Handles Node's `clientError`: answers and closes the connection. Returns what is told of it;
 * undefined if the caller has only left.
 */
export function answerNoRequest(
  error: Error & { readonly rawPacket?: unknown },
  socket: Duplex,
): Omit<RefusedCaller, 'requestId'> | undefined {
  const code = codeOf(error) ?? '';
  const said = byParserCode[code] ?? notHttp;
  answerAndEnd(socket, said);
  if (isHello(error.rawPacket)) return tlsCaller;
  if (!/^(HPE|ERR_HTTP)_/.test(code)) return undefined;
  const [text = '', fix = ''] = said.message.split('. To fix: ');
  const status = Number.parseInt(said.status, 10);
  return { code: 'request-invalid', status, text, fix: { text: fix } };
}

const tlsCaller: Omit<RefusedCaller, 'requestId'> = {
  code: 'request-invalid',
  status: 400,
  text: 'a caller spoke TLS to this port, which speaks plain http',
  fix: { text: "write http:// in the place of https:// in that program's base URL" },
};

/** Handles CONNECT, which only a proxy takes. Returns what is told of it. */
export function answerConnect(socket: Duplex): Omit<RefusedCaller, 'requestId'> {
  const message = `${notProxy.text}. To fix: ${notProxy.fix.text}`;
  answerAndEnd(socket, { status: '405 Method Not Allowed', message });
  return { code: 'method-not-allowed', status: 405, ...notProxy };
}

/** Refuses at once, so that an agent that tries WebSocket first falls back to HTTP. */
export function answerUpgrade(socket: Duplex): void {
  answerAndEnd(socket, noUpgrade);
}

/** Answers an upgrade as a request that is refused. */
export function refuseUpgrade(socket: Duplex, { head, body }: RefusalAnswer): void {
  const headers = Object.entries(head.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const status = `${head.status} ${STATUS_CODES[head.status] ?? ''}`;
  writeAndEnd(socket, { status, headers: headers.join(''), body });
}

function answerAndEnd(socket: Duplex, { status, message, headers = '' }: SaidFault): void {
  const body = JSON.stringify({
    error: { message, type: 'invalid_request_error', param: null, code: 'request_invalid' },
  });
  const typed = `content-type: application/json\r\n${headers}`;
  writeAndEnd(socket, { status, headers: typed, body });
}

function writeAndEnd(
  socket: Duplex,
  { status, headers, body }: Record<'status' | 'headers' | 'body', string>,
): void {
  socket.on('error', () => undefined); // the client has already left
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const head = `HTTP/1.1 ${status}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`;
  socket.end(head + body, () => socket.destroy());
}
