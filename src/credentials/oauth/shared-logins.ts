/**
 * The logins of a home that is a member of a fleet: what is logged in on one member serves all, and
 * a refresh token is sent by one of them at a time (docs/fleet.md). The file of each home has them
 * all; the fleet's own copy says which is the newest.
 */

import { isDeepStrictEqual } from 'node:util';
import type { SharedPart, SharedValue, SharedValues } from '../../store/fleet/shared-values.ts';
import { lastVersion } from '../../store/fleet/shared-values.ts';
import type { PutSealed } from '../../store/store.ts';
import {
  type CredentialsPlace,
  editCredentials,
  readCredentials,
} from '../stored/edit-credentials.ts';
import { type DraftLogin, type Login, parseLogin } from './login.ts';

const prefix = 'login/';

export interface SharedLoginsParts {
  readonly values: Pick<SharedValues, 'read' | 'put' | 'bringTogether'>;
  readonly place: CredentialsPlace;
  /** This home among the members. */
  readonly home: string;
}

export class SharedLogins implements SharedPart {
  readonly prefix = prefix;
  readonly paths: readonly string[];
  readonly home: string;
  readonly #parts: SharedLoginsParts;

  constructor(parts: SharedLoginsParts) {
    this.#parts = parts;
    this.home = parts.home;
    this.paths = [parts.place.path];
  }

  /** A login whose refresh token is under way is told by whoever sends it, at the right moment. */
  list(): readonly SharedValue[] {
    return this.#readFile()
      .filter(({ exchange }) => exchange === undefined || exchange.answer !== undefined)
      .map(toValue);
  }

  take(values: readonly SharedValue[]): Promise<void> {
    return editCredentials(this.#parts.place, (whole) => {
      for (const { name, version, value } of values) {
        const id = name.slice(prefix.length);
        const at = whole.logins.findIndex((login) => login.id === id);
        const stored = whole.logins[at];
        if (value === null) {
          if (at >= 0) whole.logins.splice(at, 1);
          continue;
        }
        const theirs = parseStored(value);
        if (theirs === undefined) continue;
        const ours = stored && parseLogin(stored);
        if (ours !== undefined && versionOf(ours) > version) continue;
        const next = ours && this.#isOursBetter(ours, theirs, version) ? ours : theirs;
        const isOurs = next === ours;
        const taken = { ...next, version: isOurs ? version + 1 : version };
        whole.logins.splice(at < 0 ? whole.logins.length : at, 1, taken);
      }
    });
  }

  /** Brings the file and the fleet together, as far as both can be used; never rejects. */
  async pull(): Promise<void> {
    await this.#parts.values.bringTogether([this]).catch(() => undefined);
  }

  /**
   * Tells the fleet of this login. `older`: somebody else has changed it; `alone`: only with
   * `togetherMs` (see `Store.putSealed`), nobody was told.
   */
  async publish(login: Login, togetherMs?: number): Promise<PutSealed> {
    const own = toValue(login);
    const said = await this.#parts.values.put(own, togetherMs);
    if (said !== 'older') return said;
    // It may be ours, told before.
    const all = await this.#parts.values.read();
    return isDeepStrictEqual(
      all.find(({ name }) => name === own.name),
      own,
    )
      ? 'kept'
      : 'older';
  }

  /** It is gone for all members. */
  async drop(id: string): Promise<void> {
    await this.#parts.values.put({ name: `${prefix}${id}`, version: lastVersion, value: null });
  }

  #readFile(): readonly Login[] {
    const { host, path } = this.#parts.place;
    return readCredentials(host, path).logins.flatMap((stored) => parseLogin(stored) ?? []);
  }

  /** Tokens that were given to this home and are told to nobody yet are never thrown away. */
  #isOursBetter(ours: Login, theirs: Login, version: number): boolean {
    const isUntold = theirs.exchange?.home === this.home || versionOf(ours) === version;
    return isUntold && newestOf(ours) > newestOf(theirs);
  }
}

function newestOf({ tokens, exchange }: Login): number {
  return Math.max(tokens.receivedAt, exchange?.answer?.tokens.receivedAt ?? 0);
}

/** Counts a change of the file's copy. */
export function countChange(login: DraftLogin): void {
  login.version = versionOf(login) + 1;
}

export function versionOf({ version = 1 }: Pick<Login, 'version'>): number {
  return version;
}

function toValue(login: Login): SharedValue {
  const { version: _own, ...value } = login;
  const name = `${prefix}${login.id}`;
  return { name, version: versionOf(login), value: JSON.parse(JSON.stringify(value)) };
}

function parseStored(value: unknown): Login | undefined {
  const { id, provider, label, origin } = Object(value);
  const isLogin = [id, provider, label, origin].every((one) => typeof one === 'string');
  return isLogin ? parseLogin(Object(value)) : undefined;
}
