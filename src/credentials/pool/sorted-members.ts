/** A set of numbers in order, for pools of up to some ten thousand: look-ups halve, changes move memory once. */

export class SortedMembers {
  readonly #members: number[] = [];

  get size(): number {
    return this.#members.length;
  }

  add(member: number): void {
    const place = this.#placeOf(member);
    if (this.#members[place] !== member) this.#members.splice(place, 0, member);
  }

  remove(member: number): void {
    const place = this.#placeOf(member);
    if (this.#members[place] === member) this.#members.splice(place, 1);
  }

  /** The first member that is not below `number`. */
  from(number: number): number | undefined {
    return this.#members[this.#placeOf(number)];
  }

  /** The member at a place; 0 for a place that there is none at. */
  at(place: number): number {
    return this.#members[place] ?? 0;
  }

  #placeOf(member: number): number {
    let low = 0;
    let high = this.#members.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#members[middle] ?? 0) < member) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
