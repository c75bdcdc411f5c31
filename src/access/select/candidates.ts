/**
 * The candidates of a request (step 2): the targets of its route in order, each with its keys,
 * without those that it has finished with; and what was skipped, and why. verdict.ts judges each
 * one's current state.
 */

import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import type { Health } from '../../credentials/health/health.ts';
import { type Affinity, hashConversation } from '../../credentials/pool/affinity.ts';
import { listLimit, type Pools } from '../../credentials/pool/pool.ts';
import type { Credential } from '../../model/credential.ts';
import type { SkipRecord } from '../../model/record.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { Route, Target } from '../../model/target.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import { sessionNamed } from '../memory/caller-facts.ts';
import type { Lessons } from '../memory/lessons.ts';
import { type Candidate, type Skip, type TargetPool, toSkip } from './candidate.ts';
import { Lateness, type LimitsEngine } from './late.ts';
import { chooseForm } from './route.ts';
import type { Tie } from './tie.ts';

interface PlaceParts {
  readonly config: ResolvedConfig;
  readonly pools: Pools;
  readonly lessons: Pick<Lessons, 'unserved'>;
}

/** The part of the engine that orders candidates and holds them back. */
interface CandidatesEngine extends LimitsEngine {
  readonly health: Pick<Health, 'releases'>;
  readonly affinity: Affinity;
}

interface CandidatesParts {
  readonly request: AccessRequest;
  readonly body: Pick<ReadBody, 'conversationId' | 'byteLength' | 'parseToTranslate'>;
  readonly places: readonly TargetPool[];
}

const none: readonly Credential[] = [];
/** For a target that needs no key, or has none. */
const keyless = [undefined] as const;

/**
 * Returns the targets of a route that may be asked, each with its pool: in the request's protocol,
 * else translated, which embeddings cannot be.
 */
export function placesOf(
  { config, pools, lessons }: PlaceParts,
  route: Route,
  { protocol, operation, passage }: Pick<AccessRequest, 'protocol' | 'operation' | 'passage'>,
): readonly TargetPool[] {
  const places: TargetPool[] = [];
  for (const { target: named, reason, key } of route.targets) {
    const form = chooseForm(named, { protocol, operation }, lessons.unserved);
    if (form === undefined) continue;
    const target = passage === undefined ? form.target : unchanged(form.target);
    const credentials = config.pools.get(target.pool) ?? none;
    const pool = pools.poolFor(target, credentials, config.selections?.get(target.pool));
    const needsNone = target.authStyle === 'none' || pool.credentials.length === 0;
    const [reserved] = needsNone ? pool.reserved : [];
    const own = needsNone ? undefined : pool;
    places.push({ target, reason, key, pool: own, reserved, inChat: form.inChat });
  }
  return places;
}

/** Removes everything that fits a conversation to the target. */
function unchanged({
  extraBody: _,
  reasoningEffort: __,
  historyRepairs: ___,
  ...target
}: Target): Target {
  return { ...target, bodyEdits: [] };
}

