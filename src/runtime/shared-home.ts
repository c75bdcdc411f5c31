/**
 * What a home shares with the other members of its fleet (docs/fleet.md): its files and the fleet's
 * sealed values are kept the same, in both directions. Requests read the files only.
 */

import type { Paths } from '../config/files/paths.ts';
import { SharedLogins } from '../credentials/oauth/shared-logins.ts';
import type { Redactor } from '../credentials/redact/redact.ts';
import type { Host, Timer } from '../host.ts';
import type { MemberFacts } from '../store/fleet/heartbeat.ts';
import type { FleetPlace } from '../store/fleet/open-fleet.ts';
import { type SharedPart, SharedValues } from '../store/fleet/shared-values.ts';
import type { Store } from '../store/store.ts';
import { SharedKeyFiles } from './shared-key-files.ts';

/** The files are looked at this often. */
const lookMs = 500;

export interface SharedHomeParts {
  readonly host: Host;
  readonly paths: Paths;
  readonly store: Store;
  readonly fleet: Pick<FleetPlace, 'keys'> & Pick<MemberFacts, 'home'>;
  readonly redactor: Redactor;
  readonly onFault: (error: unknown) => void;
}

export class SharedHome {
  readonly logins: SharedLogins;
  readonly #parts: SharedHomeParts;
  readonly #values: SharedValues;
  readonly #shared: SharedPart[];
  readonly #keyFiles: SharedKeyFiles;
  #stopListening: (() => void) | undefined;
  #timer: Timer | undefined;
  #seen = '';
  #running: Promise<void> | undefined;
  #isAskedAgain = false;

  constructor(parts: SharedHomeParts) {
    const { host, paths, store, fleet, redactor } = parts;
    this.#parts = parts;
    this.#values = new SharedValues({ host, store, keys: fleet.keys });
    const place = { host, path: paths.credentialsFile };
    this.logins = new SharedLogins({ values: this.#values, place, home: fleet.home });
    this.#keyFiles = new SharedKeyFiles({ host, paths, redactor });
    this.#shared = [this.logins, this.#keyFiles];
  }

  /** Shares one more part from now on. */
  share(part: SharedPart): void {
    this.#shared.push(part);
  }

  /** Listens to the fleet, and looks at the files. */
  start(): void {
    this.#stopListening = this.#parts.store.subscribe(() => void this.bringTogether());
    this.#look();
  }

  /** Resolves when files and fleet are the same, as far as both can be used. */
  bringTogether(): Promise<void> {
    this.#isAskedAgain = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** This key was put into its file: all members, this one too, take it from now on. */
  async replaceKey(path: string, key: string): Promise<void> {
    await this.#keyFiles.replace(this.#values, path, key);
    await this.bringTogether();
  }

  async close(): Promise<void> {
    this.#stopListening?.();
    this.#timer?.cancel();
    this.#isAskedAgain = false;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#isAskedAgain) {
      this.#isAskedAgain = false;
      try {
        await this.#values.bringTogether(this.#shared);
      } catch (error) {
        this.#parts.onFault(error);
      }
    }
  }

  #look(): void {
    const seen = this.#readStamps();
    if (seen !== this.#seen) void this.bringTogether();
    this.#seen = seen;
    this.#timer = this.#parts.host.clock.startTimer(lookMs, () => this.#look());
  }

  #readStamps(): string {
    const { files } = this.#parts.host;
    const stampOf = (path: string): string => {
      try {
        return files.stamp(path)?.identity ?? '';
      } catch {
        return 'unreadable';
      }
    };
    return this.#shared.flatMap(({ paths }) => paths.map(stampOf)).join('\n');
  }
}
