/**
 * The credentials of one target, in the order of its strategy (step 2 of a request). A large pool sets benched members
 * aside until their end, so that a choice costs the same among ten and among ten thousand.
 */

import type { Credential, Selection } from '../../model/credential.ts';
import { MemberHeap } from './member-heap.ts';
import { createOrder, type Order } from './selection.ts';

/** A smaller pool is looked over whole each time: then every skipped credential stands in the record. */
const asideFrom = 33;

export interface PoolParts {
  readonly credentials: readonly Credential[];
  readonly selection: Selection;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export class CredentialPool {
  readonly credentials: readonly Credential[];
  readonly #order: Order;
  readonly #members = new Map<string, number>();
  readonly #ends = new Map<number, number>();
  readonly #aside = new MemberHeap((a, b) => this.#endOf(a) - this.#endOf(b));
  #releases = 0;

  constructor({ credentials, selection, random }: PoolParts) {
    this.credentials = credentials;
    this.#order = createOrder(selection, random);
    for (const [member, { id }] of credentials.entries()) {
      this.#members.set(id, member);
      this.#order.add(member);
    }
  }

  /** The preferred one of those that may be free; `releases` as in `walk`. */
  first(now: number, releases: number): Credential | undefined {
    this.#takeBack(now, releases);
    const member = this.#order.first();
    return member === undefined ? undefined : this.credentials[member];
  }

  /** Credentials that may be free, the preferred one first. `releases` tells whether something was let go before its end. */
  *walk(now: number, releases: number): Iterable<Credential> {
    this.#takeBack(now, releases);
    for (const member of this.#order.walk()) {
      const credential = this.credentials[member];
      if (credential !== undefined) yield credential;
    }
  }

  /** Those set aside, the one that returns first before the others. */
  aside(limit: number): readonly Credential[] {
    const found: Credential[] = [];
    for (const member of this.#aside.ordered()) {
      if (found.length >= limit) break;
      const credential = this.credentials[member];
      if (credential !== undefined) found.push(credential);
    }
    return found;
  }

  /** A benched credential need not be looked at before its end. */
  setAside(credential: Credential, until: number): void {
    const member = this.#members.get(credential.id);
    if (member === undefined || this.credentials.length < asideFrom) return;
    this.#order.remove(member);
    this.#ends.set(member, until);
    this.#aside.add(member);
  }

  find(id: string): Credential | undefined {
    const member = this.#members.get(id);
    return member === undefined ? undefined : this.credentials[member];
  }

  noteUse(credential: Credential): void {
    const member = this.#members.get(credential.id);
    if (member !== undefined) this.#order.noteUse(member);
  }

  noteEnd(credential: Credential): void {
    const member = this.#members.get(credential.id);
    if (member !== undefined) this.#order.noteEnd(member);
  }

  #takeBack(now: number, releases: number): void {
    const before = releases === this.#releases ? now : Number.POSITIVE_INFINITY;
    this.#releases = releases;
    let { first } = this.#aside;
    while (first !== undefined && this.#endOf(first) <= before) {
      this.#aside.remove(first);
      this.#order.add(first);
      first = this.#aside.first;
    }
  }

  #endOf(member: number): number {
    return this.#ends.get(member) ?? 0;
  }
}