export class Candidates {
  readonly #engine: CandidatesEngine;
  readonly #request: AccessRequest;
  /** Short lists, because a request makes few attempts; empty in almost all. */
  readonly #left: {
    readonly key: string;
    readonly target: string;
    readonly fingerprint: string;
  }[] = [];
  readonly #leftTargets: string[] = [];
  /** By target, the only key that may still be used. */
  readonly #onlyKeys = new Map<string, string>();
  #current: Candidate | undefined;
  readonly body: CandidatesParts['body'];
  /** Empty for a single question; absent until one of several keys is to be chosen. */
  #conversation: string | undefined;
  /** The caller's session, if its headers name one. */
  readonly session: string | undefined;
  /** Every target of the route, dropped or not. */
  places: readonly TargetPool[];
  /** Excludes accounts that cannot understand the request; absent: none. */
  tie: Tie | undefined;
  /** Skipped candidates by key; the last reason wins. */
  readonly skipped = new Map<string, SkipRecord>();

  constructor(engine: CandidatesEngine, { request, body, places }: CandidatesParts) {
    this.#engine = engine;
    this.body = body;
    this.places = places;
    this.#request = request;
    this.session = sessionNamed(request.headers);
  }

  /** Returns targets that were not dropped yet, in order. */
  placesLeft(): readonly TargetPool[] {
    if (this.#leftTargets.length === 0) return this.places;
    return this.places.filter(({ target }) => !this.#leftTargets.includes(target.id));
  }

  /**
   * Returns the first of `inOrder` without a walk, while nothing was dropped or excluded. Undefined
   * if that takes a walk.
   */
  first(): Candidate | undefined {
    const [place] = this.places;
    const isOnItsWay =
      this.#current !== undefined || this.#left.length + this.#leftTargets.length > 0;
    if (
      place === undefined ||
      isOnItsWay ||
      this.tie !== undefined ||
      this.#request.onlyCredential !== undefined
    )
      return undefined;
    const { pool } = place;
    if (pool === undefined) return createCandidate(place, undefined);
    const { host, health, limits } = this.#engine;
    if (pool.credentials.length > 1 && !limits.isEmpty) return undefined;
    const own = pool.credentials.length > 1 ? this.#ownOf(place) : undefined;
    if (own !== undefined) return own;
    const credential = pool.first(host.clock.now(), health.releases);
    return credential === undefined ? undefined : createCandidate(place, credential);
  }

  /**
   * Yields candidates that may still be asked, each once: the one to ask again, then target by
   * target the conversation's own and the others in the order of the pool (those that would
   * certainly refuse come last), then those that large pools keep held back. `place`: of this
   * target alone.
   */
  *inOrder(place?: TargetPool): Iterable<Candidate> {
    const seen = new Set<string>();
    for (const candidate of this.#inRounds(place)) {
      if (seen.has(candidate.key) || this.isOver(candidate)) continue;
      seen.add(candidate.key);
      yield candidate;
    }
  }

  *#inRounds(only: TargetPool | undefined): Iterable<Candidate> {
    const places = only === undefined ? this.placesLeft() : [only];
    if (only === undefined && this.#current !== undefined) yield this.#current;
    const lateness = new Lateness(this.#engine, this);
    for (const place of places)
      yield* lateness.putLast(this.#ownOf(place), this.#readyOf(place), only === undefined);
    // Last: with a fallback, a large pool that is held back costs nothing.
    for (const place of places) yield* this.#heldBackOf(place);
  }

  /**
   * Yields candidates of one target, dropped or not; of a large pool's held-back ones the first to
   * return.
   */
  *inReachOf(place: TargetPool): Iterable<Candidate> {
    yield* this.#readyOf(place);
    yield* this.#heldBackOf(place);
  }

  *#readyOf(place: TargetPool): Iterable<Candidate> {
    const { host, health } = this.#engine;
    const conversation = place.pool?.keepsOrder === true ? undefined : this.#conversationAt(place);
    const credentials =
      place.pool?.walk(host.clock.now(), health.releases, conversation) ?? keyless;
    for (const credential of credentials) yield createCandidate(place, credential);
  }

  *#heldBackOf(place: TargetPool): Iterable<Candidate> {
    for (const credential of place.pool?.heldBack(this.#engine.host.clock.now()) ?? [])
      yield createCandidate(place, credential);
  }

  /** True when the request has finished with this candidate, or could never use it. */
  isOver(candidate: Candidate): boolean {
    const { key, target, credential } = candidate;
    if (this.#left.some((left) => left.key === key) || this.#leftTargets.includes(target.id))
      return true;
    if (
      this.#request.onlyCredential !== undefined &&
      credential?.id !== this.#request.onlyCredential
    )
      return true;
    if ((this.#onlyKeys.get(target.id) ?? key) !== key) return true;
    return this.tie?.excludes(candidate) !== undefined;
  }

  /** Asks it before any other, in its target's current protocol. Undefined: the usual order. */
  askNext(candidate: Candidate | undefined): void {
    const place = candidate && this.places.find(({ target }) => target.id === candidate.target.id);
    const isSame = place === undefined || place === candidate?.place;
    this.#current = isSame ? candidate : createCandidate(place, candidate?.credential);
  }

  /** Switches this place to `openai-chat`. Returns false if it cannot. */
  askInChat({ place }: Candidate): boolean {
    const { inChat, ...rest } = place;
    if (inChat === undefined) return false;
    this.places = this.places.map((one) => (one === place ? { ...rest, target: inChat } : one));
    return true;
  }

  leave(candidate: Candidate, fingerprint: string): void {
    this.#left.push({ key: candidate.key, target: candidate.target.id, fingerprint });
    if (this.#current === candidate) this.#current = undefined;
  }

  /** The same secret under another name counts as the same credential. */
  hasLeftSecret(target: Target, fingerprint: string): boolean {
    return this.#left.some((left) => left.target === target.id && left.fingerprint === fingerprint);
  }

  leaveTarget(target: Target): void {
    this.#leftTargets.push(target.id);
    if (this.#current?.target.id === target.id) this.#current = undefined;
  }

  /**
   * Its target was silent, which another key would not change: the request uses no other key there.
   */
  keepToKey({ target, key }: Candidate): void {
    if (!this.#onlyKeys.has(target.id)) this.#onlyKeys.set(target.id, key);
  }

  /** Drops every target that the predicate rejects; those that cannot help are recorded. */
  keepOnly(keeps: (target: Target) => boolean, why: Skip): void {
    for (const place of this.placesLeft().filter(({ target }) => !keeps(target))) {
      this.leaveTarget(place.target);
      this.skip(createCandidate(place, undefined), why);
    }
  }

  /**
   * Puts these behind all others, in their order, and returns them; does nothing if there are no
   * others.
   */
  putLast(isLast: (place: TargetPool) => boolean): readonly TargetPool[] {
    const behind = this.places.filter(isLast);
    if (behind.length === this.places.length) return [];
    this.places = [...this.places.filter((place) => !behind.includes(place)), ...behind];
    return behind;
  }

  /**
   * Keeps only candidates that understand what the request brings. `atOrigin`: only targets at the
   * origin of the named objects, or the first.
   */
  bind(tie: Tie, atOrigin: boolean): void {
    const there = this.places.filter(({ target }) => target.origin === tie.origin);
    if (atOrigin) this.places = there.length > 0 ? there : this.places.slice(0, 1);
    this.tie = tie;
    for (const candidate of this.places.flatMap(listCandidates)) {
      const reason = tie.excludes(candidate);
      if (reason !== undefined) this.skip(candidate, { cause: 'bound-to-account', reason });
    }
  }

  skip(candidate: Candidate, why: Skip): void {
    this.skipped.set(candidate.key, toSkip(candidate, why));
  }

  /**
   * The candidate has answered, and its conversation stays with it. Returns the credential that it
   * had to leave for it, if any. A key without a secret was not left: all processes pass it over.
   */
  noteAnswered({ place, target, credential }: Candidate): Credential | undefined {
    const { pool } = place;
    if (pool === undefined || credential === undefined) return undefined;
    const { affinity } = this.#engine;
    const isUsual = pool.keepsOrder && credential === pool.credentials[0];
    const conversation = isUsual && affinity.isEmpty ? undefined : this.#conversationAt(place);
    if (conversation === undefined) return undefined;
    const own = candidateKey({ target: target.id, credential: affinity.keyOf(conversation, pool) });
    if (this.skipped.get(own)?.cause === 'auth-missing') return undefined;
    const left = affinity.noteAnswered(conversation, pool, credential.id);
    return left === undefined ? undefined : pool.find(left);
  }

  /** The only one that may be asked there, its caller's login, or the conversation's own key. */
  #ownOf(place: TargetPool): Candidate | undefined {
    if (this.#request.onlyCredential !== undefined)
      return candidateNamed(place, this.#request.onlyCredential);
    if (this.#request.login?.target === place.target.id)
      return candidateNamed(place, this.#request.login.credentialId);
    const { pool } = place;
    const { affinity } = this.#engine;
    if (pool === undefined || (pool.keepsOrder && affinity.isEmpty)) return undefined;
    const conversation = this.#conversationAt(place);
    return candidateNamed(place, conversation && affinity.keyOf(conversation, pool));
  }

  /** Undefined where there is no choice: one key, its caller's own login, or a single question. */
  #conversationAt({ pool, target }: TargetPool): string | undefined {
    if (pool === undefined || pool.credentials.length < 2) return undefined;
    if (this.#request.onlyCredential !== undefined || this.#request.login?.target === target.id)
      return undefined;
    this.#conversation ??= hashConversation(this.session ?? this.body.conversationId());
    return this.#conversation || undefined;
  }
}

/** Lists the candidates of one target, asked or not; of a large pool the first ones. */
export function listCandidates(place: TargetPool): readonly Candidate[] {
  const credentials = place.pool?.credentials.slice(0, listLimit) ?? keyless;
  return credentials.map((credential) => createCandidate(place, credential));
}

function candidateNamed(place: TargetPool, id: string | undefined): Candidate | undefined {
  const credential = id === undefined ? undefined : place.pool?.find(id);
  return credential === undefined ? undefined : createCandidate(place, credential);
}

/**
 * The token of a login is always sent as a bearer token, whatever the vendor's keys use. A request
 * with its caller's own is not edited, and its plan pays.
 */
export function createCandidate(place: TargetPool, credential: Credential | undefined): Candidate {
  let { target } = place;
  if (credential?.source === 'oauth') target = { ...target, authStyle: 'bearer' };
  if (credential?.source === 'caller') target = { ...unchanged(target), billing: 'plan' };
  const key = candidateKey({ target: target.id, credential: credential?.id });
  return { key, place, target, credential };
}

/** Identifies the candidate in a record. */
export function candidateKey({
  target,
  credential,
}: Pick<SkipRecord, 'target' | 'credential'>): string {
  return credential === undefined ? target : `${target} ${credential}`;
}
