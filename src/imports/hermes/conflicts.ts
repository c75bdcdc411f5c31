/** What there is to say of keys once every provider is known: where they differ, what became stale, and what nobody names. */

import { createHash } from 'node:crypto';
import { fingerprintOf } from '../../config/fingerprint.ts';
import type { Catalogue } from '../../providers/catalogue.ts';
import { listRows, variableOf } from './keys.ts';
import type { ImportedProvider } from './providers.ts';
import type { HermesFound } from './read-files.ts';
import { judgeValue, referenceIn } from './variables.ts';
import { findVendor, hermesVendors } from './vendors.ts';

/** One key in one place: never the key itself. */
interface ShownPlace {
  readonly where: string;
  /** As our own lists show it. */
  readonly fingerprint: string;
}

/** Different keys for one provider: which would have won there, which wins here. */
export interface KeyConflict {
  readonly provider: string;
  /** In the order in which Hermes takes them: its pool, the variables it is filled from, what config names. */
  readonly places: readonly ShownPlace[];
  readonly there: ShownPlace;
  /** Absent while none of them is used here. */
  readonly here?: ShownPlace | undefined;
}

/** Nothing where all places of a provider hold one key. */
export function findConflict({ name, origin, named, pool }: ImportedProvider): readonly KeyConflict[] {
  const places = new Map<string, ShownPlace>();
  for (const { where, value } of [...pool, ...named]) {
    if (value === undefined || judgeValue(value) !== 'key' || referenceIn(value) !== undefined) continue;
    if (!places.has(where)) places.set(where, { where, fingerprint: fingerprintOf(origin, value) });
  }
  const all = [...places.values()];
  const [there] = all;
  if (there === undefined || all.every(({ fingerprint }) => fingerprint === there.fingerprint)) return [];
  const used = [...named, ...pool].find(({ isUsed, value }) => isUsed && value !== undefined);
  return [{ provider: name, places: all, there, here: places.get(used?.where ?? '') }];
}

/** Remarks on rows that were filled from an older value of their variable, and on states that are not carried over. */
export function noteRows({ found, pools, origin }: ImportedProvider): void {
  for (const row of listRows(found, pools)) {
    const variable = variableOf(row);
    const copied = row.text('access_token');
    const setting = found.variables.findKey(variable ?? '');
    // Hermes's own fingerprint is of the secret alone
    const digest = createHash('sha256')
      .update(setting?.value ?? '')
      .digest('hex');
    const seen = copied === undefined ? row.text('secret_fingerprint') : copied;
    const current = copied === undefined ? `sha256:${digest.slice(0, 16)}` : setting?.value;
    if (setting !== undefined && seen !== undefined && seen !== current) {
      const old = copied === undefined ? '' : ` (${fingerprintOf(origin, copied)})`;
      const fresh = fingerprintOf(origin, setting.value);
      found.remarks.add('stale-copy', row, { variable, old, place: setting.where, fresh });
    }
    const [status = 'ok', code] = [row.text('last_status'), row.number('last_error_code')];
    const state = code === undefined ? status : `${status} (${code})`;
    if (status !== 'ok') found.remarks.add('state-left', row, { state });
  }
}

/** Remarks on pools, logins and variables of providers that no model and no task names. */
export function noteLeftBehind(
  { auth, remarks, variables }: HermesFound,
  catalogue: Catalogue,
  providers: readonly ImportedProvider[],
): void {
  const pools = new Set(providers.flatMap((provider) => provider.pools));
  for (const [pool, rows] of auth.at('credential_pool').entries()) {
    const count = rows.items().length;
    const facts = { pool, keys: count === 1 ? 'a key' : `${count} keys` };
    if (!pools.has(pool) && count > 0) remarks.add('pool-unused', rows, facts);
  }
  for (const [id, login] of auth.at('providers').entries()) {
    const vendor = findVendor(id);
    const provider = vendor?.kind === 'login' ? catalogue.get(vendor.becomes)?.name : undefined;
    if (login.isObject) remarks.add('login', login, { provider });
  }
  const used = new Set(providers.flatMap((provider) => provider.variables));
  for (const { id, variables: names } of hermesVendors)
    for (const name of names.filter((one) => !used.has(one))) {
      const setting = variables.settings(name).find(({ file }) => file !== undefined);
      if (setting !== undefined) remarks.add('variable-unused', setting, { id });
    }
}
