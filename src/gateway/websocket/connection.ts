/**
 * One WebSocket at `/v1/responses`. Each `response.create` is asked inside (ask-inside.ts) as the
 * request that it would be by HTTP, one after the other; the events of the answer go out as
 * messages.
 */

import { once } from 'node:events';
import type { ClientRequest, IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { WebSocket } from 'ws';
import { RequestError } from '../../errors.ts';
import type { Clock } from '../../host.ts';
import type { Headers } from '../../model/request.ts';
import type { WireObject } from '../../protocols/json/is-record.ts';
import { isEvents, SseSplitter } from '../../transport/sse.ts';
import type { InflightBytes } from '../body.ts';
import { parseHeaders } from '../incoming.ts';
import { SendLimit, sentBytes } from '../send-limit.ts';
import { askInside } from './ask-inside.ts';
import { type CreateMessage, parseCreate } from './create-message.ts';
import { KeptResponse, ToldResponse } from './kept-response.ts';
import {
  createFault,
  createNotFound,
  createRefusal,
  createWarmUp,
  limitReached,
} from './messages-out.ts';

/** The vendor's limit: then the client connects again. */
const lifeMs = 60 * 60_000;

/** More messages than that do not wait for the answer under way. */
const mostWaiting = 16;

/** A client whose messages are not read any more has so long to hear why. */
const lastWordsMs = 1000;

export interface ResponsesConnectionParts {
  readonly server: Server;
  readonly clock: Clock;
  readonly inflight: InflightBytes;
  /** Of the gateway's settings in force. */
  readonly limits: () => { readonly maxInflightBytes: number; readonly sendTimeoutMs: number };
  /** Why a request of this caller would be refused now; undefined if it would not. */
  readonly findRefusal: () => RequestError | undefined;
  readonly createId: () => string;
  readonly path: string;
  /** Are those of each request. */
  readonly headers: Headers;
}

/** How a connection ends (RFC 6455 § 7.4.1). */
interface Ending {
  readonly code: number;
  readonly reason: string;
  /** Is said before. Default: nothing. */
  readonly message?: WireObject;
}

export class ResponsesConnection {
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #parts: ResponsesConnectionParts;
  readonly #since: number;
  readonly #kept: KeptResponse;
  readonly #waiting: Buffer[] = [];
  /** Bytes of the message that is not complete yet. */
  #arriving = 0;
  /** Bytes counted among those in flight, besides what is kept. */
  #held = 0;
  #isBusy = false;
  #ending: Ending | undefined;
  /** Of the answer under way. */
  #hangUp: AbortController | undefined;

  constructor(webSocket: WebSocket, socket: Socket, parts: ResponsesConnectionParts) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#parts = parts;
    this.#since = parts.clock.now();
    this.#kept = new KeptResponse(parts.inflight, () => parts.limits().maxInflightBytes);
    webSocket.on('message', (message: Buffer, isBinary: boolean) => this.#take(message, isBinary));
    webSocket.on('close', () => this.#leave());
    webSocket.on('error', () => undefined); // the close that follows has its code
    socket.prependListener('data', (chunk: Buffer) => this.#count(chunk.length));
  }

  /** Ends it if its key is no good any more, or it is too old. */
  look(): void {
    const refusal = this.#parts.findRefusal();
    if (refusal !== undefined)
      this.end({ code: 1008, reason: refusal.code, message: createFault(refusal) });
    else if (this.#parts.clock.now() - this.#since >= lifeMs)
      this.end({ code: 1000, reason: 'open for 60 minutes', message: limitReached });
  }

  /** Ends it after the answer under way. */
  end(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    if (!this.#isBusy) this.#close(ending);
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  /** Counts what arrives before it is a message: a message may have as many bytes as a body. */
  #count(bytes: number): void {
    this.#arriving += bytes;
    this.#hold(bytes);
    if (this.#parts.inflight.bytes <= this.#parts.limits().maxInflightBytes) return;
    this.#webSocket.pause();
    this.#hangUp?.abort();
    this.end({ code: 1013, reason: 'the gateway holds as many bytes as it may' });
    this.#parts.clock.startTimer(lastWordsMs, () => this.terminate());
  }

  #take(message: Buffer, isBinary: boolean): void {
    this.#free(this.#arriving);
    this.#hold(message.length);
    this.#arriving = 0;
    if (isBinary) this.end({ code: 1003, reason: 'send JSON as text' });
    else if (this.#waiting.length < mostWaiting) {
      this.#waiting.push(message);
      void this.#work();
      return;
    } else this.#send(createFault(tooMany()));
    this.#free(message.length);
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let message = this.#next(); message !== undefined; message = this.#next()) {
      await this.#answer(message);
      this.#free(message.length);
    }
    this.#isBusy = false;
    if (this.#ending !== undefined) this.#close(this.#ending);
  }

  #next(): Buffer | undefined {
    if (this.#waiting.length > 0) this.look();
    return this.#ending === undefined ? this.#waiting.shift() : undefined;
  }

  async #answer(message: Buffer): Promise<void> {
    const hangUp = new AbortController();
    this.#hangUp = hangUp;
    let create: CreateMessage | undefined;
    try {
      create = parseCreate(message);
      if (create !== undefined) await this.#answerCreate(create, hangUp.signal);
    } catch (error) {
      if (error instanceof RequestError) this.#send(createFault(error), create?.lane);
      else this.end({ code: 1011, reason: 'the answer was cut' });
    } finally {
      this.#hangUp = undefined;
    }
  }

  async #answerCreate(create: CreateMessage, signal: AbortSignal): Promise<void> {
    const { lane, previousId, input, isStored, isGenerated } = create;
    const before = this.#kept.before(create);
    if (before === undefined && !(isStored && isGenerated))
      this.#send(createNotFound(previousId ?? ''), lane);
    else if (isGenerated) {
      const body = create.encode(previousId === undefined ? undefined : before);
      const told = new ToldResponse((id, output) => {
        if (before !== undefined) this.#kept.keep(id, [...before, input, ...output]);
      });
      await this.#ask({ body, signal, lane }, told);
    } else {
      const id = `resp_${this.#parts.createId()}`;
      this.#kept.keep(id, [...(before ?? []), input]);
      for (const event of createWarmUp(id, create.model, this.#parts.clock.now()))
        this.#send(event, lane);
    }
  }

  async #ask({ body, signal, lane }: AskedMessage, told: ToldResponse): Promise<void> {
    const { server, path, headers } = this.#parts;
    const response = await responseTo(askInside(server, { path, headers, body, signal }));
    const answered = parseHeaders(response);
    if (!isEvents(answered)) {
      this.#send(createRefusal(response.statusCode ?? 0, answered, await text(response)), lane);
      return;
    }
    const splitter = new SseSplitter();
    const chunks: AsyncIterable<Buffer> = response;
    for await (const chunk of chunks) {
      for (const { data } of splitter.push(chunk)) {
        if (data?.startsWith('{') !== true) continue; // a comment, or an end mark
        told.note(data);
        this.#sendText(data, lane);
      }
      if (this.#socket.writableNeedDrain) await this.#drain(signal);
    }
  }

  async #drain(signal: AbortSignal): Promise<void> {
    const socket = this.#socket;
    const limit = new SendLimit(this.#parts.clock, this.#parts.limits().sendTimeoutMs, {
      waitingBytes: () => socket.writableLength,
      sentBytes: () => sentBytes(socket),
      hangUp: () => void socket.resetAndDestroy(),
    });
    limit.watch();
    await once(socket, 'drain', { signal }).finally(() => limit.stop());
  }

  #send(message: WireObject, lane?: string): void {
    this.#sendText(JSON.stringify(message), lane);
  }

  #sendText(json: string, lane: string | undefined): void {
    const told =
      lane === undefined ? json : `{"stream_id":${JSON.stringify(lane)},${json.slice(1)}`;
    this.#webSocket.send(told, () => undefined); // a client that has gone is noticed by its close
  }

  #close({ code, reason, message }: Ending): void {
    if (message !== undefined) this.#send(message);
    this.#webSocket.close(code, reason);
  }

  #leave(): void {
    this.#ending ??= { code: 1000, reason: '' };
    this.#hangUp?.abort();
    this.#waiting.length = 0;
    this.#kept.drop();
    this.#free(this.#held);
  }

  #hold(bytes: number): void {
    this.#held += bytes;
    this.#parts.inflight.bytes += bytes;
  }

  /** All is free once the client has left. */
  #free(bytes: number): void {
    this.#hold(-Math.min(bytes, this.#held));
  }
}

interface AskedMessage {
  readonly body: readonly Buffer[];
  readonly signal: AbortSignal;
  readonly lane: string | undefined;
}

/** Rejects if the connection inside is cut before the head. */
function responseTo(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.once('response', resolve);
    asked.on('error', reject);
  });
}

function tooMany(): RequestError {
  return new RequestError('busy', `${mostWaiting} messages wait for the answer under way`, {
    status: 429,
    fix: 'wait for an answer before you ask again, or open another connection',
  });
}
