/**
 * Finds what is nearest to try where this machine, its network or a proxy is in the way, whoever is
 * asked. Pure.
 */

import { isLocalUrl } from '../../config/resolve/local-url.ts';
import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { findBypass } from '../../host/around-proxy.ts';
import type { ProxyCode } from '../../host/http1/wire-error.ts';
import { findInside } from '../../host/inside.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Environment } from '../../host.ts';
import type { Failure } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';
import type { Target } from '../../model/target.ts';
import { plainCode } from '../classify/exception-words.ts';
import { isOfVendor } from '../wording/words-fix.ts';
import { lacksIssuer, lacksRoot } from './distrust.ts';

type Aim = Pick<Target, 'baseUrl' | 'provider'>;

export type FailedWay = Partial<Pick<Failure, 'code'>> & Pick<Failure, 'message'>;

/** What only this machine or its network has wrong, whoever is asked. */
export function fixMachine(
  { code, message }: FailedWay,
  { baseUrl, provider }: Aim,
): Fix | undefined {
  if (code === 'EAI_AGAIN')
    return { text: "look at this machine's network and at its name server (/etc/resolv.conf)" };
  const { hostname } = new URL(baseUrl);
  if (/^EHOST(UNREACH|DOWN)$/.test(code ?? '') && isLocalUrl(baseUrl))
    return {
      text: `no machine answers at ${hostname}: switch it on or wake it, or, if it has another address now, correct ${formatKeyPath(['providers', provider, 'base_url'])}`,
    };
  if (code === 'ENETUNREACH') return { text: `look at this machine's network: ${lackOf(message)}` };
  const [, address = ''] = / at (\S+):\d+( |$)/.exec(message) ?? [];
  return isOfVendor(baseUrl) && isInside(address)
    ? {
        text: `${hostname} leads to ${address} here, which is not the vendor's: look at /etc/hosts and at this machine's name server`,
      }
    : undefined;
}

/** Of servers of one's own: the name or the port is wrong, or nobody has started them. */
const stays = /^(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH)$/;

/** True for what is in the way until somebody mends it, even if others answer meanwhile. */
export function isInTheWay(failure: FailedWay, { baseUrl }: Pick<Aim, 'baseUrl'>): boolean {
  const { code = '' } = failure;
  if (code === 'EAI_AGAIN') return false;
  return (
    code.startsWith('ERR_PROXY_') ||
    (stays.test(code) && !isOfVendor(baseUrl)) ||
    fixMachine(failure, { baseUrl, provider: '' }) !== undefined
  );
}

/** Node asks for IPv6 addresses last: it has tried the others. */
function lackOf(message: string): string {
  return / to \S*:\S*:/.test(message)
    ? 'it has no way to IPv6 addresses, and the server has no other here'
    : 'it has no route to that address; is a VPN down?';
}

/** A filter of names answers with no address at all. */
function isInside(address: string): boolean {
  const url = `https://${address.includes(':') ? `[${address}]` : address}`;
  return (
    /^(0\.0\.0\.0|::)$/.test(address) || (address !== '' && URL.canParse(url) && isLocalUrl(url))
  );
}

/** Somebody else has this certificate: a vendor has one for its own name, of a known issuer. */
const stranger = /^(ERR_TLS_CERT_ALTNAME_INVALID|DEPTH_ZERO_SELF_SIGNED_CERT)$/;
/** The way to a vendor ends before TLS has begun. */
const broken = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|ERR_TLS_HANDSHAKE_TIMEOUT)$/;

/**
 * Says who may answer in the place of a vendor, by what was wrong with TLS. Undefined where it may
 * be the vendor itself.
 */
