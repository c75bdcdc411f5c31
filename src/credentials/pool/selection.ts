/** The strategies by which a pool orders the members that are ready (step 2 of a request). Members are numbers: their places in the pool's list. */

import { assertNever } from '../../errors.ts';
import type { Selection } from '../../model/credential.ts';

/** What was counted about the members of one pool. */
export class Uses {
  /** The member chosen last; -1 before the first choice. */
  last = -1;
  /** By member: requests in flight, and requests so far. */
  readonly #inFlight: number[];
  readonly #total: number[];

  constructor(size: number) {
    this.#inFlight = Array<number>(size).fill(0);
    this.#total = Array<number>(size).fill(0);
  }

  begin(member: number): void {
    this.last = member;
    this.#inFlight[member] = this.#flightsOf(member) + 1;
    this.#total[member] = this.#totalOf(member) + 1;
  }

  end(member: number): void {
    this.#inFlight[member] = Math.max(0, this.#flightsOf(member) - 1);
  }

  /** Below zero where `a` has fewer requests in flight, then fewer so far, then the earlier place. */
  compare(a: number, b: number): number {
    return this.#flightsOf(a) - this.#flightsOf(b) || this.#totalOf(a) - this.#totalOf(b) || a - b;
  }

  #flightsOf(member: number): number {
    return this.#inFlight[member] ?? 0;
  }

  #totalOf(member: number): number {
    return this.#total[member] ?? 0;
  }
}

export interface SelectionParts {
  readonly uses: Uses;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The preferred one of the ready members, which stand in the pool's order; undefined where there is none. */
export function choosePreferred(
  selection: Selection,
  ready: readonly number[],
  { uses, random }: SelectionParts,
): number | undefined {
  switch (selection) {
    case 'fill-first':
      return ready[0];
    case 'round-robin':
      return ready.find((member) => member > uses.last) ?? ready[0];
    case 'random':
      return ready[Math.floor(random() * ready.length)];
    case 'least-used':
      return findLeastUsed(ready, uses);
    default:
      return assertNever(selection);
  }
}

/** Those who come after the preferred one: by their use, or once round in the pool's order. */
export function listOthers(
  selection: Selection,
  ready: readonly number[],
  { preferred, uses }: { readonly preferred: number; readonly uses: Uses },
): readonly number[] {
  const place = ready.indexOf(preferred);
  const others = [...ready.slice(place + 1), ...ready.slice(0, place)];
  return selection === 'least-used' ? others.sort((a, b) => uses.compare(a, b)) : others;
}

function findLeastUsed(ready: readonly number[], uses: Uses): number | undefined {
  let [found] = ready;
  for (const member of ready) if (found !== undefined && uses.compare(member, found) < 0) found = member;
  return found;
}
