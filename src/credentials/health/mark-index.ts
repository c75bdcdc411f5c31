/**
 * Finds the marks that cover a candidate (step 2 of a request) without walking over all of them:
 * marks by the shape and the values of their scope.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Mark, Scope } from '../../model/failure.ts';
import { scopeFields } from '../../store/policy.ts';
import type { Identity } from './marks.ts';

type ScopeField = (typeof scopeFields)[number];

export class MarkIndex {
  readonly #byKey = new Map<string, Mark>();
  readonly byKey: ReadonlyMap<string, Mark> = this.#byKey;
  /** The combinations of fields that scopes have, by their joined names: at most seven. */
  readonly #shapes = new Map<string, readonly ScopeField[]>();
  readonly #byPlace = new Map<string, Set<Mark>>();
  /**
   * Marks that refuse a secret, by secret and origin: refusals at several sites count for the whole
   * host.
   */
  readonly #refusals = new Map<string, ReadonlySet<Mark>>();

  put(mark: Mark): void {
    this.remove(mark.key);
    this.#byKey.set(mark.key, mark);
    const shape = shapeOf(mark.scope);
    this.#shapes.set(shape.join(), shape);
    const place = scopeKey(mark.scope, shape);
    this.#byPlace.set(place, new Set([...(this.#byPlace.get(place) ?? []), mark]));
    const secret = refusedSecretOf(mark);
    if (secret !== undefined)
      this.#refusals.set(secret, new Set([...(this.#refusals.get(secret) ?? []), mark]));
  }

  remove(key: string): void {
    const mark = this.#byKey.get(key);
    if (mark === undefined) return;
    this.#byKey.delete(key);
    const place = scopeKey(mark.scope, shapeOf(mark.scope));
    const there = this.#byPlace.get(place);
    there?.delete(mark);
    if (there?.size === 0) this.#byPlace.delete(place);
    const secret = refusedSecretOf(mark);
    if (secret === undefined) return;
    const others = [...(this.#refusals.get(secret) ?? [])].filter((other) => other !== mark);
    if (others.length > 0) this.#refusals.set(secret, new Set(others));
    else this.#refusals.delete(secret);
  }

  /** Returns marks that refuse this secret, at any site of the origin. */
  refusalsOf(secret: Pick<Identity, 'origin' | 'fingerprint'>): Iterable<Mark> {
    return this.#refusals.size === 0 ? none : (this.#refusals.get(nameSecret(secret)) ?? none);
  }

  /**
   * Returns every mark whose scope matches the candidate, with one look-up per combination of
   * fields.
   */
  matching(identity: Identity): readonly Mark[] {
    const found: Mark[] = [];
    for (const shape of this.#shapes.values())
      found.push(...(this.#byPlace.get(scopeKey(identity, shape)) ?? []));
    return found;
  }
}

const none: readonly Mark[] = [];

function refusedSecretOf({ cause, scope: { origin, fingerprint } }: Mark): string | undefined {
  if (rowOfClass(cause).mark?.refusesKey !== true || origin === undefined) return undefined;
  return fingerprint === undefined || fingerprint === 'none'
    ? undefined
    : nameSecret({ origin, fingerprint });
}

function nameSecret({ origin, fingerprint }: Pick<Identity, 'origin' | 'fingerprint'>): string {
  return `${origin} ${fingerprint}`;
}

function shapeOf(scope: Scope): readonly ScopeField[] {
  return scopeFields.filter((field) => scope[field] !== undefined);
}

function scopeKey(scope: Scope, shape: readonly ScopeField[]): string {
  let place = '';
  for (const field of shape) place += `${field}=${scope[field]}\n`;
  return place;
}
