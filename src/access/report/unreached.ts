/** Finds what is nearest to try where a server could not be reached. Pure. */

import { isLocalUrl } from '../../config/resolve/local-url.ts';
import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { findNearest } from '../../config/schema/nearest.ts';
import { tlsAnswer } from '../../host/http1/wire-error.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Fix } from '../../model/fix.ts';
import type { AttemptFailure } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import { appRule, pathOfWebApp } from '../../protocols/body/web-apps.ts';
import { builtinEntries } from '../../providers/builtin.ts';
import { partsIn } from '../../providers/parts.ts';
import { alertCode, plainCode } from '../classify/exception-words.ts';
import { type LoginInFront, loginOf } from '../classify/logins-in-front.ts';
import {
  absentRule,
  awayRule,
  certificateRule,
  headerRule,
  movedRule,
  passwordRule,
  plainRule,
  readMovedTo,
  speaksRule,
} from '../classify/way-in.ts';
import { isOfVendor } from '../wording/words-fix.ts';
import { fixDistrust, lacksIssuer } from './distrust.ts';
import { type FailedWay, fixInPlace, fixMachine, fixProxied, fixProxyPlain } from './on-the-way.ts';

type Address = Pick<Target, 'baseUrl' | 'provider'> &
  // absent: unknown, as if it had a key
  Partial<Pick<Target, 'authStyle' | 'headers' | 'protocol'>>;

/** Something listens there, which reset or closed the connection, or says nothing. */
const answersOtherwise = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|ERR_TLS_HANDSHAKE_TIMEOUT)$/;

/** A signature: a path that Amazon's API Gateway does not have. */
const noRouteRule = 'any-gateway-no-route';

/** The body is not compressed as its head says. */
const packedRule = 'exception-Z_DATA_ERROR';

/**
 * `code` is that of the failure, or stands in the rule of a record. Undefined: look at the network,
 * or start the server.
 */
export function fixUnreached(code: string | undefined = '', address: Address): Fix | undefined {
  const { baseUrl, provider } = address;
  const isTls = baseUrl.startsWith('https:');
  const isVendor = isOfVendor(baseUrl);
  const inPlace = isVendor ? fixInPlace(code, baseUrl) : undefined;
  if (inPlace !== undefined) return inPlace;
  if (isTls && code === plainCode) return fixPlain(address);
  const near =
    fixService(code, { baseUrl, provider }) ?? fixDistrust(code) ?? fixTls(code, provider);
  if (near !== undefined) return near;
  const own = isVendor ? undefined : fixOwnServer(code, { baseUrl, provider });
  if (own !== undefined) return own;
  return code === 'ENOTFOUND' ? fixHost({ baseUrl, provider }) : undefined;
}

/** Who resets is there, or something on the way is; a vendor speaks https. */
function fixOwnServer(code: string, address: Address): Fix | undefined {
  if (answersOtherwise.test(code)) return fixClosed(address);
  return code === 'ETIMEDOUT' ? fixDropped(address) : undefined;
}

/** A runtime of containers accepts for a program that may not listen, and then closes. */
function fixClosed({ baseUrl, provider }: Address): Fix {
  const [scheme = ''] = baseUrl.split(':');
  const isLocal = isLocalUrl(baseUrl);
  const container = isLocal
    ? '; or, if a container publishes that port, whether the program in it runs and listens on 0.0.0.0'
    : '';
  const where = isLocal ? 'something there' : 'something there, or a firewall on the way,';
  return {
    text: `${where} ends the connection; see whether it speaks ${scheme}, as ${keyOf(provider)} says${container}`,
  };
}

/**
 * A machine that runs refuses where nothing listens: a firewall does not, nor one that is off. On
 * the way to itself there is neither: what listens there takes nothing in.
 */
function fixDropped({ baseUrl, provider }: Address): Fix {
  const { hostname, port, protocol } = new URL(baseUrl);
  const open = port || (protocol === 'https:' ? 443 : 80);
  if (/^(localhost|127\..*|\[::1\])$/.test(hostname))
    return {
      text: `what listens at port ${open} of this machine takes no connection in: see whether it is stopped (kill -CONT PID), hangs or has more to do than it can, and start it again`,
    };
  return {
    text: `nothing came back, not even a refusal: let a firewall or a security group on the way to ${hostname} open port ${open} to this machine, or join its network (a VPN); or see whether ${hostname} is on, and is the host in ${keyOf(provider)}`,
  };
}

