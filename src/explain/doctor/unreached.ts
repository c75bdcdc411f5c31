/**
 * Says in words why a server could not be reached, where the operating system and OpenSSL speak in
 * codes, and what is nearest to try. Pure.
 */

import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { findNearest } from '../../config/schema/nearest.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Fix } from '../../model/fix.ts';
import { builtinEntries } from '../../providers/builtin.ts';
import type { TargetPlan } from '../plan/plan.ts';

export interface Unreached {
  /** Continues `https://… cannot be reached`. */
  readonly because: string;
  /** Absent: look at the network, or start the server. */
  readonly fix?: Fix;
}

/** What a TLS client says of a server that answers without TLS. */
const plainAnswer = /wrong version number|packet length too long|SSL_WRONG_VERSION|record layer/i;

/** Undefined if the code says no more than that it cannot be reached. */
export function describeUnreached(
  { code = '', message }: { readonly code?: string | undefined; readonly message: string },
  { baseUrl, provider }: Pick<TargetPlan, 'baseUrl' | 'provider'>,
): Unreached | undefined {
  const url = new URL(baseUrl);
  const setUrl = (changed: string): NonNullable<Fix['command']> =>
    shellLine`holdfast config set ${formatKeyPath(['providers', provider, 'base_url'])} ${changed}`;
  if (url.protocol === 'https:' && plainAnswer.test(`${code} ${message}`)) {
    const command = setUrl(baseUrl.replace(/^https:/, 'http:'));
    return {
      because: `: ${url.host} answers plain http, and its base_url says https`,
      fix: { text: 'write http', command },
    };
  }
  if (code === 'ENOTFOUND') return describeUnknownHost(url, (host) => setUrl(withHost(url, host)));
  if (code === 'EAI_AGAIN')
    return { because: `: the name server did not answer for ${url.hostname}` };
  if (code === 'ECONNREFUSED') return { because: `: nothing listens at ${url.host}` };
  return undefined;
}

/** A mistyped host is nearer than a broken network. */
function describeUnknownHost(
  { hostname }: URL,
  setHost: (host: string) => NonNullable<Fix['command']>,
): Unreached {
  const because = `: no server has the name ${hostname}`;
  const known = builtinEntries.flatMap(({ origins }) =>
    Object.values(origins).map((origin) => new URL(origin).hostname),
  );
  const meant = findNearest(hostname, [...new Set(known)]);
  return meant === undefined || meant === hostname
    ? { because }
    : {
        because: `${because}; did you mean ${meant}?`,
        fix: { text: 'correct it', command: setHost(meant) },
      };
}

function withHost(url: URL, host: string): string {
  const changed = new URL(url);
  changed.hostname = host;
  return changed.href.replace(/\/$/, '');
}
