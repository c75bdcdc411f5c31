/** All pools in use, by target: made when first asked for, and made anew when the configuration names other credentials. */

import type { Credential, Selection } from '../../model/credential.ts';
import { defaults } from '../../model/defaults.ts';
import type { Target } from '../../model/target.ts';
import { fitsGlob } from '../../providers/glob.ts';
import { CredentialPool } from './pool.ts';

export class Pools {
  readonly #random: () => number;
  /** The list is the pool's identity: a configuration that changed has other lists, and what was counted starts again. */
  readonly #byList = new WeakMap<readonly Credential[], Map<string, CredentialPool>>();

  constructor(random: () => number) {
    this.#random = random;
  }

  /** The pool of those credentials that may be used for this target. Default of `selection`: fill-first. */
  poolFor(target: Target, credentials: readonly Credential[], selection?: Selection): CredentialPool {
    const byTarget = this.#byList.get(credentials) ?? new Map<string, CredentialPool>();
    this.#byList.set(credentials, byTarget);
    const key = `${target.id} ${target.origin}`;
    const known = byTarget.get(key);
    if (known !== undefined) return known;
    const pool = new CredentialPool({
      credentials: credentials.filter((credential) => mayServe(credential, target)),
      selection: selection ?? defaults.selection,
      random: this.#random,
    });
    byTarget.set(key, pool);
    return pool;
  }
}

/** Bound to the target's origin (law 12), and not reserved for other models. */
function mayServe({ origin, models }: Credential, target: Target): boolean {
  if (origin !== target.origin) return false;
  return models === undefined || models.some((pattern) => fitsGlob(pattern, target.model));
}
