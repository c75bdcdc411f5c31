/** When each scope last had a success: what makes a secret proven (law 6), and a late failure outdated (law 14). */

import type { Scope } from '../../model/failure.ts';
import type { Proven } from '../../store/store.ts';
import { type MarkPolicy, markPolicies } from './mark-policy.ts';
import type { Identity } from './marks.ts';

/** Every combination of fields that some class marks. */
const shapes: readonly (readonly (keyof Scope)[])[] = [
  ...new Map(Object.values(markPolicies).map(({ scope }) => [scope.join(' '), scope])).values(),
];

export class SuccessLog {
  readonly #proven = new Map<string, Proven>();
  readonly #unsaved = new Set<string>();
  readonly #at = new Map<string, number>();
  /** The same for whole answers: a stream that has begun well may still die. */
  readonly #wholeAt = new Map<string, number>();
  /** The keys of an identity under each shape, made once: they are long, and every success needs them all. */
  readonly #keys = new Map<string, readonly string[]>();

  provenAt(origin: string, fingerprint: string): number | undefined {
    return this.#proven.get(`${origin} ${fingerprint}`)?.at;
  }

  /** True when it was the first success of this secret at this origin. */
  note(identity: Identity, at: number): boolean {
    for (const key of this.#keysOf(identity)) this.#at.set(key, at);
    const { origin, fingerprint } = identity;
    if (fingerprint === 'none') return false;
    const key = `${origin} ${fingerprint}`;
    const isNew = !this.#proven.has(key);
    this.#proven.set(key, { origin, fingerprint, at });
    this.#unsaved.add(key);
    return isNew;
  }

  noteWhole({ origin, model }: Identity, at: number): void {
    this.#wholeAt.set(keyOf({ origin, model }), at);
  }

  /** Takes over what another process, or an earlier run, has seen. */
  noteProven(row: Proven): void {
    const key = `${row.origin} ${row.fingerprint}`;
    if ((this.#proven.get(key)?.at ?? 0) < row.at) this.#proven.set(key, row);
  }

  hasNewerThan(scope: Scope, leasedAt: number, endedBy: MarkPolicy['endedBy']): boolean {
    const log = endedBy === undefined ? this.#at : this.#wholeAt;
    return (log.get(keyOf(scope)) ?? 0) > leasedAt;
  }

  /** The rows that changed since this was last asked. */
  takeUnsaved(): readonly Proven[] {
    const rows = [...this.#unsaved].flatMap((key) => this.#proven.get(key) ?? []);
    this.#unsaved.clear();
    return rows;
  }

  #keysOf(identity: Identity): readonly string[] {
    const whole = keyOf(identity);
    const known = this.#keys.get(whole);
    if (known !== undefined) return known;
    const keys = shapes.map((shape) =>
      keyOf(Object.fromEntries(shape.map((field) => [field, identity[field]]))),
    );
    this.#keys.set(whole, keys);
    return keys;
  }
}

function keyOf(scope: Scope): string {
  return `${scope.origin ?? ''}\n${scope.account ?? ''}\n${scope.fingerprint ?? ''}\n${scope.model ?? ''}`;
}
