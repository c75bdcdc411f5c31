/** Finds the marks that cover a candidate (step 2 of a request) without walking over all of them: marks by the shape and the values of their scope. */

import type { Mark, Scope } from '../../model/failure.ts';
import { scopeFields as fields } from '../../store/policy.ts';
import type { Identity } from './marks.ts';

/** A set of scope fields, one bit each. */
type Shape = number;

export class MarkIndex {
  readonly #byKey = new Map<string, Mark>();
  readonly #byScope = new Map<string, Set<Mark>>();
  readonly #shapes = new Map<Shape, number>();

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): Mark | undefined {
    return this.#byKey.get(key);
  }

  all(): IterableIterator<Mark> {
    return this.#byKey.values();
  }

  put(mark: Mark): void {
    this.remove(mark.key);
    this.#byKey.set(mark.key, mark);
    const shape = shapeOf(mark.scope);
    const place = placeOf(mark.scope, shape);
    const there = this.#byScope.get(place);
    if (there === undefined) this.#byScope.set(place, new Set([mark]));
    else there.add(mark);
    this.#shapes.set(shape, (this.#shapes.get(shape) ?? 0) + 1);
  }

  remove(key: string): Mark | undefined {
    const mark = this.#byKey.get(key);
    if (mark === undefined) return undefined;
    this.#byKey.delete(key);
    const shape = shapeOf(mark.scope);
    const place = placeOf(mark.scope, shape);
    const there = this.#byScope.get(place);
    there?.delete(mark);
    if (there?.size === 0) this.#byScope.delete(place);
    const left = (this.#shapes.get(shape) ?? 1) - 1;
    if (left === 0) this.#shapes.delete(shape);
    else this.#shapes.set(shape, left);
    return mark;
  }

  /** Every mark whose scope matches the candidate; as many look-ups as there are shapes among the marks, six at most. */
  matching(identity: Identity): readonly Mark[] {
    if (this.#byKey.size === 0) return [];
    const found: Mark[] = [];
    for (const shape of this.#shapes.keys()) {
      found.push(...(this.#byScope.get(placeOf(identity, shape)) ?? []));
    }
    return found;
  }
}

function shapeOf(scope: Scope): Shape {
  return fields.reduce((shape, field, bit) => (scope[field] === undefined ? shape : shape | (1 << bit)), 0);
}

function placeOf(scope: Scope, shape: Shape): string {
  let place = '';
  for (let bit = 0; bit < fields.length; bit++) {
    const field = fields[bit];
    if (field !== undefined && (shape & (1 << bit)) !== 0) place += `${bit}=${scope[field]}\n`;
  }
  return place;
}
