/**
 * Chooses the proxy of a request (step 3 of a request) from the environment's variables; loopback
 * never uses one. Pure.
 */

import { BlockList, isIP } from 'node:net';
import { AccessError } from '../errors.ts';
import type { Environment } from '../host.ts';
import { type Destination, parseOrigin } from './http1/origin.ts';

export interface HttpProxy {
  readonly destination: Destination;
  /** Made from the user and password in the proxy's URL. */
  readonly authorization?: string;
  /**
   * True: a CONNECT tunnel, whose bytes the proxy cannot read. False: it gets the full URL and
   * forwards the request.
   */
  readonly isTunnel: boolean;
}

export type ChooseProxy = (destination: Destination) => HttpProxy | undefined;

/**
 * Lower-case variables win, as with curl. Throws `config-invalid` if a variable is not a proxy's
 * URL.
 */
export function readProxies(environment: Environment): ChooseProxy {
  const read = (...names: readonly string[]): Variable => readFirst(environment, names);
  const forward = parseProxy(read('HTTP_PROXY'), false);
  const tunnel = parseProxy(read('HTTPS_PROXY', 'HTTP_PROXY'), true);
  const isExcepted = createExceptions(read('NO_PROXY').value ?? '');
  return (destination) => {
    const proxy = destination.isSecure ? tunnel : forward;
    if (proxy === undefined || isLoopbackHost(destination.hostname) || isExcepted(destination))
      return undefined;
    return proxy;
  };
}

/** Returns the proxy that requests to this origin use: `127.0.0.1:3128`. */
export function findProxyHost(environment: Environment, origin: string): string | undefined {
  return readProxies(environment)(parseOrigin(origin))?.destination.host;
}

/** Returns the variable that names the proxy of such requests: `https_proxy`; else empty. */
export function findProxyVariable(environment: Environment, origin: string): string {
  const { isSecure } = parseOrigin(origin);
  return readFirst(environment, isSecure ? ['HTTPS_PROXY', 'HTTP_PROXY'] : ['HTTP_PROXY']).name;
}

function readFirst(environment: Environment, names: readonly string[]): Variable {
  return (
    names
      .flatMap((name) => [name.toLowerCase(), name])
      .map((name) => ({ name, value: environment.get(name) }))
      .find(({ value }) => value !== undefined) ?? unset
  );
}

/** A variable of the environment, by the name that is set there. */
interface Variable {
  readonly name: string;
  readonly value: string | undefined;
}

const unset: Variable = { name: '', value: undefined };

/** Errors name the variable and do not quote its value: it may contain a password. */
function parseProxy({ name, value }: Variable, isTunnel: boolean): HttpProxy | undefined {
  if (value === undefined || value === '') return undefined;
  const url = URL.parse(value);
  refuseOthers(name, value, url);
  const authorization = url === null ? undefined : encodeAuthorization(url);
  if (url === null || authorization === undefined || !/^https?:$/.test(url.protocol)) {
    throw new AccessError(
      'config-invalid',
      `the environment variable ${name} is not the URL of a proxy`,
      {
        fix: /^["']/.test(value)
          ? 'take out the quotation marks, which are a part of its value: write http://HOST:PORT'
          : 'write http://HOST:PORT (http://USER:PASSWORD@HOST:PORT if it wants them), or unset it',
      },
    );
  }
  return {
    destination: parseOrigin(url.origin),
    isTunnel,
    ...(authorization === '' ? {} : { authorization }),
  };
}

/**
 * The characters of a user or a password that a URL ends its host at, or takes for an escape:
 * before the last `@` nothing else can be meant.
 */
function findUnescaped(value: string, url: URL | null): readonly string[] {
  const [, said = ''] = /^(?:[a-z][a-z\d+.-]*:\/\/)?(.*)@/i.exec(value) ?? [];
  const found = said.match(/[#/?\\]|%(?![\da-f]{2})/gi) ?? [];
  if (found.length === 0 && url !== null && encodeAuthorization(url) === undefined) return ['%'];
  return [...new Set(found)];
}

/** Throws for what people write in the place of a proxy's URL, with what to write instead. */
function refuseOthers(name: string, value: string, url: URL | null): void {
  const bare = findUnescaped(value, url);
  if (bare.length > 0)
    throw new AccessError(
      'config-invalid',
      `the environment variable ${name} is not the URL of a proxy: ${bare.join(' and ')} in its user or password means something else in a URL`,
      {
        fix: `in its user and its password write ${bare.map((one) => `${encodeURIComponent(one)} for ${one}`).join(', ')}`,
      },
    );
  if (/^socks/i.test(value))
    throw new AccessError(
      'config-invalid',
      `the environment variable ${name} names a SOCKS proxy, and only HTTP proxies are used`,
      { fix: 'write http://HOST:PORT of an HTTP proxy, or unset it' },
    );
  if (url !== null && /\.(pac|dat)$/i.test(url.pathname))
    throw new AccessError(
      'config-invalid',
      `the environment variable ${name} names a file of rules (PAC), which is no proxy`,
      { fix: 'open that file, and write http://HOST:PORT of the proxy that it names; or unset it' },
    );
}

/** Empty if the URL has no user; undefined if its escapes are invalid. */
function encodeAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return '';
  try {
    const words = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(words).toString('base64')}`;
  } catch {
    return undefined; // an invalid % escape
  }
}

/** Loopback needs no proxy, and a local server's secret must not travel to one. */
export function isLoopbackHost(hostname: string): boolean {
  return /^((.+\.)?localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1?|::ffff:7f[\da-f]{2}:[\da-f]+)$/i.test(
    hostname,
  );
}

/**
 * Reads `NO_PROXY` like curl: names with all their subdomains, with or without a leading dot;
 * addresses and networks (`10.0.0.0/8`); a lone `*` for everything. Unlike curl, a network may be
 * `10.*`, and an entry may name one port, be a URL, and end with a semicolon: what is meant is
 * plain.
 */
export function createExceptions(list: string): ChooseBypass {
  if (list.trim() === '*') return () => true;
  const entries = listExceptions(list);
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

export function listExceptions(list: string): readonly string[] {
  return list
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter((entry) => entry !== '');
}

type ChooseBypass = (destination: Destination) => boolean;

/** Returns false if the entry is neither an address nor a network. */
function addNetwork(networks: BlockList, entry: string): boolean {
  const parts = /^\d+(?:\.\d+){0,2}(?=\.\*)(?!.*[^\d.*])/.exec(entry)?.[0].split('.') ?? [];
  if (parts.length > 0) return addNetwork(networks, wholeNetwork(parts));
  const [, address = '', bits] = /^\[?([^\]/]*)\]?(?:\/(\d+))?$/.exec(entry) ?? [];
  const family = isIP(address);
  const longest = family === 6 ? 128 : 32;
  const length = Number(bits ?? longest);
  if (family === 0 || length > longest) return false;
  networks.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4');
  return true;
}

/** Returns `10.1.0.0/16` for `10` and `1`. */
function wholeNetwork(parts: readonly string[]): string {
  return `${[...parts, '0', '0', '0'].slice(0, 4).join('.')}/${parts.length * 8}`;
}

function parseName(entry: string): { readonly name: string; readonly port: number | undefined } {
  const place = entry.replace(/^[a-z]+:\/\/([^/]*).*$/, '$1');
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(place) ?? [];
  const bare = name
    .replace(/^\[|\]$/g, '')
    .replace(/^\*?\.?/, '')
    .replace(/\.$/, '');
  return { name: bare, port: port === undefined ? undefined : Number(port) };
}
