/**
 * Takes WebSocket upgrades at `/v1/responses`, with the checks of a request, and keeps the
 * connections. Any other upgrade is refused with 426, after which agents go on by HTTP.
 */

import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import { newRequestId } from '../../access/run/exchange.ts';
import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { RequestError } from '../../errors.ts';
import type { RefusedCaller } from '../../model/events.ts';
import type { Headers } from '../../model/request.ts';
import type { Runtime } from '../../runtime.ts';
import { bodyLimit, type InflightBytes } from '../body.ts';
import { answerUpgrade, refuseUpgrade } from '../broken-request.ts';
import {
  checkCaller,
  checkOneHost,
  type KeyRing,
  parseHeaders,
  scopeWrong,
  splitTarget,
} from '../incoming.ts';
import { localFault } from '../refusals.ts';
import { encodeRefusal } from '../reply.ts';
import { headersInside } from './ask-inside.ts';
import { ResponsesConnection } from './connection.ts';

/** Each connection is looked at so often: its key may have been revoked, or it may be too old. */
const lookEveryMs = 10_000;

const responsesPath = /^(?:\/v1)?\/responses\/?$/;

export interface UpgradeParts {
  readonly server: Server;
  readonly runtime: Pick<Runtime, 'host' | 'protocolAt'>;
  readonly inflight: InflightBytes;
  readonly ring: KeyRing;
  /** Returns the configuration in force. */
  readonly look: () => Pick<ResolvedConfig, 'gateway'>;
  /** A caller's login may come without a key now. */
  readonly mayBeAlone: () => boolean;
  readonly noteRefusal: (refusal: RefusedCaller) => void;
}

export class Upgrades {
  readonly #parts: UpgradeParts;
  readonly #open = new Set<ResponsesConnection>();
  #library: Promise<WebSocketServer> | undefined;
  #isLooking = false;
  #isDraining = false;

  constructor(parts: UpgradeParts) {
    this.#parts = parts;
  }

  readonly take = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    socket.on('error', ignore); // Node has taken its own listener away
    const url = request.url ?? '/';
    const { path } = splitTarget(url);
    if (!responsesPath.test(path)) {
      answerUpgrade(socket);
      return;
    }
    const caller = { url, path, headers: parseHeaders(request) };
    const refusal = refusalOf(() => {
      checkOneHost(request);
      this.#check(caller);
    });
    if (refusal !== undefined) {
      this.#refuse(caller, socket, refusal);
      return;
    }
    this.#library ??= load();
    // A package that was replaced meanwhile has no such file any more.
    const library = await this.#library.catch(ignore);
    if (library === undefined || this.#isDraining) answerUpgrade(socket);
    else
      library.handleUpgrade(request, socket, head, (opened) =>
        this.#add(opened, request.socket, caller),
      );
  };

  /** Each connection ends after its answer. */
  drain(): void {
    this.#isDraining = true;
    for (const connection of this.#open)
      connection.end({ code: 1001, reason: 'the gateway is going down' });
  }

  /** Ends all at once. */
  terminate(): void {
    for (const connection of this.#open) connection.terminate();
  }

  #check({ url, path, headers }: UpgradedCaller): void {
    checkCaller(url, headers, this.#parts.look().gateway);
    // An address is written into logs: no key is taken from there.
    const { ring, mayBeAlone } = this.#parts;
    const holder = ring.identify({ headers, query: '', path }, mayBeAlone());
    if (holder.scope !== 'call') throw scopeWrong(holder, 'call');
  }

  #refuse({ path, headers }: UpgradedCaller, socket: Duplex, refusal: RequestError): void {
    const { runtime, noteRefusal } = this.#parts;
    const { code, status, message: text, fix } = refusal;
    const requestId = newRequestId(runtime.host);
    noteRefusal({ requestId, code, status, text, fix });
    const protocol = runtime.protocolAt(path, headers);
    refuseUpgrade(socket, encodeRefusal(refusal, { protocol, requestId, extra: {} }));
  }

  #add(opened: WebSocket, socket: Socket, caller: UpgradedCaller): void {
    const { server, inflight, look } = this.#parts;
    const { host } = this.#parts.runtime;
    const connection = new ResponsesConnection(opened, socket, {
      server,
      clock: host.clock,
      inflight,
      limits: () => look().gateway,
      findRefusal: () => refusalOf(() => this.#check(caller)),
      createId: () => newRequestId(host),
      path: caller.url,
      headers: headersInside(caller.headers),
    });
    this.#open.add(connection);
    opened.on('close', () => this.#open.delete(connection));
    this.#lookLater();
  }

  #lookLater(): void {
    if (this.#isLooking || this.#open.size === 0) return;
    this.#isLooking = true;
    this.#parts.runtime.host.clock.startTimer(lookEveryMs, () => {
      this.#isLooking = false;
      for (const connection of this.#open) connection.look();
      this.#lookLater();
    });
  }
}

/** What of an upgrade is needed as long as its connection is open. */
interface UpgradedCaller {
  readonly url: string;
  readonly path: string;
  readonly headers: Headers;
}

function refusalOf(check: () => void): RequestError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof RequestError ? error : localFault(error);
  }
}

async function load(): Promise<WebSocketServer> {
  const { WebSocketServer } = await import('ws');
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: bodyLimit,
  });
}

function ignore(): undefined {
  return undefined;
}
