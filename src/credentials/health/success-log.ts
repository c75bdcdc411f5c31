/** When each scope last had a success: what makes a secret proven (law 6), and a late failure outdated (law 14). */

import type { Scope } from '../../model/failure.ts';
import type { Proven } from '../../store/store.ts';
import { type MarkPolicy, markPolicies } from './mark-policy.ts';
import type { Identity } from './marks.ts';

/** Every combination of fields that some class marks. */
const shapes: readonly (readonly (keyof Scope)[])[] = [
  ...new Map(
    Object.values(markPolicies)
      .map(({ scope, ofOperation }) => (ofOperation === true ? [...scope, 'operation' as const] : scope))
      .map((shape) => [shape.join(' '), shape]),
  ).values(),
];

/** The latest success of one scope, epoch ms. */
interface Moment {
  at: number;
}

/** Where the successes of one identity are noted: found once, because the keys are long texts and every success needs them all. */
interface Moments {
  readonly identity: Identity;
  /** One for each shape. */
  readonly scopes: readonly Moment[];
  readonly whole: Moment;
  /** The secret at its origin, and there with its model. */
  readonly proven: readonly ProvenPlace[];
}

interface ProvenPlace {
  readonly place: string;
  readonly key: string;
  readonly ofModel: boolean;
  /** Epoch ms. */
  notedAt: number;
}

/** That a secret has worked with a model is asked, not when: its row is written anew once a minute. */
const modelRowMs = 60_000;

export class SuccessLog {
  readonly #proven = new Map<string, Proven>();
  readonly #unsaved = new Set<string>();
  readonly #at = new Map<string, Moment>();
  /** The same for whole answers: a stream that has begun well may still die. */
  readonly #wholeAt = new Map<string, Moment>();
  readonly #known = new Map<string, Moments>();
  /** Those used last: one success follows another of the same identity. */
  #latest: Moments | undefined;

  /** `place` is an origin, or `placeOf` a model there. */
  provenAt(place: string, fingerprint: string): number | undefined {
    return this.#proven.get(keyOfProven(place, fingerprint))?.at;
  }

  /** True when it was the first success of this secret at this origin, or with this model. */
  note(identity: Identity, at: number): boolean {
    const { scopes, proven } = this.#momentsOf(identity);
    for (const moment of scopes) moment.at = at;
    const { fingerprint } = identity;
    if (fingerprint === 'none') return false;
    let isNew = false;
    for (const row of proven) {
      if (row.ofModel && at - row.notedAt < modelRowMs) continue;
      row.notedAt = at;
      isNew ||= !this.#proven.has(row.key);
      this.#proven.set(row.key, { origin: row.place, fingerprint, at });
      this.#unsaved.add(row.key);
    }
    return isNew;
  }

  /** What the secret before has proven holds for the one that follows it; returns its rows. */
  renew(origin: string, before: string, after: string): readonly Proven[] {
    const rows = [...this.#proven.values()]
      .filter((row) => row.fingerprint === before && row.origin.split(' ')[0] === origin)
      .map((row) => ({ ...row, fingerprint: after }));
    for (const row of rows) this.noteProven(row);
    return rows;
  }

  noteWhole(identity: Identity, at: number): void {
    this.#momentsOf(identity).whole.at = at;
  }

  /** Takes over what another process, or an earlier run, has seen. */
  noteProven(row: Proven): void {
    const key = keyOfProven(row.origin, row.fingerprint);
    if ((this.#proven.get(key)?.at ?? 0) < row.at) this.#proven.set(key, row);
  }

  hasNewerThan(scope: Scope, leasedAt: number, endedBy: MarkPolicy['endedBy']): boolean {
    const log = endedBy === 'whole-answer' ? this.#wholeAt : this.#at;
    return (log.get(keyOf(scope))?.at ?? 0) > leasedAt;
  }

  /** The rows that changed since this was last asked. */
  takeUnsaved(): readonly Proven[] {
    const rows = [...this.#unsaved].flatMap((key) => this.#proven.get(key) ?? []);
    this.#unsaved.clear();
    return rows;
  }

  #momentsOf(identity: Identity): Moments {
    if (this.#latest === undefined || !isSame(this.#latest.identity, identity))
      this.#latest = this.#find(identity);
    return this.#latest;
  }

  #find(identity: Identity): Moments {
    const name = keyOf(identity);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const { origin, model, fingerprint } = identity;
    const moments = {
      identity,
      scopes: shapes.map((shape) =>
        momentIn(this.#at, Object.fromEntries(shape.map((field) => [field, identity[field]]))),
      ),
      whole: momentIn(this.#wholeAt, { origin, model }),
      proven: [origin, placeOf(origin, model)].map((place) => ({
        place,
        key: keyOfProven(place, fingerprint),
        ofModel: place !== origin,
        notedAt: Number.NEGATIVE_INFINITY,
      })),
    };
    this.#known.set(name, moments);
    return moments;
  }
}

/** A model at an origin, in the place of an origin; no origin has a blank in it. */
export function placeOf(origin: string, model: string): string {
  return `${origin} ${model}`;
}

function keyOfProven(place: string, fingerprint: string): string {
  return `${fingerprint} ${place}`;
}

/** The moment of this scope, shared by all whom the scope covers. */
function momentIn(log: Map<string, Moment>, scope: Scope): Moment {
  const key = keyOf(scope);
  const known = log.get(key);
  if (known !== undefined) return known;
  const moment = { at: 0 };
  log.set(key, moment);
  return moment;
}

function isSame(one: Identity, other: Identity): boolean {
  return (
    one.fingerprint === other.fingerprint &&
    one.model === other.model &&
    one.account === other.account &&
    one.origin === other.origin &&
    one.operation === other.operation
  );
}

function keyOf(scope: Scope): string {
  const { origin = '', account = '', fingerprint = '', model = '', operation = '' } = scope;
  return `${origin}\n${account}\n${fingerprint}\n${model}\n${operation}`;
}
