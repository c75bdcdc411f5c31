/**
 * Warns that a fallback bills another account, before the first request that is billed there (step
 * 3 of a request).
 */

import type { CallerLogin } from '../../model/credential.ts';
import type { SkipRecord } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import type { RequestContext } from '../request/request-context.ts';
import type { Candidate } from '../select/candidate.ts';
import { type Candidates, createCandidate } from '../select/candidates.ts';

/** These skips last until the configuration or the request changes: they are no fallback. */
const lasting: ReadonlySet<SkipRecord['cause']> = new Set([
  'auth-missing',
  'not-needed',
  'bound-to-account',
]);

/** Logs each new change once, and adds a note to every record. */
export function notePayer(
  { engine, openRecord, candidates, request }: RequestContext,
  candidate: Candidate,
): void {
  const before = openRecord.misses[0]?.candidate ?? findSkipped(candidates, candidate);
  if (before === undefined) return;
  const [from, to] = [describePayer(before), describePayer(candidate)];
  const text = `${candidate.target.id} is asked in place of ${before.target.id}: ${to} instead of ${from}`;
  if (from === to || openRecord.notes.includes(text)) return;
  openRecord.notes.push(text);
  engine.notices.tellPayer(`${from} → ${to}`, text, ownerOf(request.login, before.target));
}

/** Logs that the caller's login answers again, if another account was told to pay in its place. */
export function noteRenewed({ engine }: RequestContext, target: Target, login: CallerLogin): void {
  const text = `${target.id} answers again: ${paidByLogin(target)}`;
  engine.notices.tellRenewed(ownerOf(login, target), text);
}

/** Whose login it is, as far as its vendor has named the account; empty where there is none. */
function ownerOf(login: CallerLogin | undefined, { origin }: Target): string {
  return login === undefined ? '' : (login.account ?? login.fingerprintAt(origin));
}

/** Returns the first skipped candidate, if it precedes the one that is asked. */
function findSkipped(
  candidates: Pick<Candidates, 'places' | 'skipped'>,
  { place: asked }: Candidate,
): Pick<Candidate, 'target' | 'credential'> | undefined {
  const skip = [...candidates.skipped.values()].find(({ cause }) => !lasting.has(cause));
  const before = candidates.places.slice(0, candidates.places.indexOf(asked) + 1);
  const place = before.find(({ target }) => target.id === skip?.target);
  if (place === undefined) return undefined;
  return createCandidate(place, place.pool?.find(skip?.credential ?? ''));
}

/**
 * For example `paid by the token at openai (key work)`. A key with an account of its own has its
 * own bill.
 */
function describePayer({ target, credential }: Pick<Candidate, 'target' | 'credential'>): string {
  switch (target.billing) {
    case 'free':
      return 'free of charge';
    case 'plan':
      if (credential?.source === 'caller') return paidByLogin(target);
      return `paid by the plan at ${target.provider}`;
    default: {
      const who = credential?.account ?? credential?.label;
      return `paid by the token at ${target.provider}${who === undefined ? '' : ` (${who})`}`;
    }
  }
}

function paidByLogin({ provider }: Target): string {
  return `paid by its caller's login at ${provider}`;
}
