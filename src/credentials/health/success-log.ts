/**
 * Remembers which secrets worked, and when last: this makes a secret proven (law 6), and a late
 * failure outdated (law 14).
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Mark } from '../../model/failure.ts';
import { isInside } from '../../store/policy.ts';
import type { Proven } from '../../store/store.ts';
import { isEnough } from './mark-policy.ts';
import type { Identity } from './marks.ts';

/** Its long text keys are built once, because every success needs all of them. */
interface Worked {
  readonly identity: Identity;
  /**
   * Times of the latest success and of the latest complete answer, epoch ms: a stream that began
   * well may still break.
   */
  at: number;
  wholeAt: number;
  /** Lists the secret at its site, and the same with its model. */
  readonly proven: readonly ProvenPlace[];
}

interface ProvenPlace extends Pick<Proven, 'site' | 'model' | 'fingerprint'> {
  readonly key: string;
  notedAt: number;
}

export type ProvenQuestion = Pick<Identity, 'origin' | 'site' | 'fingerprint'> & {
  readonly model?: string;
};

/** A success with a model rewrites its row only once a minute: nobody asks for the exact time. */
const modelRowMs = 60_000;

export class SuccessLog {
  readonly #proven = new Map<string, Proven>();
  readonly #unsaved = new Set<string>();
  readonly #worked = new Map<string, Worked>();
  /** Caches the identity noted last: successes of one identity often follow each other. */
  #latest: Worked | undefined;

  /**
   * Returns when this secret last worked at this site, with this model if one is named. Until then
   * an older row of the origin counts.
   */
  provenAt({ origin, site, fingerprint, model }: ProvenQuestion): number | undefined {
    const own = this.#proven.get(keyOfProven({ site, model, fingerprint }));
    return (own ?? this.#proven.get(keyOfProven({ site: origin, model, fingerprint })))?.at;
  }

  /** Returns true for the first success of this secret at this site, or with this model. */
  note(identity: Identity, at: number): boolean {
    const worked = this.of(identity);
    worked.at = at;
    if (identity.fingerprint === 'none') return false;
    let isNew = false;
    for (const row of worked.proven) {
      const { key, site, model, fingerprint } = row;
      if (model !== undefined && at - row.notedAt < modelRowMs) continue;
      row.notedAt = at;
      isNew ||= !this.#proven.has(key);
      this.#proven.set(key, { site, model, fingerprint, at });
      this.#unsaved.add(key);
    }
    return isNew;
  }

  /** The new secret inherits what the old one has proven; returns its rows. */
  renew(origin: string, before: string, after: string): readonly Proven[] {
    const rows = [...this.#proven.values()]
      .filter(
        ({ site, fingerprint }) => fingerprint === before && URL.parse(site)?.origin === origin,
      )
      .map((row) => ({ ...row, fingerprint: after }));
    for (const row of rows) this.noteProven(row);
    return rows;
  }

  /** Adopts what another process or an earlier run has seen. */
  noteProven(row: Proven): void {
    const key = keyOfProven(row);
    if ((this.#proven.get(key)?.at ?? 0) < row.at) this.#proven.set(key, row);
  }

  /**
   * True when a candidate inside the scope has worked after this time. A success in the future is
   * from before the clock was set back.
   */
  hasNewerThan(
    { cause, scope }: Pick<Mark, 'cause' | 'scope'>,
    from: number,
    now: number,
  ): boolean {
    const field = rowOfClass(cause).mark?.endedBy === 'whole-answer' ? 'wholeAt' : 'at';
    for (const worked of this.#worked.values())
      if (worked[field] > from && worked[field] <= now && isInside(worked.identity, scope))
        return true;
    return false;
  }

  /**
   * True when a candidate that this mark covers has worked since, as far as memory and store know.
   */
  hasWorkedSince({ cause, scope, knownFingerprints }: Mark, since: number): boolean {
    if (this.hasNewerThan({ cause, scope }, since, Number.POSITIVE_INFINITY)) return true;
    const { site, fingerprint, account, model, operation } = scope;
    if (site === undefined || operation !== undefined || !isEnough('commit', cause)) return false;
    const secrets = knownFingerprints ?? [fingerprint ?? account ?? 'none'];
    return secrets.some((secret) => {
      const row = this.#proven.get(keyOfProven({ site, model, fingerprint: secret }));
      return row !== undefined && row.at > since;
    });
  }

  /** Returns the rows that changed since the last call. */
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
      latest.site === identity.site &&
      latest.operation === identity.operation;
    if (!isLatest || this.#latest === undefined) this.#latest = this.#find(identity);
    return this.#latest;
  }

  #find(identity: Identity): Worked {
    const { origin, site, account, fingerprint, model, operation } = identity;
    const name = [site, account, fingerprint, model, operation].join('\n');
    const known = this.#worked.get(name);
    if (known !== undefined) return known;
    const places = [
      { site, fingerprint },
      { site, model, fingerprint },
    ];
    const proven = places.map((place) => ({
      ...place,
      key: keyOfProven(place),
      notedAt: Number.NEGATIVE_INFINITY,
    }));
    // Not the given one: a lease of a caller's login holds the login (law 2).
    const place = { origin, site, account, fingerprint, model, operation };
    const worked = { identity: place, at: 0, wholeAt: 0, proven };
    this.#worked.set(name, worked);
    return worked;
  }
}

/** No site contains a blank; a model may. */
function keyOfProven({
  site,
  model,
  fingerprint,
}: Pick<Proven, 'site' | 'model' | 'fingerprint'>): string {
  return model === undefined ? `${fingerprint} ${site}` : `${fingerprint} ${site} ${model}`;
}
