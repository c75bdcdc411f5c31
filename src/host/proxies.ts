/** Which requests go through a proxy (step 3 of a request): what the environment names, and never for loopback. Pure. */

import { AccessError } from '../errors.ts';
import type { Environment } from '../host.ts';

/** What the environment names, checked. */
export interface Proxies {
  readonly httpProxy?: string;
  readonly httpsProxy: string;
  /** Hosts that need none, as `NO_PROXY` lists them. */
  readonly noProxy: string;
}

/** The proxies of the environment; undefined where it names none. Throws `config-invalid` where a variable holds no URL. */
export function readProxies(environment: Environment): Proxies | undefined {
  const read = (name: string): string | undefined =>
    environment.get(name) ?? environment.get(name.toLowerCase());
  const httpProxy = checkProxy('HTTP_PROXY', read('HTTP_PROXY'));
  const httpsProxy = checkProxy('HTTPS_PROXY', read('HTTPS_PROXY')) ?? httpProxy;
  if (httpsProxy === undefined || httpsProxy === '') return undefined;
  return {
    httpsProxy,
    ...(httpProxy === undefined ? {} : { httpProxy }),
    noProxy: read('NO_PROXY') ?? '',
  };
}

/** The value is not quoted: it may hold a password. */
function checkProxy(name: string, value: string | undefined): string | undefined {
  if (value === undefined || value === '' || /^https?:$/.test(URL.parse(value)?.protocol ?? '')) return value;
  throw new AccessError('config-invalid', `the environment variable ${name} holds no URL of a proxy`, {
    howToFix: 'write http://HOST:PORT, or unset it',
  });
}

/** Loopback needs no proxy, and a secret for a local server must not travel to one. */
export function isLoopback(origin: string): boolean {
  return /^https?:\/\/((.+\.)?localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[\da-f]{2}:[\da-f]+\])(:\d+)?$/i.test(
    origin,
  );
}
