/**
 * Opens a tunnel through a proxy (step 3 of a request, RFC 9110 § 9.3.6): sends CONNECT, and after
 * the proxy's 2xx the socket leads to the provider. Until then it is the wire of the request that
 * waits for it.
 */

import { isIPv6, type Socket } from 'node:net';
import { codeOf } from '../../errors.ts';
import type { Timer, UpstreamCall } from '../../host.ts';
import type { Headers } from '../../model/request.ts';
import type { Call } from '../call.ts';
import type { HttpProxy } from '../proxies.ts';
import { limitOpening, openSocket, type SocketOpening } from './open-socket.ts';
import type { Destination } from './origin.ts';
import { parseResponseHead } from './response-head.ts';
import { codeOfProxyStatus, type ProxyCode, readProxyLogin, WireError } from './wire-error.ts';

export interface TunnelOpening extends Pick<SocketOpening, 'clock' | 'destination'> {
  readonly proxy: HttpProxy;
  /** Called when the socket leads to the provider. */
  readonly onOpen: (socket: Socket) => void;
  /** Called when the tunnel has failed or become a connection. */
  readonly onOver: () => void;
}

/** In bytes, for the proxy's answer to CONNECT. */
const longestHead = 16 * 1024;

export class Tunnel implements UpstreamCall {
  readonly #opening: TunnelOpening;
  readonly #socket: Socket;
  #call: Call | undefined;
  #said = '';
  #limit: Timer | undefined;

  constructor(call: Call, opening: TunnelOpening) {
    this.#call = call;
    this.#opening = opening;
    const { clock, proxy } = opening;
    const session = { bytes: undefined };
    this.#socket = openSocket({
      clock,
      destination: proxy.destination,
      session,
      onOpen: () => this.#ask(),
    });
    this.#socket.on('error', (error) => {
      const isAsked = this.#limit !== undefined;
      this.fail(asProxyError(error, proxy, isAsked));
    });
    this.#socket.on('end', () => this.fail(this.#broken('closed the connection')));
    this.#socket.on('data', this.#onData);
  }

  /** No data comes yet; a pause is passed on when the connection exists. */
  pause(): void {}

  resume(): void {}

  abort(): void {
    this.#call = undefined;
    this.#socket.destroy();
    this.#opening.onOver();
  }

  /** Has no effect once the tunnel has become a connection. */
  fail(error: Error): void {
    const call = this.#call;
    if (call === undefined) return;
    this.abort();
    call.onError(error, true);
  }

  #ask(): void {
    const { destination, proxy, clock } = this.#opening;
    const place = toAuthority(destination);
    const more =
      proxy.authorization === undefined ? '' : `proxy-authorization: ${proxy.authorization}\r\n`;
    this.#limit = limitOpening(this.#socket, {
      clock,
      host: `${place} through the proxy ${proxy.destination.host}`,
    });
    this.#socket.write(`CONNECT ${place} HTTP/1.1\r\nhost: ${place}\r\n${more}\r\n`, 'latin1');
  }

  readonly #onData = (bytes: Buffer): void => {
    this.#said += bytes.toString('latin1');
    const end = this.#said.indexOf('\r\n\r\n');
    if (end < 0 && this.#said.length < longestHead) return;
    try {
      this.#judge(end);
    } catch (error) {
      this.fail(error instanceof Error ? error : this.#broken(String(error)));
    }
  };

  /** Interim answers are not expected: no proxy is known to send one here. */
  #judge(end: number): void {
    const { status, headers } = parseResponseHead(this.#said.slice(0, end + 2));
    if (status === 407) {
      const { code, asks } = readProxyLogin(headers['proxy-authenticate']);
      throw this.#broken(asks, code);
    }
    if (status < 200 || status > 299)
      throw this.#broken(`answered ${status}${describeDenial(headers)}`, codeOfProxyStatus(status));
    if (this.#said.length > end + 4) throw this.#broken('spoke before it was asked anything');
    const { onOpen, onOver } = this.#opening;
    this.#call = undefined;
    this.#limit?.cancel();
    this.#socket.off('data', this.#onData);
    onOver();
    onOpen(this.#socket);
  }

  #broken(what: string, code: ProxyCode = 'ERR_PROXY_CONNECT'): WireError {
    const { destination, proxy } = this.#opening;
    return new WireError(
      code,
      `the proxy ${proxy.destination.host} ${what} (for ${destination.host})`,
    );
  }
}

/** What the proxy of a sandbox says beside its refusal, and Squid. */
function describeDenial(headers: Headers): string {
  const said = ['x-deny-reason', 'x-proxy-error', 'x-squid-error'].flatMap((name) => {
    const [reason] = /^[\w .-]{1,60}$/.exec(headers[name] ?? '') ?? [];
    return reason === undefined ? [] : [`${name}: ${reason}`];
  });
  return said.length === 0 ? '' : ` (${said.join('; ')})`;
}

/** What answered a TLS client. */
const isPlain = 'speaks plain http, and its variable says https';

/** The provider's name was not looked up, and nobody connected to it. */
const unreached: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'does not listen',
  ENOTFOUND: 'has a name that no server has',
  EAI_AGAIN: 'was not found: the name server did not answer',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ECONNRESET: 'reset the connection',
  EPROTO: isPlain,
  ERR_SSL_WRONG_VERSION_NUMBER: isPlain,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: isPlain,
};

/** Names the proxy in an error of the connection to it: its certificate is not the provider's. */
function asProxyError(error: Error, { destination: { host } }: HttpProxy, isAsked: boolean): Error {
  if (error instanceof WireError)
    return isAsked ? error : new WireError(error.code, `the proxy ${host}: ${error.message}`);
  const code = codeOf(error) ?? '';
  const what = unreached[code];
  if (what === undefined)
    return Object.assign(new Error(`the proxy ${host}: ${error.message}`), { code });
  const ours = what === isPlain ? 'ERR_PROXY_PLAIN' : 'ERR_PROXY_CONNECT';
  return new WireError(ours, `the proxy ${host} ${what} (${code})`);
}

function toAuthority({ hostname, port }: Destination): string {
  return `${isIPv6(hostname) ? `[${hostname}]` : hostname}:${port}`;
}
