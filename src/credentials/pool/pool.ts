/**
 * The credentials of one target, in the order of its strategy (step 2 of a request). A choice scans the whole list: that
 * is cheap up to a thousand keys, and slower, but as right, beyond (docs/performance.md).
 */

import type { Credential, Selection } from '../../model/credential.ts';
import { defaults } from '../../model/defaults.ts';
import type { Target } from '../../model/target.ts';
import { fitsGlob } from '../../providers/glob.ts';
import { choosePreferred, listOthers, type SelectionParts, Uses } from './selection.ts';

/** Of a pool with more keys than this, lists name the first ones and count the rest. */
export const listLimit = 32;

export interface PoolParts {
  readonly credentials: readonly Credential[];
  readonly selection: Selection;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export class CredentialPool {
  readonly credentials: readonly Credential[];
  readonly #selection: Selection;
  readonly #parts: SelectionParts;
  readonly #members: ReadonlyMap<string, number>;
  readonly #everyone: readonly number[];
  /** By member: until when it need not be looked at, epoch ms. Stays zero in a pool that is listed whole, where each one skipped stands in the record. */
  readonly #benchedUntil: Float64Array;
  #releases = 0;

  constructor({ credentials, selection, random }: PoolParts) {
    this.credentials = credentials;
    this.#selection = selection;
    this.#parts = { uses: new Uses(credentials.length), random };
    this.#members = new Map(credentials.map(({ id }, member) => [id, member]));
    this.#everyone = [...credentials.keys()];
    this.#benchedUntil = new Float64Array(credentials.length);
  }

  /** The preferred one of those that may be free; `releases` as in `walk`. */
  first(now: number, releases: number): Credential | undefined {
    const preferred = choosePreferred(this.#selection, this.#ready(now, releases), this.#parts);
    return preferred === undefined ? undefined : this.credentials[preferred];
  }

  /**
   * Those that may be free, the preferred one first. Where `releases` has changed, a mark ended before its time, and
   * everybody may be free.
   */
  *walk(now: number, releases: number): Iterable<Credential> {
    const ready = this.#ready(now, releases);
    const preferred = choosePreferred(this.#selection, ready, this.#parts);
    if (preferred === undefined) return;
    yield* this.#named([preferred]);
    yield* this.#named(listOthers(this.#selection, ready, { preferred, uses: this.#parts.uses }));
  }

  /** Those that a walk leaves out, the first to return first: one more than a list names. */
  benched(now: number): readonly Credential[] {
    const members = this.#everyone.filter((member) => this.#untilOf(member) > now);
    members.sort((a, b) => this.#untilOf(a) - this.#untilOf(b));
    return [...this.#named(members.slice(0, listLimit + 1))];
  }

  /** It need not be looked at before this time. */
  noteBenched(credential: Credential, until: number): void {
    const member = this.#members.get(credential.id);
    if (member !== undefined && this.credentials.length > listLimit) this.#benchedUntil[member] = until;
  }

  find(id: string): Credential | undefined {
    const member = this.#members.get(id);
    return member === undefined ? undefined : this.credentials[member];
  }

  noteUse(credential: Credential): void {
    const member = this.#members.get(credential.id);
    if (member !== undefined) this.#parts.uses.begin(member);
  }

  noteEnd(credential: Credential): void {
    const member = this.#members.get(credential.id);
    if (member !== undefined) this.#parts.uses.end(member);
  }

  #ready(now: number, releases: number): readonly number[] {
    if (releases !== this.#releases) this.#benchedUntil.fill(0);
    this.#releases = releases;
    if (this.credentials.length <= listLimit) return this.#everyone;
    // A loop, where `filter` takes twice as long.
    const ready: number[] = [];
    for (const member of this.#everyone) if (this.#untilOf(member) <= now) ready.push(member);
    return ready;
  }

  #untilOf(member: number): number {
    return this.#benchedUntil[member] ?? 0;
  }

  *#named(members: readonly number[]): Iterable<Credential> {
    for (const member of members) {
      const credential = this.credentials[member];
      if (credential !== undefined) yield credential;
    }
  }
}

/** All pools in use, by target: made when first asked for, and made anew when the configuration names other credentials. */
export class Pools {
  readonly #random: () => number;
  /** The list is the pool's identity: a configuration that changed has other lists, and what was counted starts again. */
  readonly #byList = new WeakMap<readonly Credential[], Map<string, CredentialPool>>();

  constructor(random: () => number) {
    this.#random = random;
  }

  /** The pool of those credentials that may be used for this target. Default of `selection`: fill-first. */
  poolFor(target: Target, credentials: readonly Credential[], selection?: Selection): CredentialPool {
    const byTarget = this.#byList.get(credentials) ?? new Map<string, CredentialPool>();
    this.#byList.set(credentials, byTarget);
    const key = `${target.id} ${target.origin}`;
    const known = byTarget.get(key);
    if (known !== undefined) return known;
    const pool = new CredentialPool({
      credentials: credentials.filter((credential) => mayServe(credential, target)),
      selection: selection ?? defaults.selection,
      random: this.#random,
    });
    byTarget.set(key, pool);
    return pool;
  }
}

/** Bound to the target's origin (law 12), and not reserved for other models. */
function mayServe({ origin, models }: Credential, target: Target): boolean {
  if (origin !== target.origin) return false;
  return models === undefined || models.some((pattern) => fitsGlob(pattern, target.model));
}
