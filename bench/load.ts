/**
 * The load: connections that send the same request again and again, in a closed loop or at a steady
 * pace.
 */

import { connect, type Socket } from 'node:net';
import type { Contender } from './contender.ts';
import { cpuTimeUs, sleep } from './machine.ts';
import { MessageReader, type OnBody } from './wire.ts';
import { shapes } from './wire-shapes.ts';

/** The results of one batch. */
export interface Batch {
  readonly count: number;
  readonly perSecond: number;
  /** CPU time of the contender for each request, µs; 0 if it has no process of its own. */
  readonly cpuUs: number;
  /** Milliseconds from a request's write to the end of its answer. */
  readonly latencies: readonly number[];
}

/** Returns the bytes of one chat request to a contender. `padding` is the length of the prompt. */
export function encodeRequest(contender: Contender, padding: number, stream = false): Buffer {
  const { pathFor, ask } = shapes['openai-chat'];
  const path = pathFor(contender.model, stream);
  return encodeHttp(contender, path, ask(contender.model, padding, stream));
}

/** Returns the bytes of one request with this body. */
export function encodeHttp(contender: Contender, path: string, content: object): Buffer {
  const body = JSON.stringify(content);
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${contender.port}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    ...contender.headers,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** One keep-alive connection with at most one request under way. */
export class Client {
  readonly #socket: Socket;
  readonly #reader: MessageReader;
  #resolve: (status: number) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  /** Called for each piece of an answer's body. */
  onBody: OnBody = () => undefined;

  constructor(port: number) {
    this.#reader = new MessageReader(
      (bytes) => this.onBody(bytes),
      (status) => this.#resolve(status),
    );
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => this.#reader.push(chunk));
    this.#socket.on('error', (error) => this.#reject(error));
    this.#socket.on('close', () => this.#reject(new Error(`port ${port} closed the connection`)));
  }

  /** Resolves when the answer has ended; rejects unless it was a 200. */
  async request(bytes: Buffer): Promise<void> {
    const status = await new Promise<number>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#socket.write(bytes);
    });
    if (status !== 200) throw new Error(`status ${status}`);
  }

  close(): void {
    this.#reject = () => undefined;
    this.#socket.destroy();
  }
}

interface ClosedLoop {
  readonly connections: number;
  readonly forMs: number;
  /** Called for each piece of an answer's body. */
  readonly onBody?: OnBody;
}

/** Runs as many requests as `connections` connections can, one after the other on each. */
export async function runClosedLoop(
  contender: Contender,
  request: Buffer,
  { connections, forMs, onBody = () => undefined }: ClosedLoop,
): Promise<Batch> {
  const clients = Array.from({ length: connections }, () => new Client(contender.port));
  for (const client of clients) client.onBody = onBody;
  const latencies: number[] = [];
  const [startedAt, cpuBefore] = [performance.now(), cpuTimeUs(contender.pid)];
  const work = async (client: Client): Promise<void> => {
    for (let now = performance.now(); now - startedAt < forMs; ) {
      await client.request(request);
      const endedAt = performance.now();
      latencies.push(endedAt - now);
      now = endedAt;
    }
  };
  await Promise.all(clients.map(work));
  const batch = summarize(latencies, {
    seconds: (performance.now() - startedAt) / 1000,
    cpuUs: cpuTimeUs(contender.pid) - cpuBefore,
  });
  for (const client of clients) client.close();
  return batch;
}

/** Sends at a steady pace over as many connections as needed. */
export async function runPaced(
  contender: Contender,
  request: Buffer,
  { perSecond, forMs }: { readonly perSecond: number; readonly forMs: number },
): Promise<Batch> {
  const idle: Client[] = [];
  const clients: Client[] = [];
  const latencies: number[] = [];
  const underWay: Promise<void>[] = [];
  const [startedAt, cpuBefore] = [performance.now(), cpuTimeUs(contender.pid)];
  const sendOne = async (): Promise<void> => {
    const client = idle.pop() ?? new Client(contender.port);
    if (!clients.includes(client)) clients.push(client);
    const sentAt = performance.now();
    await client.request(request);
    latencies.push(performance.now() - sentAt);
    idle.push(client);
  };
  for (let sent = 0; performance.now() - startedAt < forMs; sent++) {
    underWay.push(sendOne());
    const waitMs = startedAt + ((sent + 1) * 1000) / perSecond - performance.now();
    if (waitMs > 0) await sleep(waitMs);
  }
  await Promise.all(underWay);
  const batch = summarize(latencies, {
    seconds: (performance.now() - startedAt) / 1000,
    cpuUs: cpuTimeUs(contender.pid) - cpuBefore,
  });
  for (const client of clients) client.close();
  return batch;
}

/** The behaviour of many streams. */
export interface Crowd {
  readonly count: number;
  /** The streams are opened evenly over this time. */
  readonly openOverMs: number;
  readonly onBody: OnBody;
  /** Default: a chat request of 1 kB. */
  readonly request?: Buffer;
}

/** Runs parallel streams, each on its own connection, until all have ended. */
export async function runStreams(contender: Contender, crowd: Crowd): Promise<void> {
  const { count, openOverMs, onBody, request = encodeRequest(contender, 900, true) } = crowd;
  const clients = Array.from({ length: count }, () => new Client(contender.port));
  const open = async (client: Client, index: number): Promise<void> => {
    client.onBody = onBody;
    if (openOverMs > 0) await sleep((index * openOverMs) / count);
    await client.request(request);
  };
  await Promise.all(clients.map(open));
  for (const client of clients) client.close();
}

function summarize(latencies: readonly number[], used: { seconds: number; cpuUs: number }): Batch {
  const count = latencies.length;
  return { count, perSecond: count / used.seconds, cpuUs: used.cpuUs / count, latencies };
}
