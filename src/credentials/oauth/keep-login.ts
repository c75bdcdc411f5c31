/** Decides where a new login goes: over one of the same account, or behind all others. Pure. */

import { shellLine } from '../../host/shell-line.ts';
import { checkLabel, type TakenWords } from '../stored/labels.ts';
import type { Grant } from './grant.ts';
import { isSameIdentity, type Login, type LoginServer, renewTokens } from './login.ts';

export interface NewLogin {
  /** Used if the login is new; short, unguessable. */
  readonly id: string;
  readonly provider: string;
  /** Default: the account's name, else `login`, `login-2`, … */
  readonly label?: string;
  readonly origin: string;
  readonly server: LoginServer;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly grant: Grant;
  /** Epoch ms. */
  readonly now: number;
}

/**
 * Returns the login to store. Throws `credential-refused` for an invalid label, or one that belongs
 * to another account.
 */
export function placeLogin(logins: readonly Login[], made: NewLogin): Login {
  const { grant, provider, origin, server, clientId, now } = made;
  const siblings = logins.filter((login) => login.provider === provider);
  const bare: Login = {
    id: made.id,
    provider,
    label: 'login',
    origin,
    server,
    clientId,
    scopes: [...made.scopes],
    ...(grant.subject === undefined ? {} : { subject: grant.subject }),
    addedAt: now,
    tokens: grant.tokens,
  };
  const same = siblings.find((login) => isSameAccount(login, bare, { label: made.label, now }));
  const others = siblings.filter((login) => login !== same);
  if (same === undefined) return { ...bare, label: chooseLabel(others, made) };
  const label =
    made.label === undefined ? same.label : checkLabel(others, made.label, takenByOther);
  const { exchange: _over, refusal: _ended, ...kept } = same;
  return { ...kept, ...bare, id: same.id, label, tokens: renewTokens(same.tokens, grant.tokens) };
}

/**
 * If the server names no account, a new login replaces an old one only if the old one has ended or
 * has the given label.
 */
function isSameAccount(
  login: Login,
  made: Login,
  { label, now }: { readonly label: string | undefined; readonly now: number },
): boolean {
  if (!isSameIdentity(login, made)) return false;
  if (login.subject !== undefined && made.subject !== undefined) return true;
  if (label !== undefined) return login.label === label;
  const hasRunOut =
    login.tokens.refresh === undefined &&
    (login.tokens.expiresAt ?? Number.POSITIVE_INFINITY) <= now;
  return login.refusal !== undefined || hasRunOut;
}

function chooseLabel(siblings: readonly Login[], { label, grant }: NewLogin): string {
  if (label !== undefined) return checkLabel(siblings, label, takenByOther);
  const wished = (grant.accountName ?? 'login').replace(/[\s:/\p{Cc}]+/gu, '-').slice(0, 60);
  const taken = new Set(siblings.map((login) => login.label));
  if (!taken.has(wished)) return wished;
  for (let number = 2; ; number += 1)
    if (!taken.has(`${wished}-${number}`)) return `${wished}-${number}`;
}

const takenByOther: TakenWords = {
  what: 'a login of another account',
  wayOut: (id) => `log out first: ${shellLine`holdfast auth logout ${id}`}`,
};
