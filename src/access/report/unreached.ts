/** Finds what is nearest to try where a server could not be reached. Pure. */

import { isLocalUrl } from '../../config/resolve/local-url.ts';
import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { findNearest } from '../../config/schema/nearest.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Failure } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';
import type { Target } from '../../model/target.ts';
import { appRule, findWebApp } from '../../protocols/body/web-apps.ts';
import { builtinEntries } from '../../providers/builtin.ts';
import { partsIn } from '../../providers/parts.ts';
import { isVendors } from '../../providers/sites.ts';
import { findAlert, isPlainAnswer } from '../classify/exception-words.ts';
import {
  absentRule,
  awayRule,
  certificateRule,
  movedRule,
  passwordRule,
  plainRule,
  readMovedTo,
  speaksRule,
} from '../classify/way-in.ts';

type Address = Pick<Target, 'baseUrl' | 'provider'>;

/** Something listens there, which reset or closed the connection, or says nothing. */
const answersOtherwise = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|ERR_TLS_HANDSHAKE_TIMEOUT)$/;

/** Of a proxy whose variable says https. */
const plainProxy = 'speaks plain http, and its variable says https';

/** `code` is the system's. Undefined: look at the network, or start the server. */
export function fixUnreached(
  { code = '', message }: Pick<Failure, 'code' | 'message'>,
  { baseUrl, provider }: Address,
): Fix | undefined {
  const url = new URL(baseUrl);
  const isTls = url.protocol === 'https:';
  const isVendor = builtinEntries.some((entry) => isVendors(entry, url.origin));
  if (isTls && isPlainAnswer(code, message)) return fixPlain({ baseUrl, provider });
  const near = fixService(code, message, { baseUrl, provider }) ?? fixTls(code, message, provider);
  if (near !== undefined) return near;
  // who resets is there, or something on the way is; a vendor speaks https
  if (answersOtherwise.test(code) && !isVendor)
    return {
      text: `something there ends the connection; see whether it speaks ${isTls ? 'https' : 'http'}, as ${keyOf(provider)} says`,
    };
  if (code !== 'ENOTFOUND') return undefined;
  // a mistyped host is nearer than a broken network
  const [part] = builtinEntries.flatMap((entry) => Object.keys(partsIn(entry, baseUrl)));
  if (part !== undefined) return { text: `correct the ${part} in its address` };
  const known = builtinEntries.flatMap(({ origins, parts }) =>
    parts === undefined ? Object.values(origins).map((origin) => new URL(origin).hostname) : [],
  );
  const meant = findNearest(url.hostname, [...new Set(known)]);
  if (meant === undefined || meant === url.hostname) return undefined;
  url.hostname = meant;
  return setUrl(`did you mean ${meant}?`, provider, url.href.replace(/\/$/, ''));
}

/** Only in a network of one's own may a key be sent in clear text: elsewhere others read it. */
function fixPlain({ baseUrl, provider }: Address): Fix {
  if (isLocalUrl(baseUrl))
    return setUrl('write http', provider, baseUrl.replace(/^https:/, 'http:'));
  return {
    text: `something on the way answers in the place of ${new URL(baseUrl).host}, such as a filter of this network; or it speaks no https, and a key would be read by others`,
  };
}

/** Something listens there that does not speak HTTP, or not to a TLS client. */
function fixService(
  code: string,
  message: string,
  { baseUrl, provider }: Address,
): Fix | undefined {
  if (message.includes(plainProxy)) return fixProxied({ message }, { baseUrl, provider });
  if (code !== 'HPE_INVALID_CONSTANT') return undefined;
  return baseUrl.startsWith('http:') && message.includes('it is TLS')
    ? setUrl('write https', provider, baseUrl.replace(/^http:/, 'https:'))
    : { text: `another service listens there: correct ${keyOf(provider)}` };
}

