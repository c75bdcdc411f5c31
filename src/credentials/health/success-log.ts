/**
 * Who has worked, and when last: what makes a secret proven (law 6), and a late failure outdated
 * (law 14).
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Mark } from '../../model/failure.ts';
import { isInside } from '../../store/policy.ts';
import type { Proven } from '../../store/store.ts';
import { isEnough } from './mark-policy.ts';
import type { Identity } from './marks.ts';

/**
 * One identity that has worked: found once, because its keys are long texts and every success needs
 * them all.
 */
interface Worked {
  readonly identity: Identity;
  /**
   * Epoch ms of its latest success, and of its latest whole answer: a stream that has begun well
   * may still die.
   */
  at: number;
  wholeAt: number;
  /** The secret at its site, and there with its model. */
  readonly proven: readonly ProvenPlace[];
}

interface ProvenPlace {
  readonly place: string;
  readonly key: string;
  readonly ofModel: boolean;
  /** Epoch ms. */
  notedAt: number;
}

export type ProvenQuestion = Pick<Identity, 'origin' | 'site' | 'fingerprint'> & {
  readonly model?: string;
};

/**
 * That a secret has worked with a model is asked, not when: its row is written anew once a minute.
 */
const modelRowMs = 60_000;

export class SuccessLog {
  readonly #proven = new Map<string, Proven>();
  readonly #unsaved = new Set<string>();
  readonly #worked = new Map<string, Worked>();
  /** The one noted last: one success follows another of the same identity. */
  #latest: Worked | undefined;

  /**
   * When this secret last worked at this site, with this model if one is named; what an older row
   * says of the origin counts until then.
   */
  provenAt({ origin, site, fingerprint, model }: ProvenQuestion): number | undefined {
    const own = this.#proven.get(keyOfProven(siteKey(site, model), fingerprint));
    return (own ?? this.#proven.get(keyOfProven(siteKey(origin, model), fingerprint)))?.at;
  }

  /** True when it was the first success of this secret at this site, or with this model. */
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
      this.#proven.set(row.key, { place: row.place, fingerprint, at });
      this.#unsaved.add(row.key);
    }
    return isNew;
  }

  /** What the secret before has proven holds for the one that follows it; returns its rows. */
  renew(origin: string, before: string, after: string): readonly Proven[] {
    const rows = [...this.#proven.values()]
      .filter(({ place, fingerprint }) => fingerprint === before && isAtOrigin(place, origin))
      .map((row) => ({ ...row, fingerprint: after }));
    for (const row of rows) this.noteProven(row);
    return rows;
  }

  /** Takes over what another process, or an earlier run, has seen. */
  noteProven(row: Proven): void {
    const key = keyOfProven(row.place, row.fingerprint);
    if ((this.#proven.get(key)?.at ?? 0) < row.at) this.#proven.set(key, row);
  }

  /**
   * Whether anybody inside the scope has worked after this time; a success in the time to come is
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

  /** Whether what this marks has worked since, as far as this process and the rows of all know. */
  hasWorkedSince({ cause, scope, knownFingerprints }: Mark, since: number): boolean {
    if (this.hasNewerThan({ cause, scope }, since, Number.POSITIVE_INFINITY)) return true;
    const { site, fingerprint, account, model, operation } = scope;
    if (site === undefined || operation !== undefined || !isEnough('commit', cause)) return false;
    const secrets = knownFingerprints ?? [fingerprint ?? account ?? 'none'];
    return secrets.some((secret) => {
      const row = this.#proven.get(keyOfProven(siteKey(site, model), secret));
      return row !== undefined && row.at > since;
    });
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
      latest.site === identity.site &&
      latest.operation === identity.operation;
    if (!isLatest || this.#latest === undefined) this.#latest = this.#find(identity);
    return this.#latest;
  }

  #find(identity: Identity): Worked {
    const { site, account, fingerprint, model, operation } = identity;
    const name = [site, account, fingerprint, model, operation].join('\n');
    const known = this.#worked.get(name);
    if (known !== undefined) return known;
    const proven = [site, siteKey(site, model)].map((place) => ({
      place,
      key: keyOfProven(place, fingerprint),
      ofModel: place !== site,
      notedAt: Number.NEGATIVE_INFINITY,
    }));
    const worked = { identity, at: 0, wholeAt: 0, proven };
    this.#worked.set(name, worked);
    return worked;
  }
}

/** A site, or a model there; no site has a blank in it. */
function siteKey(site: string, model: string | undefined): string {
  return model === undefined ? site : `${site} ${model}`;
}

function isAtOrigin(place: string, origin: string): boolean {
  return URL.parse(place.split(' ', 1)[0] ?? '')?.origin === origin;
}

function keyOfProven(place: string, fingerprint: string): string {
  return `${fingerprint} ${place}`;
}
