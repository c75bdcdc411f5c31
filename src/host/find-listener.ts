/**
 * Finds which program listens on a port, for people whose own program cannot. Linux alone says so
 * in files; elsewhere the holder stays unknown.
 */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isIP } from 'node:net';
import { basename } from 'node:path';
import type { Files } from '../host.ts';
import { readIfThere } from './look-at.ts';

/** What could be seen of a program that listens. */
export interface PortOwner {
  /** The owner of its socket, by name, or by number where it has no name. */
  readonly user: string;
  /** Absent if this user may not look into that process, or it is outside of this container. */
  readonly process?: { readonly pid: number; readonly program: string } | undefined;
}

/** Undefined if nobody is seen. `proc` and `passwd` are where Linux keeps what it knows. */
export function findListener(
  address: string,
  port: number,
  { proc = '/proc', passwd = '/etc/passwd' } = {},
): PortOwner | undefined {
  const sockets = ['tcp', 'tcp6'].flatMap((table) => parseSockets(readOr(`${proc}/net/${table}`)));
  const found = sockets.find((socket) => socket.port === port && excludes(socket.address, address));
  if (found === undefined) return undefined;
  const pid = findOwner(proc, `socket:[${found.inode}]`);
  return {
    user: nameUser(found.uid, readOr(passwd)),
    process: pid === undefined ? undefined : { pid, program: nameProgram(`${proc}/${pid}`) },
  };
}

/** The addresses at which this machine can reach who listens on a port, as a URL writes them. */
export function listListening(
  files: Pick<Files, 'stamp' | 'readText'>,
  port: number,
): readonly string[] {
  const found = ['tcp', 'tcp6']
    .flatMap((table) => parseSockets(readIfThere(files, `/proc/net/${table}`)))
    .filter((socket) => socket.port === port)
    .map(({ address }) => ({ [everyV4]: '127.0.0.1', [everyV6]: '::1' })[address] ?? address);
  return [...new Set(found)].map((one) => (isIP(one) === 6 ? `[${one}]` : one));
}

interface Socket {
  readonly address: string;
  readonly port: number;
  readonly uid: string;
  readonly inode: string;
}

/** The state of a socket that listens, as the table writes it. */
const listening = '0A';

/** The columns of `/proc/net/tcp`: https://docs.kernel.org/networking/proc_net_tcp.html */
function parseSockets(table: string): readonly Socket[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , uid = '', , inode = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    if (state !== listening) return [];
    return [{ address: decodeAddress(address), port: Number.parseInt(port, 16), uid, inode }];
  });
}

const everyV4 = '0.0.0.0';
const everyV6 = '::';

/** An address is written as words of four bytes, each with its last byte first. */
function decodeAddress(hex: string): string {
  const bytes = Buffer.from(hex, 'hex').swap32();
  const v4 = [...bytes.subarray(-4)].join('.');
  if (bytes.length === 4) return v4;
  const head = bytes.toString('hex', 0, 12);
  if (head === `${'0'.repeat(20)}ffff`) return v4;
  const groups = bytes.toString('hex').match(/.{4}/g) ?? [];
  return /^0*$/.test(bytes.toString('hex')) ? everyV6 : normalize(groups.join(':'));
}

function normalize(address: string): string {
  const isV6 = isIP(address) === 6;
  return isV6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

/** Whether a socket at `held` keeps others from listening at `wanted`. */
function excludes(held: string, wanted: string): boolean {
  if (isIP(wanted) === 0) return true; // a name may mean each of them
  const own = normalize(wanted.replace(/%.*/, ''));
  if (held === own || held === everyV6 || own === everyV6) return true;
  return isIP(held) === isIP(own) && [held, own].includes(everyV4);
}

function findOwner(proc: string, socket: string): number | undefined {
  const processes = listOr(proc).filter((name) => /^\d+$/.test(name));
  const found = processes.find((pid) =>
    listOr(`${proc}/${pid}/fd`).some((fd) => linkOr(`${proc}/${pid}/fd/${fd}`) === socket),
  );
  return found === undefined ? undefined : Number(found);
}

/** A script is named behind what runs it: `node server.js`. Other arguments may be secrets. */
export function nameProgram(folder: string): string {
  const [, script = ''] = readOr(`${folder}/cmdline`).split('\0');
  const program = basename(linkOr(`${folder}/exe`).replace(/ \(deleted\)$/, ''));
  const name = program || readOr(`${folder}/comm`).trim() || 'a program';
  return /^[^-].*\.\w+$/.test(script) ? `${name} ${basename(script)}` : name;
}

function nameUser(uid: string, passwd: string): string {
  const rows = passwd.split('\n').map((line) => line.split(':'));
  return rows.find(([, , id]) => id === uid)?.[0] ?? uid;
}

/** Processes end while they are looked at, and many are not for this user to see. */
function orElse<Seen>(otherwise: Seen, look: () => Seen): Seen {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

export function readOr(path: string): string {
  return orElse('', () => readFileSync(path, 'utf8'));
}

export function linkOr(path: string): string {
  return orElse('', () => readlinkSync(path));
}

export function listOr(folder: string): readonly string[] {
  return orElse([], () => readdirSync(folder));
}
