/** Checks base URLs: syntax, and whether one leads to our own gateway. Pure. */

import { isLocalUrl } from './local-url.ts';

export type JudgedUrl =
  | { readonly isValid: true; readonly baseUrl: string; readonly origin: string }
  | {
      readonly isValid: false;
      readonly message: string;
      readonly fix: string;
      readonly meant?: string | undefined;
    };

/** Drops a trailing slash. */
export function judgeBaseUrl(text: string): JudgedUrl {
  const url = URL.parse(text.trim());
  if (url === null || !/^https?:$/.test(url.protocol)) {
    const meant = addScheme(text.trim());
    const fix = meant === undefined ? 'write it whole: https://host/v1' : `did you mean ${meant}?`;
    return { ...refuseBaseUrl(`"${text}" is not an http or https URL`, fix), meant };
  }
  if (url.username !== '' || url.password !== '') {
    return refuseBaseUrl('a base URL holds no user or password', 'write the key as api_key');
  }
  if (url.search !== '' || url.hash !== '') {
    return refuseBaseUrl(
      'a base URL has no query and no fragment',
      'end it with its path: https://host/v1; a query is written as query: {NAME: VALUE} of the provider',
    );
  }
  const path = url.pathname.replace(/\/+$/, '');
  const endpoint = /\/(chat\/completions|responses|messages)$/.exec(path)?.[0];
  if (endpoint !== undefined) {
    const meant = `${url.origin}${path.slice(0, -endpoint.length)}`;
    return { ...refuseBaseUrl(`a base URL ends before ${endpoint}`, `write ${meant}`), meant };
  }
  return { isValid: true, baseUrl: `${url.origin}${path}`, origin: url.origin };
}

/** Undefined where more is missing than that. */
function addScheme(text: string): string | undefined {
  const [, name] = /^\$([A-Z][A-Z0-9_]*)$/.exec(text) ?? [];
  if (name !== undefined) return `\${${name}}`;
  if (!/^([\w-]+(\.[\w-]+|:\d)|localhost|\[[\da-f:]+\])[\w.-]*(:\d+)?(\/[\w./-]*)?$/i.test(text))
    return undefined;
  const safe = `https://${text}`;
  return URL.canParse(safe) && isLocalUrl(safe) ? `http://${text}` : safe;
}

function refuseBaseUrl(message: string, fix: string): Extract<JudgedUrl, { isValid: false }> {
  return { isValid: false, message, fix };
}

/** Names of this machine in URLs. */
const ownNames =
  /^((.+\.)?localhost\.?|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[\da-f]{2}:[\da-f]+\])$/;

/** True if the origin is the gateway on this host and port. */
export function isOwnGateway(
  origin: string,
  gateway: { readonly host: string; readonly port: number },
): boolean {
  const url = new URL(origin);
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (port !== gateway.port) return false;
  return url.hostname === gateway.host || ownNames.test(url.hostname);
}
