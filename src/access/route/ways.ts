/** Where a request may still go (step 2): the places of its route in order, less those that were left on the way. */

import type { ResolvedConfig } from '../../config/resolved.ts';
import type { Pools } from '../../credentials/pool/pools.ts';
import type { Credential } from '../../model/credential.ts';
import type { Operation, ProtocolName } from '../../model/protocol.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { Route, Target } from '../../model/target.ts';
import type { Engine } from '../engine.ts';
import { type Candidate, createCandidate, createPlace, type Place } from './candidates.ts';
import { readSession } from './session.ts';
import type { Tie } from './tie.ts';

const none: readonly Credential[] = [];

/** The targets of a route that may be asked, each with its pool: in the request's protocol, else translated, which vectors are not. */
export function placesOf(
  { config, pools }: { readonly config: ResolvedConfig; readonly pools: Pools },
  route: Route,
  { protocol, operation }: { readonly protocol: ProtocolName; readonly operation: Operation },
): readonly Place[] {
  return route.targets.flatMap(({ target: named, reason }) => {
    const target = inProtocol(named, protocol) ?? (operation === 'generate' ? named : undefined);
    if (target === undefined) return [];
    const credentials = config.pools.get(target.pool) ?? none;
    const selection = config.selections?.get(target.pool);
    return [createPlace(target, reason, pools.poolFor(target, credentials, selection))];
  });
}

/** The target as it is asked in this protocol; undefined where nobody speaks it. */
function inProtocol(target: Target, protocol: ProtocolName): Target | undefined {
  if (target.protocol === protocol) return target;
  const form = target.alternatives?.find((other) => other.protocol === protocol);
  if (form === undefined) return undefined;
  const { prefill: _one, historyRepairs: _two, countsTokens: _three, ...common } = target;
  return { ...common, ...form };
}

export class Ways {
  readonly #engine: Engine;
  #places: readonly Place[];
  /** The one credential that may be asked (`auth test`); absent: all. */
  readonly #only: string | undefined;
  readonly #left = new Set<string>();
  readonly #leftTargets = new Set<string>();
  readonly #leftSecrets = new Set<string>();
  /** The caller's session, when its headers name one. */
  readonly session: string | undefined;
  /** Asked again next, before any other. */
  current: Candidate | undefined;
  /** Keeps out who cannot understand the request; absent: nobody. */
  tie: Tie | undefined;

  constructor(engine: Engine, request: AccessRequest, places: readonly Place[]) {
    this.#engine = engine;
    this.#places = places;
    this.#only = request.onlyCredential;
    this.session = readSession(request.headers);
  }

