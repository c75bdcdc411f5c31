/** A client of Responses over WebSocket, as the tests use it. */

import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface SocketEvent {
  readonly type: string;
  readonly status?: number;
  readonly stream_id?: string;
  readonly delta?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly error?: { readonly code: string; readonly message: string; readonly param?: string };
  readonly response?: {
    readonly id: string;
    readonly status: string;
    readonly store?: boolean;
    readonly model?: string;
    readonly output: readonly { readonly type: string; readonly call_id?: string }[];
    readonly error?: { readonly code: string; readonly message: string } | null;
  };
}

/** The last event of an answer. */
const lastTypes = new Set(['response.completed', 'response.incomplete', 'response.failed']);

const isLast = ({ type, status }: SocketEvent): boolean =>
  lastTypes.has(type) || (type === 'error' && status !== undefined);

export class SocketClient {
  readonly socket: WebSocket;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #events: SocketEvent[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.socket = new WebSocket(url, { headers });
    this.socket.on('message', (data) => {
      this.#events.push(JSON.parse(String(data)));
      this.#wake();
    });
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      this.socket.on('close', (code, reason) => {
        resolve({ code, reason: String(reason) });
        this.#wake();
      }),
    );
  }

  /** Sends what is no text as JSON. */
  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The events of the next answer, or all until the connection ends. */
  async answer(): Promise<readonly SocketEvent[]> {
    let end = this.#events.findIndex(isLast);
    while (end < 0 && this.socket.readyState !== WebSocket.CLOSED) {
      await this.#next();
      end = this.#events.findIndex(isLast);
    }
    return this.#events.splice(0, end < 0 ? this.#events.length : end + 1);
  }

  /** Waits for so many events, and leaves them for `answer`. */
  async hear(count: number): Promise<void> {
    while (this.#events.length < count && this.socket.readyState !== WebSocket.CLOSED)
      await this.#next();
  }

  #next(): Promise<void> {
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async ask(body: object = {}): Promise<readonly SocketEvent[]> {
    this.send({ type: 'response.create', model: 'main', input: 'hello there', ...body });
    return this.answer();
  }
}

/** Connects; `url` begins with `http`. */
export async function openSocket(
  url: string,
  key: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<SocketClient> {
  const client = new SocketClient(url, { authorization: `Bearer ${key}`, ...headers });
  await once(client.socket, 'open');
  return client;
}

export function textOf(events: readonly SocketEvent[]): string {
  const deltas = events.filter(({ type }) => type === 'response.output_text.delta');
  return deltas.map(({ delta = '' }) => delta).join('');
}
