/** Finds what is nearest to try where a server could not be reached. Pure. */

import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { findNearest } from '../../config/schema/nearest.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Failure } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';
import type { Target } from '../../model/target.ts';
import { builtinEntries } from '../../providers/builtin.ts';
import { partsIn } from '../../providers/parts.ts';
import { isVendors } from '../../providers/sites.ts';
import { isPlainAnswer } from '../classify/exception-words.ts';

type Address = Pick<Target, 'baseUrl' | 'provider'>;

/** Something listens there, which reset or closed the connection, or does not answer in HTTP. */
const answersOtherwise = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|HPE_\w+)$/;

/** `code` is the system's. Undefined: look at the network, or start the server. */
export function fixUnreached(
  { code = '', message }: Pick<Failure, 'code' | 'message'>,
  { baseUrl, provider }: Address,
): Fix | undefined {
  const url = new URL(baseUrl);
  const isTls = url.protocol === 'https:';
  if (isTls && isPlainAnswer(code, message))
    return setUrl('write http', provider, baseUrl.replace(/^https:/, 'http:'));
  // who resets is there, or something on the way is; a vendor speaks https
  const isVendor = builtinEntries.some((entry) => isVendors(entry, url.origin));
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

/** Undefined if the address has one version. */
export function fixUnversioned({ baseUrl, provider }: Address): Fix | undefined {
  if (!hasVersion(baseUrl)) return setUrl('add /v1 to its address', provider, `${baseUrl}/v1`);
  const once = baseUrl.replace(/(\/v\d[^/]*)\1+$/, '$1');
  return once === baseUrl ? undefined : setUrl('write its version once', provider, once);
}

export function hasVersion(baseUrl: string): boolean {
  return /\/v\d[^/]*(\/|$)/.test(new URL(baseUrl).pathname);
}

function keyOf(provider: string): string {
  return formatKeyPath(['providers', provider, 'base_url']);
}

function setUrl(text: string, provider: string, url: string): Fix {
  return { text, command: shellLine`holdfast config set ${keyOf(provider)} ${url}` };
}
