/** Who has worked, and when last: what makes a secret proven (law 6), and a late failure outdated (law 14). */

import type { Scope } from '../../model/failure.ts';
import { isInside } from '../../store/policy.ts';
import type { Proven } from '../../store/store.ts';
import type { MarkPolicy } from './mark-policy.ts';
import type { Identity } from './marks.ts';

/** One identity that has worked: found once, because its keys are long texts and every success needs them all. */
interface Worked {
  readonly identity: Identity;
  /** Epoch ms of its latest success, and of its latest whole answer: a stream that has begun well may still die. */
  at: number;
  wholeAt: number;
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
  readonly #worked = new Map<string, Worked>();
  /** The one noted last: one success follows another of the same identity. */
  #latest: Worked | undefined;

  /** `place` is an origin, or `placeOf` a model there. */
  provenAt(place: string, fingerprint: string): number | undefined {
    return this.#proven.get(keyOfProven(place, fingerprint))?.at;
  }

  /** True when it was the first success of this secret at this origin, or with this model. */
  note(identity: Identity, at: number): boolean {
    const worked = this.of(identity);
    worked.at = at;
    const { fingerprint } = identity;
    if (fingerprint === 'none') return false;
    let isNew = false;
    for (const row of worked.proven) {
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

  /** Takes over what another process, or an earlier run, has seen. */
  noteProven(row: Proven): void {
    const key = keyOfProven(row.origin, row.fingerprint);
    if ((this.#proven.get(key)?.at ?? 0) < row.at) this.#proven.set(key, row);
  }

  /** Whether anybody inside the scope has worked after this time. */
  hasNewerThan(scope: Scope, leasedAt: number, endedBy: MarkPolicy['endedBy']): boolean {
    const field = endedBy === 'whole-answer' ? 'wholeAt' : 'at';
    for (const worked of this.#worked.values())
      if (worked[field] > leasedAt && isInside(worked.identity, scope)) return true;
    return false;
  }

  /** The rows that changed since this was last asked. */
  takeUnsaved(): readonly Proven[] {
    const rows = [...this.#unsaved].flatMap((key) => this.#proven.get(key) ?? []);
    this.#unsaved.clear();
    return rows;
  }

  of(identity: Identity): Worked {
    const latest = this.#latest?.identity;
    const isLatest =
      latest?.fingerprint === identity.fingerprint &&
      latest.model === identity.model &&
      latest.account === identity.account &&
      latest.origin === identity.origin &&
      latest.operation === identity.operation;
    if (!isLatest || this.#latest === undefined) this.#latest = this.#find(identity);
    return this.#latest;
  }

  #find(identity: Identity): Worked {
    const { origin, account, fingerprint, model, operation } = identity;
    const name = [origin, account, fingerprint, model, operation].join('\n');
    const known = this.#worked.get(name);
    if (known !== undefined) return known;
    const proven = [origin, placeOf(origin, model)].map((place) => ({
      place,
      key: keyOfProven(place, fingerprint),
      ofModel: place !== origin,
      notedAt: Number.NEGATIVE_INFINITY,
    }));
    const worked = { identity, at: 0, wholeAt: 0, proven };
    this.#worked.set(name, worked);
    return worked;
  }
}

/** A model at an origin, in the place of an origin; no origin has a blank in it. */
export function placeOf(origin: string, model: string): string {
  return `${origin} ${model}`;
}

function keyOfProven(place: string, fingerprint: string): string {
  return `${fingerprint} ${place}`;
}
