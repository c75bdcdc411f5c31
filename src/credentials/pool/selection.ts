/**
 * The strategies by which a pool orders its credentials: who is asked first, and who next (step 2 of a request). Each is
 * an order over the members that are ready; the pool takes members out while they are benched.
 */

import { assertNever } from '../../errors.ts';
import type { Selection } from '../../model/credential.ts';
import { MemberHeap } from './member-heap.ts';
import { SortedMembers } from './sorted-members.ts';

/** Members are numbers: their places in the pool's list. */
export interface Order {
  add(member: number): void;
  remove(member: number): void;
  /** The preferred one of the ready members; undefined when there is none. */
  first(): number | undefined;
  /** Ready members, the preferred one first, each once. Members may come and go while it is walked. */
  walk(): Iterable<number>;
  /** This member was chosen. */
  noteUse(member: number): void;
  /** A request that had chosen it is over. */
  noteEnd(member: number): void;
}

/** An order without members. `random` is uniform in [0, 1). */
export function createOrder(selection: Selection, random: () => number): Order {
  switch (selection) {
    case 'fill-first':
      return new CircularOrder({ start: () => 0 });
    case 'round-robin':
      return new CircularOrder({ start: (_members, last) => last + 1 });
    case 'random':
      return new CircularOrder({ start: (members) => members.at(Math.floor(random() * members.size)) });
    case 'least-used':
      return new UseOrder();
    default:
      return assertNever(selection);
  }
}

/** Where a walk begins: at the first ready member from this number on. */
interface Beginning {
  readonly start: (members: SortedMembers, last: number) => number;
}

/** The pool's own order, once round from where the strategy begins. */
class CircularOrder implements Order {
  readonly #members = new SortedMembers();
  readonly #beginning: Beginning;
  #last = -1;

  constructor(beginning: Beginning) {
    this.#beginning = beginning;
  }

  add(member: number): void {
    this.#members.add(member);
  }

  remove(member: number): void {
    this.#members.remove(member);
  }

  first(): number | undefined {
    const start = this.#beginning.start(this.#members, this.#last);
    return this.#members.from(start) ?? this.#members.from(0);
  }

  *walk(): Iterable<number> {
    const start = this.#beginning.start(this.#members, this.#last);
    yield* this.#walkBetween(start, Number.POSITIVE_INFINITY);
    yield* this.#walkBetween(0, start);
  }

  noteUse(member: number): void {
    this.#last = member;
  }

  noteEnd(): void {
    // what is in flight does not change this order
  }

  *#walkBetween(from: number, before: number): Iterable<number> {
    let member = this.#members.from(from);
    while (member !== undefined && member < before) {
      yield member;
      member = this.#members.from(member + 1);
    }
  }
}

/** Fewest requests in flight, then fewest so far, then the pool's own order. */
class UseOrder implements Order {
  /** By member: requests in flight, and requests so far. */
  readonly #inFlight: number[] = [];
  readonly #total: number[] = [];
  readonly #heap = new MemberHeap((a, b) => this.#compare(a, b));

  add(member: number): void {
    this.#inFlight[member] ??= 0;
    this.#total[member] ??= 0;
    this.#heap.add(member);
  }

  remove(member: number): void {
    this.#heap.remove(member);
  }

  first(): number | undefined {
    return this.#heap.first;
  }

  /** As long as each first one is taken out on being looked at, the next costs next to nothing; whoever skips one pays for a copy. */
  *walk(): Iterable<number> {
    let { first } = this.#heap;
    let last: number | undefined;
    while (first !== undefined && first !== last) {
      yield first;
      last = first;
      first = this.#heap.first;
    }
    for (const member of this.#heap.ordered()) if (member !== last) yield member;
  }

  noteUse(member: number): void {
    this.#inFlight[member] = this.#flightsOf(member) + 1;
    this.#total[member] = this.#totalOf(member) + 1;
    this.#heap.settle(member);
  }

  noteEnd(member: number): void {
    this.#inFlight[member] = Math.max(0, this.#flightsOf(member) - 1);
    this.#heap.settle(member);
  }

  #compare(a: number, b: number): number {
    return this.#flightsOf(a) - this.#flightsOf(b) || this.#totalOf(a) - this.#totalOf(b) || a - b;
  }

  #flightsOf(member: number): number {
    return this.#inFlight[member] ?? 0;
  }

  #totalOf(member: number): number {
    return this.#total[member] ?? 0;
  }
}
