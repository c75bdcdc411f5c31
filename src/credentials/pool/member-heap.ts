/** A binary heap of numbers that knows where each one stands: members of a pool by their use, or by the time of their return. */

export class MemberHeap {
  readonly #heap: number[] = [];
  /** Where each member stands; absent while it is out. */
  readonly #places: (number | undefined)[] = [];
  readonly #compare: (a: number, b: number) => number;

  /** `compare` is below zero where `a` comes before `b`; it may change for a member only around `settle`. */
  constructor(compare: (a: number, b: number) => number) {
    this.#compare = compare;
  }

  get first(): number | undefined {
    return this.#heap[0];
  }

  has(member: number): boolean {
    return this.#places[member] !== undefined;
  }

  add(member: number): void {
    if (this.has(member)) return;
    this.#put(member, this.#heap.length);
    this.settle(member);
  }

  remove(member: number): void {
    const place = this.#places[member];
    const last = this.#heap.at(-1);
    if (place === undefined || last === undefined) return;
    this.#heap.pop();
    this.#places[member] = undefined;
    if (last === member) return;
    this.#put(last, place);
    this.settle(last);
  }

  /** Puts a member where it belongs after what it is compared by has changed. */
  settle(member: number): void {
    const place = this.#places[member];
    if (place === undefined) return;
    this.#sink(this.#rise(place));
  }

  /** The members that are there when it begins, in order; whoever stops early pays for those he has seen. */
  *ordered(): Iterable<number> {
    const members = this.#heap.slice();
    const at = (place: number): number => members[place] ?? 0;
    // Whoever comes next stands right below somebody who came before.
    const next = new MemberHeap((a, b) => this.#compare(at(a), at(b)));
    if (members.length > 0) next.add(0);
    for (let place = next.first; place !== undefined; place = next.first) {
      yield at(place);
      next.remove(place);
      for (const below of [2 * place + 1, 2 * place + 2]) if (below < members.length) next.add(below);
    }
  }

  #rise(from: number): number {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(place, parent)) break;
      this.#swap(place, parent);
      place = parent;
    }
    return place;
  }

  #sink(from: number): void {
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      let best = place;
      if (this.#isBefore(left, best)) best = left;
      if (this.#isBefore(left + 1, best)) best = left + 1;
      if (best === place) return;
      this.#swap(place, best);
      place = best;
    }
  }

  #isBefore(place: number, other: number): boolean {
    const [left, right] = [this.#heap[place], this.#heap[other]];
    return left !== undefined && right !== undefined && this.#compare(left, right) < 0;
  }

  #swap(place: number, other: number): void {
    const [left, right] = [this.#heap[place], this.#heap[other]];
    if (left === undefined || right === undefined) return;
    this.#put(left, other);
    this.#put(right, place);
  }

  #put(member: number, place: number): void {
    this.#heap[place] = member;
    this.#places[member] = place;
  }
}
