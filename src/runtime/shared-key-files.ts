/**
 * The keys that a home makes for itself and a fleet has in common: the gateway's, the admin API's,
 * and the one that seals summaries. The first member's become everybody's.
 */

import { basename } from 'node:path';
import type { Paths } from '../config/files/paths.ts';
import { isOwnKey } from '../config/secrets/judge-secret.ts';
import type { Redactor } from '../credentials/redact/redact.ts';
import type { Host } from '../host.ts';
import type { SharedPart, SharedValue, SharedValues } from '../store/fleet/shared-values.ts';

const prefix = 'file/';

export interface SharedKeyFilesParts {
  readonly host: Pick<Host, 'files' | 'randomToken'>;
  readonly paths: Pick<Paths, 'gatewayKeyFile' | 'adminKeyFile' | 'compactionKeyFile'>;
  readonly redactor: Pick<Redactor, 'register'>;
}

export class SharedKeyFiles implements SharedPart {
  readonly prefix = prefix;
  readonly paths: readonly string[];
  readonly #parts: SharedKeyFilesParts;

  constructor(parts: SharedKeyFilesParts) {
    const { gatewayKeyFile, adminKeyFile, compactionKeyFile } = parts.paths;
    this.#parts = parts;
    this.paths = [gatewayKeyFile, adminKeyFile, compactionKeyFile];
  }

  /** A key has no version of its own: the fleet's counts, unless it has no key yet. */
  list(theirs: ReadonlyMap<string, SharedValue>): readonly SharedValue[] {
    return this.paths.flatMap((path): readonly SharedValue[] => {
      const name = nameOf(path);
      const value = this.#read(path);
      const { version, value: shared } = theirs.get(name) ?? { version: 0 };
      const own = isOwnKey(shared) ? version : version + 1;
      return value === undefined ? [] : [{ name, version: own, value }];
    });
  }

  async take(values: readonly SharedValue[]): Promise<void> {
    for (const { name, value } of values) {
      const path = this.paths.find((one) => nameOf(one) === name);
      if (path === undefined || !isOwnKey(value)) continue;
      this.#parts.redactor.register(value);
      this.#parts.host.files.writeAtomic(path, `${value}\n`);
    }
  }

  /** This key was put into its file, which may have the fleet's by now. */
  async replace(values: SharedValues, path: string, key: string): Promise<void> {
    const name = nameOf(path);
    const present = (await values.read()).find((one) => one.name === name);
    await values.put({ name, version: (present?.version ?? 0) + 1, value: key });
  }

  /**
   * Made if it is missing: two members that make it later would have different ones. Undefined
   * where no file can be made, or it has no key.
   */
  #read(path: string): string | undefined {
    const { host, paths, redactor } = this.#parts;
    const start = path === paths.compactionKeyFile ? '' : 'hf_';
    try {
      if (host.files.stamp(path) === undefined)
        host.files.createExclusive(path, `${start}${host.randomToken(start === '' ? 32 : 24)}\n`);
      const text = host.files.readText(path).trim();
      redactor.register(text);
      return isOwnKey(text) ? text : undefined;
    } catch {
      return undefined; // whoever needs the key says why it cannot be used
    }
  }
}

function nameOf(path: string): string {
  return `${prefix}${basename(path)}`;
}