/**
 * Names that runtimes of containers make for the machine that runs them. [D]
 * https://docs.docker.com/desktop/features/networking/,
 * https://docs.podman.io/en/latest/markdown/podman-run.1.html
 */
const containerName = /^(?:(?:host|gateway)\.docker|host\.containers)\.internal$/;

/** A mistyped host is nearer than a broken network. */
function fixHost({ baseUrl, provider }: Address): Fix | undefined {
  const url = new URL(baseUrl);
  if (containerName.test(url.hostname)) {
    const { hostname } = url;
    url.hostname = '127.0.0.1';
    const text = `only containers know the name ${hostname}; where the server runs on the same machine as Holdfast, its address is`;
    return setUrl(text, provider, url.href.replace(/\/$/, ''));
  }
  const [part] = builtinEntries.flatMap((entry) => Object.keys(partsIn(entry, baseUrl)));
  if (part !== undefined) return { text: `correct the ${part} in its address` };
  const known = builtinEntries.flatMap(({ origins, parts }) =>
    parts === undefined ? Object.values(origins).map((origin) => new URL(origin).hostname) : [],
  );
  const meant = findNearest(url.hostname, [...new Set(known)]);
  if (meant === undefined || meant === url.hostname) return fixPrivate({ baseUrl, provider });
  url.hostname = meant;
  return setUrl(`did you mean ${meant}?`, provider, url.href.replace(/\/$/, ''));
}

/** Names of overlay networks and of companies: outside of them no name server knows them. */
const privateName = /^[^.]+$|\.(ts\.net|local|internal|lan|corp|intranet|home\.arpa|localdomain)$/;

function fixPrivate({ baseUrl, provider }: Address): Fix | undefined {
  const { hostname } = new URL(baseUrl);
  if (!privateName.test(hostname)) return undefined;
  const net = hostname.endsWith('.ts.net')
    ? 'let this machine into its tailnet (tailscale up)'
    : "if only a network of its own knows it, connect this machine to that (a VPN), or look at this machine's name server";
  return { text: `${net}; or correct the host in ${keyOf(provider)}` };
}

/** Only in a network of one's own may a key be sent in clear text: elsewhere others read it. */
function fixPlain(address: Address): Fix {
  const { baseUrl, provider } = address;
  const plain = baseUrl.replace(/^https:/, 'http:');
  return isLocalUrl(baseUrl) || hasNoSecret(address)
    ? setUrl('write http', provider, plain)
    : {
        text: `let it speak https, since in clear text others read the key; or write ${plain} as ${keyOf(provider)} if nobody else is in that network`,
      };
}

function hasNoSecret({ authStyle, headers = {} }: Address): boolean {
  return authStyle === 'none' && Object.keys(headers).length === 0;
}

/** Something listens there that does not speak HTTP, or not to a TLS client. */
function fixService(code: string, { baseUrl, provider }: Address): Fix | undefined {
  if (code === 'ERR_PROXY_PLAIN') return fixProxyPlain();
  if (code === tlsAnswer && baseUrl.startsWith('http:'))
    return setUrl('write https', provider, baseUrl.replace(/^http:/, 'https:'));
  if (code === tlsAnswer || code === 'HPE_INVALID_CONSTANT')
    return { text: `another service listens there: correct ${keyOf(provider)}` };
  return code.startsWith('HPE_')
    ? {
        text: `look at the server behind ${new URL(baseUrl).origin}, and at what stands in front of it: what it sends is no proper HTTP`,
      }
    : undefined;
}

/** Says where a provider looks for its key, if its words name it, or may look. */
export function lookForHeader(provider: string, words = ''): Fix {
  const key = formatKeyPath(['providers', provider, 'auth']);
  const [header] = /\bx-api-key\b|\bapi-key(?= header\b)/i.exec(words) ?? [];
  return header === undefined
    ? {
        text: `see in which header ${provider} wants its key, set ${key} to bearer, x-api-key or api-key, then ${shellLine`holdfast auth reset ${provider}`}`,
      }
    : {
        text: 'send the key in the header that it names',
        command: shellLine`holdfast config set ${key} ${header.toLowerCase()} && holdfast auth reset ${provider}`,
      };
}

