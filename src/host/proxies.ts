/**
 * Which requests go through a proxy (step 3 of a request): what the environment names, but never
 * for loopback. Pure.
 */

import { BlockList, isIP } from 'node:net';
import { AccessError } from '../errors.ts';
import type { Environment } from '../host.ts';
import { type Destination, parseOrigin } from './http1/origin.ts';

/** A proxy of the environment. */
export interface HttpProxy {
  readonly destination: Destination;
  /** What it is told in `proxy-authorization`, made of the user and the password in its URL. */
  readonly authorization?: string;
  /**
   * It hands on bytes that it cannot read (CONNECT); else it is told the whole URL and hands on the
   * request.
   */
  readonly isTunnel: boolean;
}

export type ChooseProxy = (destination: Destination) => HttpProxy | undefined;

/**
 * Small letters go first, as with curl. Throws `config-invalid` where a variable holds no URL of a
 * proxy.
 */
export function readProxies(environment: Environment): ChooseProxy {
  const read = (name: string): string | undefined =>
    environment.get(name.toLowerCase()) ?? environment.get(name);
  const plain = read('HTTP_PROXY');
  const forward = parseProxy('HTTP_PROXY', plain, false);
  const tunnel = parseProxy('HTTPS_PROXY', read('HTTPS_PROXY') ?? plain, true);
  const isExcepted = createExceptions(read('NO_PROXY') ?? '');
  return (destination) => {
    const proxy = destination.isSecure ? tunnel : forward;
    if (proxy === undefined || isLoopbackHost(destination.hostname) || isExcepted(destination))
      return undefined;
    return proxy;
  };
}

/** The value is not quoted: it may hold a password. */
function parseProxy(
  name: string,
  value: string | undefined,
  isTunnel: boolean,
): HttpProxy | undefined {
  if (value === undefined || value === '') return undefined;
  const url = URL.parse(value);
  const authorization = url === null ? undefined : encodeAuthorization(url);
  if (url === null || authorization === undefined || !/^https?:$/.test(url.protocol)) {
    throw new AccessError(
      'config-invalid',
      `the environment variable ${name} holds no URL of a proxy`,
      {
        fix: 'write http://HOST:PORT, or unset it',
      },
    );
  }
  return {
    destination: parseOrigin(url.origin),
    isTunnel,
    ...(authorization === '' ? {} : { authorization }),
  };
}

/** Empty where the URL names nobody; undefined where its signs cannot be read. */
function encodeAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return '';
  try {
    const words = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(words).toString('base64')}`;
  } catch {
    return undefined; // a % that is no escape
  }
}

/** Loopback needs no proxy, and a secret for a local server must not travel to one. */
function isLoopbackHost(hostname: string): boolean {
  return /^((.+\.)?localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1?|::ffff:7f[\da-f]{2}:[\da-f]+)$/i.test(
    hostname,
  );
}

/**
 * `NO_PROXY` as curl reads it: names with all below them, a dot before them or not; addresses and
 * networks (`10.0.0.0/8`); `*` alone for everything. Beyond curl, an entry may name the one port
 * that it is meant for.
 */
function createExceptions(list: string): ChooseBypass {
  if (list.trim() === '*') return () => true;
  const entries = list.toLowerCase().split(/[\s,]+/);
  const networks = new BlockList();
  const names = entries.filter((entry) => !addNetwork(networks, entry)).map(parseName);
  return ({ hostname, port }) => {
    const name = hostname.replace(/\.$/, '');
    const family = isIP(name);
    return (
      (family !== 0 && networks.check(name, family === 6 ? 'ipv6' : 'ipv4')) ||
      names.some(
        (it) =>
          (it.port ?? port) === port &&
          (name === it.name || (family === 0 && name.endsWith(`.${it.name}`))),
      )
    );
  };
}

type ChooseBypass = (destination: Destination) => boolean;

/** False for what is no address and no network. */
function addNetwork(networks: BlockList, entry: string): boolean {
  const [, address = '', bits] = /^\[?([^\]/]*)\]?(?:\/(\d+))?$/.exec(entry) ?? [];
  const family = isIP(address);
  const longest = family === 6 ? 128 : 32;
  const length = Number(bits ?? longest);
  if (family === 0 || length > longest) return false;
  networks.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4');
  return true;
}

function parseName(entry: string): { readonly name: string; readonly port: number | undefined } {
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  const bare = name
    .replace(/^\[|\]$/g, '')
    .replace(/^\*?\./, '')
    .replace(/\.$/, '');
  return { name: bare, port: port === undefined ? undefined : Number(port) };
}
