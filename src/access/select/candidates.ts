/**
 * Who may carry a request (step 2): the targets of its route in order, each with its keys, less
 * those that it has done with, and who was passed over, and why. How each of them stands at the
 * moment is in verdict.ts.
 */

import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import type { Health } from '../../credentials/health/health.ts';
import type { CredentialPool, Pools } from '../../credentials/pool/pool.ts';
import type { Stickiness } from '../../credentials/pool/stickiness.ts';
import type { Host } from '../../host.ts';
import type { Credential } from '../../model/credential.ts';
import type { SkipRecord } from '../../model/record.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { Route, Target } from '../../model/target.ts';
import { sessionNamed } from '../memory/caller-facts.ts';
import type { Lessons } from '../memory/lessons.ts';
import { chooseForm } from './route.ts';
import type { Tie } from './tie.ts';

/** One target of the route with its pool; no pool where the target needs no key, or has none. */
export interface Place {
  readonly target: Target;
  readonly reason: string;
  /** Where the configuration names it. Absent where the request does. */
  readonly key?: string | undefined;
  readonly pool: CredentialPool | undefined;
  /**
   * The same, asked in `openai-chat`: for a server that turns out not to serve the path of the
   * request's own protocol. Absent where it is asked so, or speaks none.
   */
  readonly inChat?: Target | undefined;
}

/** Where the targets of a route are looked up, and what was learned of their paths. */
interface PlaceParts {
  readonly config: ResolvedConfig;
  readonly pools: Pools;
  readonly lessons: Pick<Lessons, 'unserved'>;
}

/** One target with one way to authenticate. */
export interface Candidate {
  readonly key: string;
  readonly place: Place;
  readonly target: Target;
  /** Absent where the target needs no key. */
  readonly credential: Credential | undefined;
}

/** The part of the engine that says who comes first, and who is held back. */
interface CandidatesEngine {
  readonly host: Pick<Host, 'clock'>;
  readonly health: Pick<Health, 'releases'>;
  readonly stickiness: Stickiness;
}

/** Why one is passed over. */
export type Skip = Omit<SkipRecord, 'target' | 'credential'>;

const none: readonly Credential[] = [];
const nobody: readonly SkipRecord[] = [];
/** Where no key is needed, or there is none. */
const keyless = [undefined] as const;

/**
 * The targets of a route that may be asked, each with its pool: in the request's protocol, else
 * translated, which vectors are not.
 */
export function placesOf(
  { config, pools, lessons }: PlaceParts,
  route: Route,
  { protocol, operation, passage }: Pick<AccessRequest, 'protocol' | 'operation' | 'passage'>,
): readonly Place[] {
  const places: Place[] = [];
  for (const { target: named, reason, key } of route.targets) {
    const form = chooseForm(named, { protocol, operation }, lessons.unserved);
    if (form === undefined) continue;
    const target = passage === undefined ? form.target : unchanged(form.target);
    const credentials = config.pools.get(target.pool) ?? none;
    const pool = pools.poolFor(target, credentials, config.selections?.get(target.pool));
    const needsNone = target.authStyle === 'none' || pool.credentials.length === 0;
    places.push({
      target,
      reason,
      key,
      pool: needsNone ? undefined : pool,
      inChat: form.inChat,
    });
  }
  return places;
}

/** The target without all that makes a conversation fit it. */
function unchanged({
  extraBody: _,
  reasoningEffort: __,
  historyRepairs: ___,
  ...target
}: Target): Target {
  return { ...target, edits: [] };
}