/** Only of these is trust in their issuer what lacks. */
const byIssuer = /^(SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/;

/** True if Node would trust the server, did it know who signed the certificate. */
export function lacksIssuer(code: string): boolean {
  return byIssuer.test(code);
}

/** Says where a provider looks for its key, if its words name it, or may look. */
export function lookForHeader(provider: string, words = ''): Fix {
  const key = formatKeyPath(['providers', provider, 'auth']);
  const [header] = /\bx-api-key\b|\bapi-key(?= header\b)/i.exec(words) ?? [];
  return header === undefined
    ? {
        text: `see in which header ${provider} wants its key, and set ${key} to bearer, x-api-key or api-key`,
      }
    : {
        text: 'send the key in the header that it names',
        command: shellLine`holdfast config set ${key} ${header.toLowerCase()} && holdfast auth reset ${provider}`,
      };
}

const byCertificate =
  'Holdfast sends no client certificate: ask its operator for another way in, or send through a proxy that has one';

/** For a certificate that has ended, or is not valid yet. */
export const byOperator: Fix = {
  text: "only its operator can renew it, unless this machine's clock is wrong",
};

/** Says what to do where no secure connection came about, by what was wrong with it. */
function fixTls(code: string, message: string, provider: string): Fix | undefined {
  if (lacksIssuer(code))
    return {
      text: 'have Node trust its issuer (NODE_USE_SYSTEM_CA=1, or NODE_EXTRA_CA_CERTS=FILE)',
    };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return { text: `correct the host in ${keyOf(provider)}: the certificate is for another one` };
  if (/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/.test(code)) return byOperator;
  const alert = findAlert(code, message);
  if (alert === 'certificate required') return { text: byCertificate };
  return alert !== undefined || /^(ERR_SSL_|UNSPECIFIED$)/.test(code)
    ? { text: `only its operator can change that; or correct ${keyOf(provider)}` }
    : undefined;
}

/** Says what to do about a proxy, by what came of the way through it. */
export function fixProxied(
  { message }: Pick<Failure, 'message'>,
  { baseUrl, provider }: Address,
): Fix {
  const { hostname } = new URL(baseUrl);
  if (message.includes('asks for a user'))
    return { text: 'write the user and the password of the proxy into HTTPS_PROXY or HTTP_PROXY' };
  if (message.includes(plainProxy))
    return { text: 'write http:// in the place of https:// in HTTPS_PROXY or HTTP_PROXY' };
  const [, status] = /^the proxy \S+ answered (\d)/.exec(message) ?? [];
  if (status === '5')
    return {
      text: `the proxy cannot reach it: correct the host in ${keyOf(provider)}, or ask the operator of the proxy`,
    };
  if (status !== undefined)
    return {
      text: `ask the operator of the proxy to let ${hostname} through, or name it in NO_PROXY`,
    };
  return {
    text: 'correct HTTPS_PROXY or HTTP_PROXY, or bypass it',
    command: shellLine`export NO_PROXY="$NO_PROXY,"${hostname}`,
  };
}

/** Says what to change where an answer has betrayed the right way in, by its rule and message. */
export function fixWayIn(rule: string, message: string, address: Address): Fix | undefined {
  const { baseUrl, provider } = address;
  if (rule === plainRule)
    return setUrl('write https', provider, baseUrl.replace(/^http:/, 'https:'));
  if (rule === certificateRule) return { text: byCertificate };
  if (rule === absentRule)
    return {
      text: `start the server behind ${new URL(baseUrl).host}, and its tunnel if it has one; or correct ${keyOf(provider)}`,
    };
  if (rule === appRule || rule === awayRule) return fixWebsite(message, address);
  if (rule === passwordRule) return { text: describePassword(provider) };
  if (rule === movedRule) {
    const place = readPlace(message);
    const said = readMovedTo(place, baseUrl);
    if (said === undefined) return undefined;
    // a server behind a TLS proxy names its own scheme
    const to = isLocalUrl(baseUrl) ? said : said.replace(/^http:/, 'https:');
    return to === baseUrl
      ? { text: `${describeLoop(place)}: ask its operator, or correct ${keyOf(provider)}` }
      : setUrl('its API is at another address', provider, to);
  }
  return rule.startsWith(speaksRule)
    ? fixProtocol(rule.slice(speaksRule.length), address)
    : undefined;
}

/** The address is that of a website, or leads to one. */
function fixWebsite(message: string, { baseUrl, provider }: Address): Fix {
  const app = findWebApp(message);
  if (app === undefined)
    return {
      text: `it leads to ${readPlace(message)}, which is no API: correct ${keyOf(provider)}, or ask its operator for the address of its API`,
    };
  const url = `${new URL(baseUrl).origin}${app.path}`;
  return url === baseUrl
    ? { text: `that is the page of ${app.name}: correct ${keyOf(provider)}` }
    : setUrl(`that is the page of ${app.name}; its API has another path`, provider, url);
}

function readPlace(message: string): string {
  return /a redirect to (\S+)/.exec(message)?.[1] ?? '';
}

function describePassword(provider: string): string {
  const [auth, headers] = ['auth', 'headers'].map((name) =>
    formatKeyPath(['providers', provider, name]),
  );
  return `what stands in front of it wants a user and a password, not a key: write ${auth}: none, and Authorization: "Basic …" into ${headers}`;
}

function describeLoop(place: string): string {
  return place.endsWith('/')
    ? 'it wants a slash behind its paths, which no API has'
    : 'it redirects to the address that was asked';
}

/** An address without a version mostly lacks it. */
function fixProtocol(protocol: string, { baseUrl, provider }: Address): Fix {
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
