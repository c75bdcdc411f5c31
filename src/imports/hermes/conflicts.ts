/**
 * Remarks on keys, once every provider is known: keys that differ, stale copies, and keys that
 * nothing refers to.
 */

import { hash } from 'node:crypto';
import { fingerprintOf } from '../../config/secrets/fingerprint.ts';
import { catalogue } from '../../providers/builtin.ts';
import { hermesVariableOf, listRows } from './keys.ts';
import type { HermesContext, ImportedProvider } from './providers.ts';
import type { KeyConflict, ShownPlace } from './remarks.ts';
import { judgeValue, referenceIn } from './variables.ts';
import { findVendor, hermesVendors, listDescribed } from './vendors.ts';

/** Returns nothing if all places of a provider have one key. */
export function findConflict({
  name,
  origin,
  named,
  pool,
}: ImportedProvider): readonly KeyConflict[] {
  const places = new Map<string, ShownPlace>();
  for (const { where, value } of [...pool, ...named]) {
    if (judgeValue(value) !== 'key' || referenceIn(value) !== undefined || places.has(where))
      continue;
    places.set(where, { where, fingerprint: fingerprintOf(origin, value) });
  }
  const all = [...places.values()];
  const [there] = all;
  if (there === undefined || all.every(({ fingerprint }) => fingerprint === there.fingerprint))
    return [];
  const used = [...named, ...pool].find(
    ({ value, unwritten }) => value !== '' && unwritten !== 'seen',
  );
  return [{ provider: name, places: all, there, here: places.get(used?.where ?? '') }];
}

/** Notes rows copied from an older value of their variable, and states that are not imported. */
export function noteRows({ found, pools, origin }: ImportedProvider): void {
  const { remarks, variables } = found;
  for (const row of listRows(found, pools)) {
    const variable = hermesVariableOf(row);
    const { value, where: place } = variables.findKey(variable ?? '') ?? {};
    const copied = row.text('access_token');
    // Hermes's fingerprint covers the secret alone
    const [seen, current] =
      copied === undefined
        ? [row.text('secret_fingerprint'), `sha256:${hash('sha256', value ?? '').slice(0, 16)}`]
        : [copied, value];
    if (value !== undefined && seen !== undefined && seen !== current) {
      const old = copied === undefined ? '' : ` (${fingerprintOf(origin, copied)})`;
      remarks.add('stale-copy', row, { variable, old, place, fresh: fingerprintOf(origin, value) });
    }
    const [status = 'ok', code] = [row.text('last_status'), row.number('last_error_code')];
    const state = code === undefined ? status : `${status} (${code})`;
    if (status !== 'ok') remarks.add('state-left', row, { state });
  }
}

/** Notes providers, pools, logins and variables that no model and no task uses. */
export function noteLeftBehind(context: HermesContext): void {
  const { auth, remarks, variables, providers } = context;
  noteUnusedProviders(context);
  const pools = new Set(providers.flatMap((provider) => provider.pools));
  for (const [pool, rows] of auth.at('credential_pool').entries()) {
    if (pools.has(pool)) continue;
    for (const row of rows.items()) remarks.add('pool-unused', row, { pool });
  }
  for (const [id, login] of auth.at('providers').entries()) {
    const vendor = findVendor(id);
    const provider = vendor?.kind === 'login' ? catalogue.get(vendor.becomes)?.name : undefined;
    if (login.isObject) remarks.add('login', login, { provider });
  }
  const used = new Set(providers.flatMap((provider) => provider.variables));
  for (const { id, variables: names } of hermesVendors)
    for (const name of names.filter((one) => !used.has(one))) {
      const setting = variables.settings(name).find(({ key }) => key.env_file !== undefined);
      if (setting !== undefined) remarks.add('variable-unused', setting, { id });
    }
}

/** Leaves out those that have a remark of their own already. */
function noteUnusedProviders({ config, read, remarks }: HermesContext): void {
  const named = new Set(
    remarks.all.filter(({ code }) => code === 'ourselves').map(({ where }) => where),
  );
  for (const { id, described } of listDescribed(config))
    if (described !== undefined && !read.has(described.where) && !named.has(described.where))
      remarks.add('provider-unused', described, { id });
}