export class Candidates {
  readonly #engine: CandidatesEngine;
  /** The one credential that may be asked (`auth test`); absent: all. */
  readonly #only: string | undefined;
  /** Short lists, for a request makes few attempts; empty in almost all. */
  readonly #left: {
    readonly key: string;
    readonly target: string;
    readonly fingerprint: string;
  }[] = [];
  readonly #leftTargets: string[] = [];
  /** By target, the one key with which it may still be asked. */
  #onlyKeys: Map<string, string> | undefined;
  #skipped: Map<string, SkipRecord> | undefined;
  #places: readonly Place[];
  /** The caller's session, when its headers name one. */
  readonly session: string | undefined;
  #current: Candidate | undefined;
  #tie: Tie | undefined;

  constructor(engine: CandidatesEngine, request: AccessRequest, places: readonly Place[]) {
    this.#engine = engine;
    this.#places = places;
    this.#only = request.onlyCredential;
    this.session = sessionNamed(request.headers);
  }

  /** Every target of the route, left or not. */
  get places(): readonly Place[] {
    return this.#places;
  }

  /** Keeps out who cannot understand the request; absent: nobody. */
  get tie(): Tie | undefined {
    return this.#tie;
  }

  /** Targets that were not left yet, in order. */
  placesLeft(): readonly Place[] {
    if (this.#leftTargets.length === 0) return this.#places;
    return this.#places.filter(({ target }) => !this.#leftTargets.includes(target.id));
  }

  /**
   * Whom `inOrder` gives first, while nothing was left and nobody is kept out: found without a
   * walk. Undefined where it takes one.
   */
  first(): Candidate | undefined {
    const [place] = this.#places;
    const isOnItsWay =
      this.#current !== undefined || this.#left.length + this.#leftTargets.length > 0;
    if (place === undefined || isOnItsWay || this.#tie !== undefined || this.#only !== undefined)
      return undefined;
    const { pool } = place;
    if (pool === undefined) return createCandidate(place, undefined);
    const bound = this.#boundIn(place);
    if (bound !== undefined) return bound;
    const { host, health } = this.#engine;
    const credential = pool.first(host.clock.now(), health.releases);
    return credential === undefined ? undefined : createCandidate(place, credential);
  }

  /**
   * Candidates that may still be asked, each once: the one to be asked again, then target by target
   * in the order of each pool, then those that large pools keep held back.
   */
  *inOrder(): Iterable<Candidate> {
    const seen = new Set<string>();
    for (const candidate of this.#inRounds()) {
      if (seen.has(candidate.key) || this.isOver(candidate)) continue;
      seen.add(candidate.key);
      yield candidate;
    }
  }

  *#inRounds(): Iterable<Candidate> {
    if (this.#current !== undefined) yield this.#current;
    for (const place of this.placesLeft()) yield* this.#membersOf(place);
    // Not before somebody else could have been free: with a fallback nobody pays for a large pool
    // that is held back whole.
    for (const place of this.placesLeft()) yield* this.#heldBackOf(place);
  }

  /** Candidates of one target that may still be asked; the session's own first. */
  *of(place: Place): Iterable<Candidate> {
    for (const candidate of this.#membersOf(place)) if (!this.isOver(candidate)) yield candidate;
  }

  /** Every candidate of the route, asked or not; of a large pool the first ones. */
  everyone(perPool: number): readonly Candidate[] {
    return this.#places.flatMap((place) => {
      const credentials = place.pool?.credentials.slice(0, perPool) ?? keyless;
      return credentials.map((credential) => createCandidate(place, credential));
    });
  }

  /** The session's own first. */
  *#membersOf(place: Place): Iterable<Candidate> {
    const own = this.#only === undefined ? this.#boundIn(place) : candidateNamed(place, this.#only);
    if (own !== undefined) yield own;
    if (this.#only !== undefined) return;
    for (const candidate of this.#readyOf(place)) if (candidate.key !== own?.key) yield candidate;
  }

  /**
   * Candidates of one target, left or not; of those that a large pool keeps held back the first to
   * return.
   */
  *inReachOf(place: Place): Iterable<Candidate> {
    yield* this.#readyOf(place);
    yield* this.#heldBackOf(place);
  }

  *#readyOf(place: Place): Iterable<Candidate> {
    const { host, health } = this.#engine;
    const credentials = place.pool?.walk(host.clock.now(), health.releases) ?? keyless;
    for (const credential of credentials) yield createCandidate(place, credential);
  }

  *#heldBackOf(place: Place): Iterable<Candidate> {
    for (const credential of place.pool?.heldBack(this.#engine.host.clock.now()) ?? [])
      yield createCandidate(place, credential);
  }

  /** Whether the request has done with this candidate, or it never was one for it. */
  isOver(candidate: Candidate): boolean {
    const { key, target, credential } = candidate;
    if (this.#left.some((left) => left.key === key) || this.#leftTargets.includes(target.id))
      return true;
    if (this.#only !== undefined && credential?.id !== this.#only) return true;
    if ((this.#onlyKeys?.get(target.id) ?? key) !== key) return true;
    return this.#tie?.excludes(candidate) !== undefined;
  }

  /**
   * It is asked next, before any other, in the protocol in which its target is asked by now.
   * Undefined: whoever comes first.
   */
  askNext(candidate: Candidate | undefined): void {
    const place = candidate && this.#places.find(({ target }) => target.id === candidate.target.id);
    const isSame = place === undefined || place === candidate?.place;
    this.#current = isSame ? candidate : createCandidate(place, candidate?.credential);
  }

  /** From now on this place is asked in `openai-chat`. False where there is no such way. */
  askInChat({ place }: Candidate): boolean {
    const { inChat, ...rest } = place;
    if (inChat === undefined) return false;
    this.#places = this.#places.map((one) => (one === place ? { ...rest, target: inChat } : one));
    return true;
  }

  leave(candidate: Candidate, fingerprint: string): void {
    this.#left.push({ key: candidate.key, target: candidate.target.id, fingerprint });
    if (this.#current === candidate) this.#current = undefined;
  }

  /** The same secret under another name is no other credential. */
  hasLeftSecret(target: Target, fingerprint: string): boolean {
    return this.#left.some((left) => left.target === target.id && left.fingerprint === fingerprint);
  }

  leaveTarget(target: Target): void {
    this.#leftTargets.push(target.id);
    if (this.#current?.target.id === target.id) this.#current = undefined;
  }

  /**
   * Its target kept silent, which another key would not change: this request asks there with no
   * other.
   */
  keepToKey({ target, key }: Candidate): void {
    this.#onlyKeys ??= new Map();
    if (!this.#onlyKeys.has(target.id)) this.#onlyKeys.set(target.id, key);
  }

  /**
   * Leaves every target that the predicate does not keep; those who cannot help stand in the
   * record.
   */
  keepOnly(keeps: (target: Target) => boolean, why: Skip): void {
    for (const place of this.placesLeft().filter(({ target }) => !keeps(target))) {
      this.leaveTarget(place.target);
      this.skip(createCandidate(place, undefined), why);
    }
  }

  /**
   * Puts these behind all others, in their order, and returns them; none where there are no others.
   */
  putLast(isLast: (place: Place) => boolean): readonly Place[] {
    const behind = this.#places.filter(isLast);
    if (behind.length === this.#places.length) return [];
    this.#places = [...this.#places.filter((place) => !behind.includes(place)), ...behind];
    return behind;
  }

  /** Of the targets only those at this origin are meant; the first, where nobody is there. */
  narrowTo(origin: string | undefined): void {
    const there = this.#places.filter(({ target }) => target.origin === origin);
    this.#places = there.length > 0 ? there : this.#places.slice(0, 1);
  }

  /** From now on only those are asked who understand what the request brings. */
  bind(tie: Tie, listed: number): void {
    this.#tie = tie;
    for (const candidate of this.everyone(listed)) {
      const reason = tie.excludes(candidate);
      if (reason !== undefined) this.skip(candidate, { cause: 'bound-to-account', reason });
    }
  }

  /** It stands in the record as passed over, with the last reason. */
  skip(candidate: Candidate, why: Skip): void {
    this.#skipped ??= new Map();
    this.#skipped.set(candidate.key, toSkip(candidate, why));
  }

  skipped(): readonly SkipRecord[] {
    return this.#skipped === undefined ? nobody : [...this.#skipped.values()];
  }

  /** The one that the session stays with. */
  #boundIn(place: Place): Candidate | undefined {
    const { pool, target } = place;
    if (this.session === undefined || pool === undefined || pool.credentials.length < 2)
      return undefined;
    const id = this.#engine.stickiness.find(this.session, target.id);
    return id === undefined ? undefined : candidateNamed(place, id);
  }
}

function candidateNamed(place: Place, id: string): Candidate | undefined {
  const credential = place.pool?.find(id);
  return credential === undefined ? undefined : createCandidate(place, credential);
}

/** The token of a login is always a bearer's, however the vendor takes its keys. */
export function createCandidate(place: Place, credential: Credential | undefined): Candidate {
  const target: Target =
    credential?.source === 'oauth' ? { ...place.target, authStyle: 'bearer' } : place.target;
  const key = candidateKey({ target: target.id, credential: credential?.id });
  return { key, place, target, credential };
}

/** The key of the candidate that somebody is in a record. */
export function candidateKey({
  target,
  credential,
}: Pick<SkipRecord, 'target' | 'credential'>): string {
  return credential === undefined ? target : `${target} ${credential}`;
}

/** A candidate that is passed over, as it stands in the record. */
export function toSkip({ target, credential }: Candidate, why: Skip): SkipRecord {
  return { target: target.id, credential: credential?.id, ...why };
}