const byCertificate =
  'Holdfast sends no client certificate: ask its operator for another way in, or send through a proxy that has one';

/**
 * What is nearest to try, whether or not the server is known: the network, or else the server. With
 * `variable`, which names a proxy: that proxy.
 */
export function fixNetwork(
  failure: FailedWay,
  { baseUrl, provider }: Address,
  variable: string | undefined,
): Fix {
  const address = { baseUrl, provider };
  const near = variable
    ? fixProxied(failure.code, { ...address, variable })
    : (fixMachine(failure, address) ?? fixUnreached(failure.code, address));
  const isLocal = /^([^.]+|[\d.]+)$/.test(new URL(baseUrl).hostname);
  if (near !== undefined) return near;
  if (!isLocal) return { text: "look at this machine's network" };
  const isOpen = failure.code === undefined;
  return {
    text: isOpen
      ? `it takes connections and is silent; see whether it is stopped (kill -CONT PID), loading or busy, or correct ${keyOf(provider)}`
      : `start it, or correct ${keyOf(provider)}`,
  };
}

/** Says what to do where no secure connection came about, by what was wrong with it. */
function fixTls(code: string, provider: string): Fix | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return { text: `correct the host in ${keyOf(provider)}: the certificate is for another one` };
  if (code === `${alertCode}CERTIFICATE_REQUIRED`) return { text: byCertificate };
  return code.startsWith(alertCode) || /^(ERR_SSL_|UNSPECIFIED$)/.test(code)
    ? { text: `only its operator can change that; or correct ${keyOf(provider)}` }
    : undefined;
}

const byRule: Readonly<Record<string, (address: Address) => Fix>> = {
  [plainRule]: ({ baseUrl, provider }) =>
    setUrl('write https', provider, baseUrl.replace(/^http:/, 'https:')),
  [certificateRule]: () => ({ text: byCertificate }),
  [packedRule]: ({ baseUrl }) => ({
    text: `look at the server at ${new URL(baseUrl).origin}, or at what stands in front of it, for its content-encoding is not what it sends`,
  }),
  [absentRule]: ({ baseUrl, provider }) => ({
    text: `start the server behind ${new URL(baseUrl).host}, or have whoever runs it do so, and its tunnel if it has one; or correct ${keyOf(provider)}`,
  }),
  [noRouteRule]: ({ provider }) => ({
    text: `Amazon API Gateway has no such path, and looked at no key: its paths begin with the name of a stage, such as /prod: correct ${keyOf(provider)}`,
  }),
  [passwordRule]: ({ provider }) => ({ text: describePassword(provider) }),
};

/** Says what to change where an answer has betrayed the right way in. */
export function fixWayIn(
  { rule, leadsTo = '' }: Pick<AttemptFailure, 'rule' | 'leadsTo'>,
  address: Address,
): Fix | undefined {
  const { baseUrl, provider } = address;
  const own = byRule[rule]?.(address);
  if (own !== undefined) return own;
  if (rule === appRule || rule === awayRule) return fixWebsite(leadsTo, address);
  const login = loginOf(rule);
  if (login !== undefined) return fixLogin(login, provider);
  if (rule.startsWith(headerRule))
    return {
      text: `it wants a header that the requests have not: write ${rule.slice(headerRule.length)} into ${formatKeyPath(['providers', provider, 'headers'])}`,
    };
  if (rule === movedRule) {
    const said = readMovedTo(leadsTo, baseUrl);
    if (said === undefined) return undefined;
    // a server behind a TLS proxy names its own scheme
    const to = isLocalUrl(baseUrl) ? said : said.replace(/^http:/, 'https:');
    return to === baseUrl
      ? { text: `${describeLoop(leadsTo)}: ask its operator, or correct ${keyOf(provider)}` }
      : setUrl('its API is at another address', provider, to);
  }
  return rule.startsWith(speaksRule)
    ? fixProtocol(rule.slice(speaksRule.length), address)
    : undefined;
}

