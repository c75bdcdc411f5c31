/**
 * A provider on raw sockets, below HTTP: it reads whole requests and answers with whatever bytes a
 * test wants, or not at all.
 */

import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';

interface RawRequest {
  /** In lower case. */
  readonly head: string;
  readonly body: Buffer;
  /** Which connection it came on, counted from 1. */
  readonly connection: number;
}

export class RawProvider {
  readonly requests: RawRequest[] = [];
  connections = 0;
  /** Connections that have ended. */
  ended = 0;
  /** Answers a request. */
  answer: (socket: Socket, request: RawRequest) => void = (socket) => {
    socket.write(whole('ok'));
  };
  /** Meets a connection before its first request. */
  greet: (socket: Socket) => void = () => undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #scheme: string;

  /** Over TLS where it has a certificate. */
  constructor(certificate?: { readonly key: string; readonly cert: string }) {
    this.#scheme = certificate === undefined ? 'http' : 'https';
    this.#server =
      certificate === undefined
        ? createServer((socket) => this.#meet(socket))
        : createTlsServer(certificate, (socket) => this.#meet(socket));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get origin(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  /** No session of TLS that it gave out so far can be taken up again. */
  forgetSessions(): void {
    if (this.#server instanceof TlsServer) this.#server.setTicketKeys(randomBytes(48));
  }

  /** Ends every connection, as its last word. */
  endAll(): void {
    for (const socket of this.#sockets) socket.end();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #meet(socket: Socket): void {
    const connection = ++this.connections;
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined); // the other side may hang up at any byte
    socket.on('close', () => {
      this.ended += 1;
      this.#sockets.delete(socket);
    });
    this.greet(socket);
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (let taken = takeRequest(bytes); taken !== undefined; taken = takeRequest(bytes)) {
        bytes = taken.rest;
        const request = { head: taken.head, body: taken.body, connection };
        this.requests.push(request);
        this.answer(socket, request);
      }
    });
  }
}

/** An answer of known length. */
export function whole(body: string, more = ''): string {
  return `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;
}

export const chunkedHead = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

export function chunk(body: string): string {
  return `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`;
}

function takeRequest(
  bytes: Buffer,
):
  | { readonly head: string; readonly body: Buffer; readonly rest: Buffer<ArrayBuffer> }
  | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end).toLowerCase();
  const length = Number(/\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
  const start = end + 4;
  if (bytes.length < start + length) return undefined;
  return {
    head,
    body: bytes.subarray(start, start + length),
    rest: Buffer.from(bytes.subarray(start + length)),
  };
}
