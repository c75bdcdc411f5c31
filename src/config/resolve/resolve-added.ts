/**
 * Resolves what a provider wants beside key and body (`headers`, `query`). Refuses the headers that
 * only our own code may write.
 */

import type { Headers } from '../../model/request.ts';
import type { Target } from '../../model/target.ts';
import { connectionHeaders, keyHeaders } from '../../model/wire-headers.ts';
import { findUnfilled } from '../../providers/parts.ts';
import type { KeyPath, ProviderSettings } from '../schema/schema.ts';
import { maskInPrint } from '../secrets/masked.ts';
import type { ResolveContext } from './resolve-context.ts';
import type { DraftProvider } from './resolve-credentials.ts';
import { chooseEndpoint, type ProviderAddress } from './resolve-origins.ts';

interface HeaderRefusal {
  readonly message: string;
  readonly fix: string;
}

const ofKey: HeaderRefusal = {
  message: 'is where a key or a login is sent',
  fix: 'write the key as api_key; auth: says in which header it is sent',
};

/** RFC 7617: a server in front may want a user and a password, in the header of most keys. */
const besideKey: HeaderRefusal = {
  message: 'is a login in the place of the key',
  fix: 'write auth: none beside it, if that server wants no key; or take it out',
};

const ofWire: HeaderRefusal = {
  message: 'is written by Holdfast itself, for each connection and body',
  fix: 'remove it',
};

const refusals: ReadonlyMap<string, HeaderRefusal> = new Map([
  ...[...keyHeaders, 'cookie'].map((name) => [name, ofKey] as const),
  ...[...connectionHeaders, 'content-type', 'accept-encoding'].map(
    (name) => [name, ofWire] as const,
  ),
]);

/** RFC 9110 § 5.6.2. */
const headerName = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;
/** Other characters arrive garbled, because servers disagree on how to read them. */
const headerValue = /^[\x20-\x7e]+$/;

export function resolveAdded(
  context: ResolveContext,
  { headers, query, auth }: ProviderSettings,
  path: KeyPath,
): Pick<Target, 'headers' | 'query'> {
  checkNames(context, headers, [...path, 'headers']);
  checkNames(context, query, [...path, 'query']);
  for (const [name, value] of Object.entries(headers ?? {})) {
    const refusal = judgeHeader(name, value, auth);
    if (refusal !== undefined)
      context.findings.problem([...path, 'headers', name], refusal.message, refusal.fix);
  }
  return {
    ...(headers && { headers: maskValues(inLowerCase(headers)) }),
    ...(query && { query: maskValues(query) }),
  };
}

interface MovedProvider extends Pick<DraftProvider, 'entry' | 'settings' | 'path'> {
  /** A variable of its key says where it is. */
  readonly isMoved: boolean;
  readonly endpoint: ProviderAddress;
}

/**
 * What the configuration adds is for the address that it knows: a variable of the shell moves its
 * own key alone (law 12).
 */
export function checkAddress(
  { findings }: ResolveContext,
  { entry, settings: { headers, query, protocol }, path, isMoved, endpoint }: MovedProvider,
): void {
  if (!isMoved) return;
  const usual = chooseEndpoint(entry.origins, protocol);
  if (usual === undefined || usual.origin === endpoint.origin || findUnfilled(usual.baseUrl))
    return;
  for (const [field, added] of Object.entries({ headers, query }))
    if (added !== undefined)
      findings.problem(
        [...path, field],
        `is for ${usual.origin}, and a variable of the key moves ${entry.name} to ${endpoint.origin}`,
        `write providers.${entry.name}.base_url: the address that it is for`,
      );
}

function judgeHeader(
  name: string,
  value: string,
  auth: ProviderSettings['auth'],
): HeaderRefusal | undefined {
  if (!headerName.test(name))
    return { message: 'is not the name of a header', fix: 'write a name such as X-Title' };
  if (!headerValue.test(value))
    return {
      message: 'has characters that a header cannot contain',
      fix: 'write it in plain ASCII',
    };
  const lower = name.toLowerCase();
  if (lower === 'authorization' && /^Basic \S/i.test(value))
    return auth === 'none' ? undefined : besideKey;
  return refusals.get(lower);
}

/** Names are compared without their case, as servers do. */
function checkNames({ findings }: ResolveContext, given: Headers = {}, path: KeyPath): void {
  const seen = new Map<string, string>();
  for (const name of Object.keys(given)) {
    const first = seen.get(name.toLowerCase());
    if (first !== undefined)
      findings.problem([...path, name], `is ${first} in another case`, 'keep one of them');
    seen.set(name.toLowerCase(), name);
  }
}

function inLowerCase(headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function maskValues(values: Headers): Headers {
  const shown = Object.keys(values).map((name) => [name, '********']);
  return maskInPrint({ ...values }, Object.fromEntries(shown));
}