  /** Targets that were not left yet, in order. */
  placesLeft(): readonly Place[] {
    if (this.#leftTargets.size === 0) return this.#places;
    return this.#places.filter(({ target }) => !this.#leftTargets.has(target.id));
  }

  /** Whom `inOrder` gives first, while nothing was left and nobody is kept out: found without a walk. Undefined where it takes one. */
  first(): Candidate | undefined {
    const [place] = this.#places;
    if (place === undefined || this.#isNarrowed()) return undefined;
    const { target, pool } = place;
    if (pool === undefined) return createCandidate(place, undefined);
    const bound = this.#boundCandidate(place);
    if (bound !== undefined) return bound;
    const { host, health } = this.#engine;
    const credential = pool.first(host.clock.now(), health.releasesOf(target.origin));
    return credential === undefined ? undefined : createCandidate(place, credential);
  }

  #isNarrowed(): boolean {
    const isOnItsWay = this.current !== undefined || this.#left.size > 0 || this.#leftTargets.size > 0;
    return isOnItsWay || this.tie !== undefined || this.#only !== undefined;
  }

  /** Candidates that were not left yet: the one to be asked again, then target by target in the order of each pool. */
  *inOrder(): Iterable<Candidate> {
    const { current } = this;
    if (current !== undefined) yield current;
    for (const place of this.placesLeft()) {
      for (const candidate of this.candidatesOf(place)) if (candidate.key !== current?.key) yield candidate;
    }
  }

  /** Candidates of one target that were not left yet and understand the request; the session's own first. */
  *candidatesOf(place: Place): Iterable<Candidate> {
    const { tie } = this;
    if (tie === undefined) yield* this.#notLeft(place);
    else
      for (const candidate of this.#notLeft(place))
        if (tie.excludes(candidate) === undefined) yield candidate;
  }

  *#notLeft(place: Place): Iterable<Candidate> {
    const { target, pool } = place;
    if (pool === undefined) {
      if (this.#only === undefined && !this.#left.has(target.id)) yield createCandidate(place, undefined);
      return;
    }
    if (this.#only !== undefined) {
      yield* this.#onlyOf(place, this.#only);
      return;
    }
    const bound = this.#boundCandidate(place);
    if (bound !== undefined && !this.#left.has(bound.key)) yield bound;
    const { clock } = this.#engine.host;
    for (const credential of pool.walk(clock.now(), this.#engine.health.releasesOf(target.origin))) {
      const candidate = createCandidate(place, credential);
      if (candidate.key !== bound?.key && !this.#left.has(candidate.key)) yield candidate;
    }
  }

  /** Candidates of one target, left or not; of those that a large pool keeps benched the first to return. */
  *inReachOf(place: Place): Iterable<Candidate> {
    const { pool, target } = place;
    if (pool === undefined) {
      yield createCandidate(place, undefined);
      return;
    }
    const { host, health } = this.#engine;
    for (const credential of pool.walk(host.clock.now(), health.releasesOf(target.origin)))
      yield createCandidate(place, credential);
  }

  /** Whether the request has done with this candidate, or it never was one for it. */
  isOver(candidate: Candidate): boolean {
    if (this.#left.has(candidate.key) || this.#leftTargets.has(candidate.target.id)) return true;
    if (this.#only !== undefined && candidate.credential?.id !== this.#only) return true;
    return this.tie?.excludes(candidate) !== undefined;
  }

  /** Every target of the route, left or not. */
  get places(): readonly Place[] {
    return this.#places;
  }

  /** Every candidate of the route, left or not; of a large pool the first ones. */
  *everyone(perPool: number): Iterable<Candidate> {
    for (const place of this.#places) {
      if (place.pool === undefined) yield createCandidate(place, undefined);
      for (const credential of place.pool?.credentials.slice(0, perPool) ?? [])
        yield createCandidate(place, credential);
    }
  }

  leave(candidate: Candidate, fingerprint: string): void {
    this.#left.add(candidate.key);
    this.#leftSecrets.add(`${candidate.target.id} ${fingerprint}`);
    if (this.current === candidate) this.current = undefined;
  }

  leaveTarget(target: Target): void {
    this.#leftTargets.add(target.id);
    if (this.current?.target.id === target.id) this.current = undefined;
  }

  /** The same secret under another name is no other credential. */
  hasLeftSecret(target: Target, fingerprint: string): boolean {
    return this.#leftSecrets.size > 0 && this.#leftSecrets.has(`${target.id} ${fingerprint}`);
  }

  /** Leaves every target that the predicate does not keep, and returns their places. */
  keepOnly(keeps: (target: Target) => boolean): readonly Place[] {
    const left = this.placesLeft().filter(({ target }) => !keeps(target));
    for (const { target } of left) this.leaveTarget(target);
    return left;
  }

  /** Puts these behind all others, in their order, and returns them; none where there are no others. */
  putLast(isLast: (place: Place) => boolean): readonly Place[] {
    const behind = this.#places.filter(isLast);
    if (behind.length === this.#places.length) return [];
    this.#places = [...this.#places.filter((place) => !behind.includes(place)), ...behind];
    return behind;
  }

  *#onlyOf(place: Place, id: string): Iterable<Candidate> {
    const credential = place.pool?.find(id);
    if (credential === undefined) return;
    const candidate = createCandidate(place, credential);
    if (!this.#left.has(candidate.key)) yield candidate;
  }

  #boundCandidate(place: Place): Candidate | undefined {
    const { pool, target } = place;
    if (this.session === undefined || pool === undefined || pool.credentials.length < 2) return undefined;
    const id = this.#engine.stickiness.find(this.session, target.id);
    const credential = id === undefined ? undefined : pool.find(id);
    return credential === undefined ? undefined : createCandidate(place, credential);
  }
}
