/**
 * Orders the credentials of one target by its strategy (step 2 of a request). A choice scans the
 * whole list, which is cheap up to a thousand keys, and slower, but still correct, beyond
 * (docs/performance.md).
 */

import { hash } from 'node:crypto';
import { assertNever } from '../../errors.ts';
import type { Credential, Selection } from '../../model/credential.ts';
import { defaults } from '../../model/defaults.ts';
import type { Target } from '../../model/target.ts';
import { fitsGlob } from '../../providers/glob.ts';

/** Lists name this many keys of a pool and count the rest. */
export const listLimit = 32;

export interface PoolParts {
  readonly credentials: readonly Credential[];
  /** Default: none. */
  readonly reserved?: readonly Credential[];
  readonly selection: Selection;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

interface Member {
  readonly credential: Credential;
  /** Counts from 0, in the pool's order. */
  readonly place: number;
  /** `inFlight` counts requests under way, `uses` all of them. */
  inFlight: number;
  total: number;
  /**
   * Skipped until this time, epoch ms: a large pool that is held back costs 27 µs with it before a
   * fallback, and 340 µs without. Always zero in a pool that is listed whole, because the record
   * lists each one skipped.
   */
  heldUntil: number;
}

export class CredentialPool {
  readonly credentials: readonly Credential[];
  /** Keys for this place that are only for other models. */
  readonly reserved: readonly Credential[];
  readonly #selection: Selection;
  readonly #random: () => number;
  readonly #members: readonly Member[];
  readonly #byId: ReadonlyMap<string, Member>;
  /** Position of the member used last; -1 before the first use. */
  #last = -1;
  #releases = 0;
  /** By place; computed for the first conversation. */
  #idHashes: readonly number[] | undefined;

