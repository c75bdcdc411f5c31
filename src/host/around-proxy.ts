/**
 * Where the variables of a proxy lead otherwise than whoever set them meant: around it to a server
 * that only it reaches, or to it for a server of this machine. Only for what people are told.
 */

import type { Environment } from '../host.ts';
import type { Fix } from '../model/fix.ts';
import { type Destination, parseOrigin } from './http1/origin.ts';
import { createExceptions, findProxyHost, isLoopbackHost, listExceptions } from './proxies.ts';
import { shellLine } from './shell-line.ts';
import { withoutVariables } from './without-variables.ts';

/** Where a request goes around the proxy because `NO_PROXY` says so: what to do if it fails. */
export function findBypass(environment: Environment, origin: string): Fix | undefined {
  const destination = parseOrigin(origin);
  if (isLoopbackHost(destination.hostname)) return undefined;
  const { name, value } = readFirst(environment, 'NO_PROXY');
  const entry = listExceptions(value).find((one) => createExceptions(one)(destination));
  const proxy =
    entry && findProxyHost(withoutVariables(environment, 'NO_PROXY', 'no_proxy'), origin);
  if (proxy === undefined) return undefined;
  return {
    text: `${name} (${entry}) has ${destination.hostname} asked without the proxy ${proxy}: if only the proxy reaches it, take ${entry} out of ${name} where Holdfast is started`,
  };
}

export interface Detour {
  readonly what: string;
  readonly fix: Fix;
}

/**
 * Whether programs of this shell send what is for this address of this machine to a proxy, which
 * cannot reach it: curl and Python do not except loopback by themselves, as Holdfast and Go do.
 */
export function findDetour(environment: Environment, url: string): Detour | undefined {
  const { hostname, host } = new URL(url);
  const destination: Destination = parseOrigin(new URL(url).origin);
  if (!isLoopbackHost(destination.hostname)) return undefined;
  const { name, value } = readFirst(environment, 'HTTP_PROXY', 'ALL_PROXY');
  const except = readFirst(environment, 'NO_PROXY').value;
  if (value === '' || createExceptions(except)(destination)) return undefined;
  const proxy = URL.parse(value)?.host;
  const bare = hostname.replace(/^\[|\]$/g, '');
  const list = [...new Set([...listExceptions(except), bare, 'localhost'])].join(',');
  return {
    what: `${name} of this shell sends what is asked at ${host} to ${proxy ? `the proxy ${proxy}` : 'a proxy'}: programs that are started here, such as curl or Python, do not reach the gateway`,
    fix: {
      text: 'where they are started',
      command: shellLine`export NO_PROXY=${list} no_proxy=${list}`,
    },
  };
}

/** Lower-case variables win, as with curl. */
function readFirst(
  environment: Environment,
  ...names: readonly string[]
): { readonly name: string; readonly value: string } {
  const found = names
    .flatMap((name) => [name.toLowerCase(), name])
    .map((name) => ({ name, value: environment.get(name) ?? '' }))
    .find(({ value }) => value !== '');
  return found ?? { name: '', value: '' };
}