export function fixInPlace(code: string, baseUrl: string): Fix | undefined {
  const { host } = new URL(baseUrl);
  if (code === plainCode || stranger.test(code))
    return {
      text: `something on the way answers in the place of ${host}: a filter or a login page of this network (open any page in a browser), or a name server that leads elsewhere; do not trust its certificate`,
    };
  if (lacksIssuer(code))
    return {
      text: `something on the way signs in the place of ${host}, as a proxy of a network or an antivirus program does (holdfast doctor names it): if that is wanted, NODE_USE_SYSTEM_CA=1, or ${lacksRoot}; or have ${host} excepted there`,
    };
  return broken.test(code)
    ? {
        text: `see whether ${host} opens in a browser: if it does not, a filter or a firewall of this network is in the way (another network, or a proxy in HTTPS_PROXY, goes round it)`,
      }
    : undefined;
}

/** The variable says https. */
export function fixProxyPlain(variable = 'HTTPS_PROXY or HTTP_PROXY'): Fix {
  return { text: `write http:// in the place of https:// in ${variable}` };
}

/** What is asked through the proxy that a variable names. */
interface ProxiedAim extends Aim {
  readonly variable: string;
}

const byProxy: Readonly<Record<ProxyCode, (address: ProxiedAim) => Fix>> = {
  ERR_PROXY_USER: ({ variable }) => ({
    text: `write the user and the password of the proxy into ${variable}, as http://USER:PASSWORD@HOST:PORT (in them %23 for #, %40 for @, %2F for /)`,
  }),
  ERR_PROXY_LOGIN: ({ variable }) => ({
    text: `a user and a password in ${variable} do not help: run a local proxy that logs in to it, such as cntlm or px, and name that one in ${variable}; or have its operator let this machine through`,
  }),
  ERR_PROXY_PLAIN: ({ variable }) => fixProxyPlain(variable),
  ERR_PROXY_UNREACHED: ({ baseUrl, provider, variable }) => ({
    text: isOfVendor(baseUrl)
      ? `the proxy in ${variable} cannot reach it: ask its operator`
      : `the proxy in ${variable} cannot reach it: if it is a server of this network, name ${new URL(baseUrl).hostname} in NO_PROXY; or correct the host in ${formatKeyPath(['providers', provider, 'base_url'])}, or ask its operator`,
  }),
  ERR_PROXY_REFUSED: ({ baseUrl, variable }) => ({
    text: `ask the operator of the proxy in ${variable} to let ${new URL(baseUrl).hostname} through (a sandbox has an allow-list for it), or name it in NO_PROXY`,
  }),
  ERR_PROXY_CONNECT: ({ baseUrl, variable }) => ({
    text: `correct ${variable}, or bypass it`,
    command: shellLine`export NO_PROXY="$NO_PROXY,"${new URL(baseUrl).hostname}`,
  }),
};

/** Says what to do about a proxy, by what came of the way through it. */
export function fixProxied(code: string | undefined, address: ProxiedAim): Fix {
  const own = Object.entries(byProxy).find(([name]) => name === code);
  return (own?.[1] ?? byProxy.ERR_PROXY_CONNECT)(address);
}

/** `NO_PROXY` may except what only the proxy reaches; a server of this network is meant to be. */
export function fixBypass(environment: Environment, baseUrl: string): Fix | undefined {
  return isLocalUrl(baseUrl) ? undefined : findBypass(environment, new URL(baseUrl).origin);
}

export const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * What to add where nothing listens at a loopback address: a server outside of a container, or of
 * Windows outside of WSL, has another one. Empty where that is not so.
 */
export function lookOutside(
  host: Parameters<typeof findInside>[0],
  { baseUrl, provider }: Aim,
): string {
  const inside = findInside(host);
  const { hostname, host: named } = new URL(baseUrl);
  if (inside === undefined || !loopback.test(hostname)) return '';
  const path = formatKeyPath(['providers', provider, 'base_url']);
  return inside === 'wsl'
    ? `; in WSL ${hostname} is this Linux: if the server runs on Windows, write the address of Windows (the gateway of ip route show default) into ${path}, and let it listen on 0.0.0.0 there`
    : `; in this container ${hostname} is the container: if the server runs outside of it, write host.docker.internal${named.slice(hostname.length)} (docker run --add-host=host.docker.internal:host-gateway), or the name of its container, into ${path}`;
}
