/**
 * Answers on a bare socket, where there is no request to answer: bytes that are no HTTP, and an
 * upgrade to another protocol.
 */

import type { Duplex } from 'node:stream';

interface SaidFault {
  /** Status line without `HTTP/1.1`. */
  readonly status: string;
  readonly message: string;
  /** More header lines, each with its `\r\n`. */
  readonly headers?: string;
}

const notHttp: SaidFault = {
  status: '400 Bad Request',
  message:
    'this is no HTTP request. To fix: send HTTP/1.1 with a Host header and a body of the length it says',
};

/** By the code of Node's parser error. */
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
    'this gateway speaks HTTP and no WebSocket. To fix: POST the request; "stream": true streams over HTTP',
};

/** For Node's `clientError`: the connection ends with the answer. */
export function answerNoRequest(error: Error, socket: Duplex): void {
  const code = 'code' in error ? String(error.code) : '';
  answerAndEnd(socket, byParserCode[code] ?? notHttp);
}

/** Refused at once: an agent that tries WebSocket first then goes on over HTTP. */
export function answerUpgrade(socket: Duplex): void {
  answerAndEnd(socket, noUpgrade);
}

function answerAndEnd(socket: Duplex, { status, message, headers = '' }: SaidFault): void {
  socket.on('error', () => undefined); // gone already; nothing to do
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({
    error: { message, type: 'invalid_request_error', param: null, code: 'request_invalid' },
  });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}connection: close\r\n\r\n`;
  socket.end(head + body, () => socket.destroy());
}
