/** Finds the marks that cover a candidate (step 2 of a request) without walking over all of them: marks by the shape and the values of their scope. */

import type { Mark, Scope } from '../../model/failure.ts';
import { scopeFields } from '../../store/policy.ts';
import type { Identity } from './marks.ts';

/** A set of scope fields, one bit each. */
type Shape = number;

export class MarkIndex {
  readonly #byKey = new Map<string, Mark>();
  readonly byKey: ReadonlyMap<string, Mark> = this.#byKey;
  readonly #byShape = new Map<Shape, Map<string, Set<Mark>>>();

  put(mark: Mark): void {
    this.remove(mark.key);
    this.#byKey.set(mark.key, mark);
    const shape = shapeOf(mark.scope);
    const places = this.#byShape.get(shape) ?? new Map<string, Set<Mark>>();
    this.#byShape.set(shape, places);
    const place = placeOf(mark.scope, shape);
    places.set(place, new Set([...(places.get(place) ?? []), mark]));
  }

  remove(key: string): void {
    const mark = this.#byKey.get(key);
    if (mark === undefined) return;
    this.#byKey.delete(key);
    const shape = shapeOf(mark.scope);
    const places = this.#byShape.get(shape);
    const place = placeOf(mark.scope, shape);
    const there = places?.get(place);
    there?.delete(mark);
    if (there?.size === 0) places?.delete(place);
    if (places?.size === 0) this.#byShape.delete(shape);
  }

  /** Every mark whose scope matches the candidate; as many look-ups as there are shapes among the marks, six at most. */
  matching(identity: Identity): readonly Mark[] {
    const found: Mark[] = [];
    for (const [shape, places] of this.#byShape) found.push(...(places.get(placeOf(identity, shape)) ?? []));
    return found;
  }
}

function shapeOf(scope: Scope): Shape {
  return scopeFields.reduce(
    (shape, field, bit) => (scope[field] === undefined ? shape : shape | (1 << bit)),
    0,
  );
}

function placeOf(scope: Scope, shape: Shape): string {
  let place = '';
  for (let bit = 0; bit < scopeFields.length; bit++) {
    const field = scopeFields[bit];
    if (field !== undefined && (shape & (1 << bit)) !== 0) place += `${bit}=${scope[field]}\n`;
  }
  return place;
}