function fixLogin({ name, wants, mend }: LoginInFront, provider: string): Fix {
  const without = 'have its operator let programs in without it, or ask at an address behind it';
  const headers = formatKeyPath(['providers', provider, 'headers']);
  const how = wants === undefined ? (mend ?? without) : `write ${wants} into ${headers}`;
  return { text: `${name} stands in front of it: ${how}` };
}

/** Corrects an address that nobody has, or whose path is not served, by how an attempt failed. */
export function fixAddress(
  failure: Pick<AttemptFailure, 'class' | 'rule' | 'leadsTo'>,
  address: Address,
): Fix | undefined {
  const { class: cause, rule } = failure;
  const wayIn = fixWayIn(failure, address);
  if (wayIn !== undefined) return wayIn;
  if (cause === 'not-offered') return fixUnversioned(address);
  if (cause !== 'connect' && cause !== 'tls') return undefined;
  const code = rule.replace(/^exception-/, '');
  // only the request itself knows whether it sent a secret, and which issuers it was given
  if (lacksIssuer(code) || (code === plainCode && !isLocalUrl(address.baseUrl))) return undefined;
  return fixUnreached(code, address);
}

/** The address is that of a website, or leads to one. */
function fixWebsite(leadsTo: string, { baseUrl, provider }: Address): Fix {
  const path = pathOfWebApp(leadsTo);
  if (path === undefined)
    return {
      text: `it leads to ${leadsTo || 'a page'}, which is no API: correct ${keyOf(provider)}, or ask its operator for the address of its API`,
    };
  const url = `${new URL(baseUrl).origin}${path}`;
  return url === baseUrl
    ? { text: `that is the page of ${leadsTo}: correct ${keyOf(provider)}` }
    : setUrl(`that is the page of ${leadsTo}; its API has another path`, provider, url);
}

function describePassword(provider: string): string {
  const [auth, headers] = ['auth', 'headers'].map((name) =>
    formatKeyPath(['providers', provider, name]),
  );
  return `what stands in front of it wants a user and a password, not a key: write ${auth}: none, and Authorization: "Basic …" (USER:PASSWORD in base64) into ${headers}`;
}

function describeLoop(place: string): string {
  return place.endsWith('/')
    ? 'it wants a slash behind its paths, which no API has'
    : 'it redirects to the address that was asked';
}

/** An address without a version mostly lacks it. What is set already mends nothing. */
function fixProtocol(protocol: string, address: Address): Fix | undefined {
  const { baseUrl, provider } = address;
  if (protocol === address.protocol) return undefined;
  const key = formatKeyPath(['providers', provider, 'protocol']);
  const text = `it answers in ${protocol}: set that protocol`;
  if (hasVersion(baseUrl))
    return { text, command: shellLine`holdfast config set ${key} ${protocol}` };
  const version = protocol === 'google-generate-content' ? 'v1beta' : 'v1';
  const url = `${baseUrl}/${version}`;
  const command = shellLine`holdfast config set ${key} ${protocol} && holdfast config set ${keyOf(provider)} ${url}`;
  return { text, command };
}

/** Undefined if the address has one version. */
export function fixUnversioned({ baseUrl, provider }: Address): Fix | undefined {
  const { pathname } = new URL(baseUrl);
  // behind a path nobody knows what the server calls its API
  if (pathname === '/') return setUrl('add /v1 to its address', provider, `${baseUrl}/v1`);
  const once = baseUrl.replace(/(\/v\d[^/]*)\1+$/, '$1');
  return once === baseUrl ? undefined : setUrl('write its version once', provider, once);
}

export function hasVersion(baseUrl: string): boolean {
  return /\/v\d[^/]*(\/|$)/.test(new URL(baseUrl).pathname);
}

function keyOf(provider: string): string {
  return formatKeyPath(['providers', provider, 'base_url']);
}

/** Sets the base URL of a provider in the configuration. */
export function setUrl(text: string, provider: string, url: string): Fix {
  return { text, command: shellLine`holdfast config set ${keyOf(provider)} ${url}` };
}