  constructor({ credentials, reserved = [], selection, random }: PoolParts) {
    this.credentials = credentials;
    this.reserved = reserved;
    this.#selection = selection;
    this.#random = random;
    this.#members = credentials.map((credential, place) => {
      return { credential, place, inFlight: 0, total: 0, heldUntil: 0 };
    });
    this.#byId = new Map(this.#members.map((member) => [member.credential.id, member]));
  }

  /** Its order says which key comes first, so that a conversation has no home of its own. */
  get keepsOrder(): boolean {
    return this.#selection === 'fill-first';
  }

  /**
   * Returns the member on which this conversation belongs, held back or not: by rendezvous hashing
   * the same in every process, and a key that is added or removed changes few homes.
   */
  homeOf(conversation: string): Credential | undefined {
    if (this.keepsOrder) return this.credentials[0];
    const weigh = this.#weigherFor(conversation);
    let [home] = this.#members;
    let most = -1;
    for (const member of this.#members) {
      const weight = weigh(member);
      if (weight > most) [home, most] = [member, weight];
    }
    return home?.credential;
  }

  /** Returns the preferred member of those that may be free; `releases` as in `walk`. */
  first(now: number, releases: number): Credential | undefined {
    return this.#choose(this.#ready(now, releases))?.credential;
  }

  /**
   * Yields those that may be free: the preferred one first, then by use, or once round in the
   * pool's order; for a conversation in its own order, alike in every process. If `releases` has
   * changed, a mark ended early and any member may be free.
   */
  *walk(now: number, releases: number, conversation?: string): Iterable<Credential> {
    const ready = this.#ready(now, releases);
    if (conversation !== undefined) {
      for (const { credential } of this.#rank(ready, conversation)) yield credential;
      return;
    }
    const preferred = this.#choose(ready);
    if (preferred === undefined) return;
    yield preferred.credential;
    const place = ready.indexOf(preferred);
    const others = [...ready.slice(place + 1), ...ready.slice(0, place)];
    if (this.#selection === 'least-used') others.sort(compareUse);
    for (const { credential } of others) yield credential;
  }

  /**
   * Returns the members that a walk skips, the first to return first: one more than a list names.
   */
  heldBack(now: number): readonly Credential[] {
    const members = this.#members.filter(({ heldUntil }) => heldUntil > now);
    members.sort((a, b) => a.heldUntil - b.heldUntil);
    return members.slice(0, listLimit + 1).map(({ credential }) => credential);
  }

  /** Skips the credential until this time. */
  noteHeldBack({ id }: Credential, until: number): void {
    const member = this.#byId.get(id);
    if (member !== undefined && this.#members.length > listLimit) member.heldUntil = until;
  }

  find(id: string): Credential | undefined {
    return this.#byId.get(id)?.credential;
  }

  noteUse({ id }: Credential): void {
    const member = this.#byId.get(id);
    if (member === undefined) return;
    this.#last = member.place;
    member.inFlight += 1;
    member.total += 1;
  }

  noteEnd({ id }: Credential): void {
    const member = this.#byId.get(id);
    if (member !== undefined) member.inFlight = Math.max(0, member.inFlight - 1);
  }

  /** Returns them in the pool's order. */
  #ready(now: number, releases: number): readonly Member[] {
    if (this.#members.length <= listLimit) return this.#members;
    if (releases !== this.#releases) for (const member of this.#members) member.heldUntil = 0;
    this.#releases = releases;
    // A loop: `filter` takes twice as long.
    const ready: Member[] = [];
    for (const member of this.#members) if (member.heldUntil <= now) ready.push(member);
    return ready;
  }

  /** The heaviest comes first. */
  #rank(members: readonly Member[], conversation: string): readonly Member[] {
    const weigh = this.#weigherFor(conversation);
    return members.toSorted((a, b) => weigh(b) - weigh(a));
  }

  #weigherFor(conversation: string): (member: Member) => number {
    this.#idHashes ??= this.credentials.map(({ id }) => toNumber(hash('sha256', id)));
    const hashes = this.#idHashes;
    const of = toNumber(conversation);
    return ({ place }) => mix((hashes[place] ?? 0) ^ of);
  }

  /** Returns the preferred one; undefined if none is ready. */
  #choose(ready: readonly Member[]): Member | undefined {
    switch (this.#selection) {
      case 'fill-first':
        return ready[0];
      case 'round-robin':
        return ready.find(({ place }) => place > this.#last) ?? ready[0];
      case 'random':
        return ready[Math.floor(this.#random() * ready.length)];
      case 'least-used':
        return findLeastUsed(ready);
      default:
        return assertNever(this.#selection);
    }
  }
}

function findLeastUsed(ready: readonly Member[]): Member | undefined {
  let [found] = ready;
  for (const member of ready)
    if (found !== undefined && compareUse(member, found) < 0) found = member;
  return found;
}

/** Takes the first 32 bits of a hash in hex. */
function toNumber(hex: string): number {
  return Number.parseInt(hex.slice(0, 8), 16);
}

/** Spreads 32 bits evenly, cheaper than a hash for each key: the finalizer of MurmurHash3. */
function mix(bits: number): number {
  const first = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return (second ^ (second >>> 16)) >>> 0;
}

/** Prefers fewer requests in flight, then fewer uses, then the earlier position. */
function compareUse(a: Member, b: Member): number {
  return a.inFlight - b.inFlight || a.total - b.total || a.place - b.place;
}

/**
 * Keeps a pool for each target: created at first use, and again when the configuration names other
 * credentials.
 */
export class Pools {
  readonly #random: () => number;
  /**
   * The list of credentials is the key: a changed configuration has new lists, and counting starts
   * again.
   */
  readonly #byList = new WeakMap<readonly Credential[], Map<string, CredentialPool>>();

  constructor(random: () => number) {
    this.#random = random;
  }

  /**
   * Returns the pool of the credentials allowed for this target. Default of `selection`:
   * fill-first.
   */
  poolFor(
    target: Target,
    credentials: readonly Credential[],
    selection?: Selection,
  ): CredentialPool {
    const byTarget = this.#byList.get(credentials) ?? new Map<string, CredentialPool>();
    this.#byList.set(credentials, byTarget);
    const key = `${target.id} ${target.origin}`;
    const known = byTarget.get(key);
    if (known !== undefined) return known;
    const here = credentials.filter(({ origin }) => origin === target.origin);
    const pool = new CredentialPool({
      credentials: here.filter((credential) => mayServe(credential, target)),
      reserved: here.filter((credential) => !mayServe(credential, target)),
      selection: selection ?? defaults.selection,
      random: this.#random,
    });
    byTarget.set(key, pool);
    return pool;
  }
}

/** True when the credential is not reserved for other models. */
function mayServe({ models }: Credential, target: Target): boolean {
  return models === undefined || models.some((pattern) => fitsGlob(pattern, target.model));
}
