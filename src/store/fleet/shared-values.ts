/**
 * What all members of a fleet have besides health and sums (docs/fleet.md): logins, callers' keys,
 * a home's own keys. They travel as sealed rows, and each home has them in its files, which is
 * where requests read them.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Host } from '../../host.ts';
import type { PutSealed, SealedRow, Store } from '../store.ts';
import { type Boxes, createBoxes, type FleetKeys } from './seal.ts';

export interface SharedValue {
  readonly name: string;
  /** A whole number above 0; each change has the next one. */
  readonly version: number;
  /** Anything that JSON has. */
  readonly value: unknown;
}

/** The version of what is gone for good: whatever anybody changes meanwhile, it stays gone. */
export const lastVersion = 2 ** 52;

/** What a home keeps in some files of its own. */
export interface SharedPart {
  /** The names of its values begin with it. */
  readonly prefix: string;
  /** A change of one of them is seen within half a second. */
  readonly paths: readonly string[];
  /** What the files have. `theirs`: what the fleet has, by name. */
  list(theirs: ReadonlyMap<string, SharedValue>): readonly SharedValue[];
  /** Puts these into the files. */
  take(values: readonly SharedValue[]): Promise<void>;
}

export interface SharedValuesParts {
  readonly host: Pick<Host, 'randomToken'>;
  readonly store: Pick<Store, 'putSealed' | 'readSealed'>;
  /** Those of the fleet, the newest first. */
  readonly keys: FleetKeys;
}

const purpose = 'holdfast fleet values';

/** More often the files and the fleet cannot differ because somebody else was faster. */
const mostRounds = 4;

export class SharedValues {
  readonly #parts: SharedValuesParts;
  readonly #boxes: Boxes;

  constructor(parts: SharedValuesParts) {
    this.#parts = parts;
    this.#boxes = createBoxes(parts.host, parts.keys, purpose);
  }

  /** What none of our keys opens is left out. */
  async read(): Promise<readonly SharedValue[]> {
    const rows = await this.#parts.store.readSealed();
    return rows.flatMap((row) => this.#open(row) ?? []);
  }

  /** See `Store.putSealed`. */
  put({ name, version, value }: SharedValue, togetherMs?: number): Promise<PutSealed> {
    const box = this.#boxes.close(JSON.stringify(value), labelOf({ name, version }));
    return this.#parts.store.putSealed({ name, version, box }, togetherMs);
  }

  /** Makes the home's files and the fleet the same: of each value the higher version counts. */
  async bringTogether(parts: readonly SharedPart[]): Promise<void> {
    for (let round = 0; round < mostRounds; round += 1) {
      const rows = await this.#parts.store.readSealed();
      const said = await Promise.allSettled(parts.map((part) => this.#bringOne(part, rows)));
      for (const one of said) if (one.status === 'rejected') throw one.reason;
      if (said.every((one) => one.status === 'fulfilled' && one.value)) break;
    }
    if (this.#parts.keys.length > 1) await this.#renewSeals();
  }

  /** False if something has to be looked at once more. */
  async #bringOne(part: SharedPart, rows: readonly SealedRow[]): Promise<boolean> {
    const named = rows.filter(({ name }) => name.startsWith(part.prefix));
    const opened = named.flatMap((row) => this.#open(row) ?? []);
    const theirs = new Map(opened.map((one) => [one.name, one]));
    const ours = new Map(part.list(theirs).map((one) => [one.name, one]));
    const newer = opened.filter((one) => isNewer(one, ours.get(one.name)));
    if (newer.length > 0) await part.take(newer);
    const versions = new Map(named.map(({ name, version }) => [name, version]));
    const said = [];
    for (const one of ours.values()) {
      const present = versions.get(one.name) ?? 0;
      // What nobody can open any more makes way.
      const version = theirs.has(one.name) ? one.version : Math.max(one.version, present + 1);
      if (present < version) said.push(await this.put({ ...one, version }));
    }
    return !said.includes('older');
  }

  /** Seals anew, with all of our keys, what the newest does not open. */
  async #renewSeals(): Promise<void> {
    const { host, keys, store } = this.#parts;
    const newest = createBoxes(host, keys.slice(0, 1), purpose);
    for (const row of await store.readSealed()) {
      const isOld = newest.open(row.box, labelOf(row)) === undefined;
      const found = isOld ? this.#open(row) : undefined;
      if (found !== undefined) await this.put({ ...found, version: found.version + 1 });
    }
  }

  #open(row: SealedRow): SharedValue | undefined {
    const text = this.#boxes.open(row.box, labelOf(row));
    return text === undefined
      ? undefined
      : { name: row.name, version: row.version, value: JSON.parse(text) };
  }
}

function isNewer(theirs: SharedValue, ours: SharedValue | undefined): boolean {
  if (ours === undefined) return theirs.value !== null;
  if (theirs.version !== ours.version) return theirs.version > ours.version;
  return !isDeepStrictEqual(theirs.value, ours.value);
}

function labelOf({ name, version }: Pick<SealedRow, 'name' | 'version'>): string {
  return `${version} ${name}`;
}
