/**
 * The gateway's own refusals and faults, as errors. The checks themselves are in incoming.ts and
 * body.ts.
 */

import { AccessError, codeOf, RequestError } from '../errors.ts';
import { fixShortage } from '../host/file-fault.ts';
import type { RefusedCaller } from '../model/events.ts';
import type { Fix } from '../model/fix.ts';
import type { RequestRecord } from '../model/record.ts';

const listenFaults: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'this machine does not have that address',
  EACCES: 'this user may not listen on that port',
  EPERM: 'this user may not listen on that port',
  ENOTFOUND: 'no machine has that name',
  EAI_AGAIN: 'the name server does not answer',
  EINVAL: 'that address needs the name of a network interface (fe80::1%eth0)',
};

export interface ListenPlace {
  readonly address: string;
  readonly port: number;
}

/** The system keeps this user from that port. */
export function isForbidden(code: string): boolean {
  return code === 'EACCES' || code === 'EPERM';
}

/** A variable like HTTPS_PROXY names this gateway, where its base URL was meant. */
export const notProxy = {
  text: 'this gateway is no HTTP proxy, and was used as one',
  fix: {
    text: "take its address out of HTTP_PROXY and HTTPS_PROXY of that program, and write it into the program's base URL",
  },
} as const;

/** A foreign host in a target in absolute form, as only a proxy is asked. */
export function usedAsProxy(): RequestError {
  const { text, fix } = notProxy;
  return new RequestError('host-not-allowed', text, { status: 403, fix });
}

/** What is known beside the error: who has the port, and a fix with a line. */
interface ListenFacts {
  /** Default: another program. */
  readonly who?: string;
  readonly fix?: Fix;
}

/** Whatever keeps us from listening is a fault of this machine, not of the configuration. */
export function cannotListen(
  cause: Error,
  { address, port }: ListenPlace,
  { who = 'another program', fix }: ListenFacts = {},
): AccessError {
  const code = codeOf(cause) ?? '';
  if (code === 'EADDRINUSE') {
    return new AccessError('port-in-use', `${address}:${port} is in use by ${who}`, {
      fix: fix ?? 'choose another with --port, HOLDFAST_PORT or gateway.port, or stop that program',
      cause,
    });
  }
  const why = listenFaults[code] ?? cause.message;
  const text = isForbidden(code)
    ? 'choose a port above 1023 with --port, HOLDFAST_PORT or gateway.port'
    : 'set gateway.host (HOLDFAST_HOST, --host) to an address of this machine, such as 127.0.0.1';
  return new AccessError('cannot-listen', `cannot listen on ${address}:${port}: ${why}`, {
    fix: fix ?? text,
    cause,
  });
}

/** `allow` lists the accepted methods; the message names the first. */
export function methodNotTaken(path: string, method = 'this method', allow: string): RequestError {
  return new RequestError('method-not-allowed', `${path} does not take ${method}`, {
    status: 405,
    fix: `use ${allow.replace(/,.*/, '')}`,
    headers: { allow },
  });
}

/** At the socket of a primary, which only relays of its workers know. */
export function servedByWorkers(path: string): RequestError {
  return new RequestError('route-unknown', `${path} is answered by the workers`, { status: 404 });
}

/** Clients retry a 5xx at once, so a fault of ours is a 400. */
export function localFault(error: unknown): RequestError {
  const text = error instanceof Error ? error.message : 'an unknown fault';
  const isShort = fixShortage(error) !== undefined;
  return new RequestError('local-fault', `the gateway could not serve this request: ${text}`, {
    ...(isShort && { fix: 'start the gateway with a higher limit of open files (ulimit -n)' }),
  });
}

/** A caller over its budget is refused like one with a wrong key. */
export function describeSpent(record: RequestRecord): RefusedCaller {
  const { id: requestId, notes, skipped, fixes = [] } = record;
  const [fix] = fixes;
  const spent = skipped.find(({ cause }) => cause === 'budget');
  const text = spent?.summary ?? spent?.reason ?? notes.at(-1) ?? '';
  return { requestId, code: 'budget', status: 429, text, ...(fix && { fix: { text: fix } }) };
}
