/**
 * A request that brings its caller's own login (step 1 of a request): where the login may go, and
 * what its vendor's refusal leads to. Laws 2, 11 and 12 say what holds.
 */

import { RequestError } from '../../errors.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { CallerLogin, Credential } from '../../model/credential.ts';
import type { Decision } from '../../model/decision.ts';
import type { AccessRequest, Headers, WireBody } from '../../model/request.ts';
import type { Protocol } from '../../protocols/contract/protocol.ts';
import { catalogue } from '../../providers/builtin.ts';
import type { AttemptPlan } from '../answer/outcome.ts';
import type { TargetPool } from '../select/candidate.ts';
import type { Candidates } from '../select/candidates.ts';
import type { Miss, OpenRecord } from './open-record.ts';

/** The part of a request's context that a login has to do with. */
interface LoginScene {
  readonly request: Pick<AccessRequest, 'login' | 'headers'>;
  readonly protocol: Pick<Protocol, 'name'>;
  readonly candidates: Pick<Candidates, 'places'>;
}

/**
 * Binds the login to the first target of the route that takes callers' logins in the protocol of
 * the request. Returns true if nobody else answers. Throws `RequestError` (401) if there is none,
 * and the caller has no gateway key.
 */
export function bindLogin(
  { candidates, protocol, request: { headers } }: LoginScene,
  login: CallerLogin,
): boolean {
  for (const place of candidates.places) {
    const credential = place.pool?.credentials.find(({ source }) => source === 'caller');
    if (credential === undefined || place.target.protocol !== protocol.name) continue;
    const isRestricted = login.isAlone || credential.fallback === 'none';
    const other = findOther(login, headers, place);
    if (other !== undefined) {
      login.isOf = other;
      login.isOnly = isRestricted;
      break;
    }
    login.target = place.target.id;
    login.credentialId = credential.id;
    login.isOnly = isRestricted || !hasOther(candidates.places, credential);
    return login.isOnly;
  }
  if (login.isAlone) throw nobodyTakes(protocol.name);
  return login.isOnly;
}

/**
 * The vendor of a login is known by how its keys begin, or by a header of its own: another one
 * never sees it, whatever its provider is called.
 */
function findOther(
  { secret }: CallerLogin,
  headers: Headers,
  { target }: TargetPool,
): string | undefined {
  const secrets = secret.reveal().split('\n');
  const vendors = secrets.flatMap((one) => catalogue.providersOfKeyPrefix(one));
  const named = catalogue.entries.filter(
    (entry) => headers[entry.accountHeader ?? ''] !== undefined,
  );
  const names = [...vendors, ...named].map(({ name }) => name);
  const { provider, vendor = '' } = target;
  return names.includes(provider) || names.includes(vendor) ? undefined : names[0];
}

function hasOther(places: readonly TargetPool[], own: Credential): boolean {
  return places.some(
    ({ pool }) => pool === undefined || pool.credentials.some((key) => key !== own),
  );
}

/** `what`: a protocol, or a path of ours. */
export function nobodyTakes(what: string): RequestError {
  return new RequestError(
    'gateway-key-wrong',
    `the request carries no gateway key, and no provider takes its login for ${what}`,
    {
      status: 401,
      fix: 'give its vendor credentials: [{caller: true}], or send the key that `holdfast key` prints',
    },
  );
}

/** Returns the body as it came, packed or not, unless a task of ours is named in it. */
export function bodyOfLogin({
  request,
  body,
  target,
  login,
}: Pick<AttemptPlan, 'request' | 'body' | 'target' | 'login'>): WireBody {
  if (body.model !== target.model) return body.encodeFor(target);
  return login?.packed?.bytes ?? request.body;
}

/** Nobody else is asked, and no mark is left. */
export const toldToCaller: Decision = {
  kind: 'stop',
  reason: 'its caller is told what its login met',
};

/**
 * The caller gets its vendor's own answer where nobody else may answer, and where the login itself
 * is refused: its program then renews it. A refusal that it never saw would leave it with the old
 * one for ever.
 */
export function decideOnLogin(
  { request: { login } }: Pick<LoginScene, 'request'>,
  { failure, candidate }: Miss,
): Decision | undefined {
  if (login === undefined || candidate.credential?.source !== 'caller') return undefined;
  const isRefused = failure.status === 401 || rowOfClass(failure.class).keyTest === 'refused';
  if (isRefused) login.noteRefused();
  return isRefused || login.isOnly ? toldToCaller : undefined;
}

/** Returns the miss whose answer its caller gets as it came; undefined: others were asked too. */
export function findShown(
  { openRecord }: { readonly openRecord: OpenRecord },
  last: Miss | undefined,
): Miss | undefined {
  const isOwn = ({ candidate }: Miss): boolean => candidate.credential?.source === 'caller';
  return last?.failure.answer !== undefined && openRecord.misses.every(isOwn) ? last : undefined;
}
