/**
 * The listening socket that a supervisor passes to `serve` (sd_listen_fds(3)). The supervisor keeps
 * it open, so that connections wait while one gateway ends and the next begins. Pure, except that
 * it takes variables out of the environment.
 */

import { isIP } from 'node:net';
import { isLoopback } from '../config/resolve/resolve-gateway.ts';
import type { GatewaySettings } from '../config/resolved/resolved.ts';
import { AccessError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Warning } from '../model/events.ts';

/** Is what `listen()` of a server takes, also in a worker of a cluster. */
export interface InheritedSocket {
  readonly fd: number;
}

/** `FileDescriptorName=` of our socket unit. */
export const socketName = 'holdfast';

/** Connections that the system holds for a gateway that restarts; it may allow fewer. */
export const backlog = 4096;

/** SD_LISTEN_FDS_START: sockets are passed from this descriptor on. */
const firstFd = 3;

const ownStart =
  'start it by the unit that `holdfast service install` writes, or without LISTEN_PID and LISTEN_FDS';

/**
 * Call it once, before any other process is started: it removes the variables. Undefined if no
 * socket was passed to this process. Throws `AccessError` for values that cannot be used.
 */
export function takeInheritedSocket(
  host: Pick<Host, 'processId' | 'takeVariable'>,
): InheritedSocket | undefined {
  const pid = host.takeVariable('LISTEN_PID');
  const count = host.takeVariable('LISTEN_FDS');
  const names = host.takeVariable('LISTEN_FDNAMES')?.split(':') ?? [];
  host.takeVariable('LISTEN_PIDFDID');
  if (!pid || !count) return undefined;
  const passed = readCount('LISTEN_FDS', count);
  if (readCount('LISTEN_PID', pid) !== host.processId) return undefined; // meant for our parent
  if (passed === 1) return { fd: firstFd };
  const own = names.flatMap((name, index) =>
    name === socketName && index < passed ? [firstFd + index] : [],
  );
  const [fd] = own;
  if (fd !== undefined && own.length === 1) return { fd };
  throw new AccessError(
    'config-invalid',
    `${passed} sockets were passed (LISTEN_FDS), and ${own.length} of them have the name ${socketName} (LISTEN_FDNAMES)`,
    { fix: `pass one socket, or give one of them FileDescriptorName=${socketName}` },
  );
}

function readCount(name: string, text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count > 0 && count < 2 ** 31) return count;
  throw new AccessError('config-invalid', `${name} is "${text}", not a number above 0`, {
    fix: ownStart,
  });
}

/** `why` says what is wrong with the descriptor. */
export function cannotTakeSocket({ fd }: InheritedSocket, why: string, cause?: Error): AccessError {
  const what = `descriptor ${fd}, which was passed to listen on (LISTEN_FDS), ${why}`;
  return new AccessError('config-invalid', what, { fix: ownStart, cause });
}

/** Returns a warning if the configuration names another place than the socket has: `url`. */
export function findOtherPlace(
  url: string,
  { host, port }: Pick<GatewaySettings, 'host' | 'port'>,
): Warning | undefined {
  const place = new URL(url);
  const isSame = isSameHost(withoutBrackets(place.hostname), withoutBrackets(host.value));
  if (isSame && (port.value === 0 || port.value === Number(place.port || 80))) return undefined;
  const sources = [...new Set([host.source, port.source])].join(', ');
  const wanted = formatPlace(host.value, port.value);
  const what = `the socket that was passed (LISTEN_FDS) listens at ${place.host}, and the configuration says ${wanted} (${sources})`;
  const text =
    '`holdfast service install` and then `holdfast service restart`, or set gateway.host and gateway.port to what the socket has';
  return { code: 'socket-elsewhere', what, text: `${what}. To fix: ${text}`, fix: { text } };
}

/** What another name stands for is not known here. */
function isSameHost(address: string, host: string): boolean {
  if (host === 'localhost') return isLoopback(address);
  const wildcards = ['0.0.0.0', '::'];
  if (wildcards.includes(host)) return wildcards.includes(address);
  return isIP(host) === 0 || host.replace(/%.*/, '').toLowerCase() === address;
}

export function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** `[::1]:4653`, `127.0.0.1:4653`. */
export function formatPlace(host: string, port: number): string {
  const bare = withoutBrackets(host);
  return `${bare.includes(':') ? `[${bare}]` : bare}:${port}`;
}
