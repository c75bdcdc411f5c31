/** Keys that are there and that nothing names: not imported, and said so. */

import type { HermesScene } from './locate.ts';
import type { ImportedProvider } from './providers.ts';
import { findVendor, hermesVendors } from './vendors.ts';

/** Remarks on pools, logins and variables of providers that no model and no task names. */
export function noteLeftBehind(scene: HermesScene, providers: readonly ImportedProvider[]): void {
  const { found, remarks, catalogue } = scene;
  const pools = new Set(providers.flatMap((provider) => provider.pools));
  for (const [pool, rows] of found.auth.at('credential_pool').entries()) {
    const count = rows.items().length;
    const facts = { pool, keys: count === 1 ? 'a key' : `${count} keys` };
    if (!pools.has(pool) && count > 0) remarks.add('pool-unused', rows, facts);
  }
  for (const [id, login] of found.auth.at('providers').entries()) {
    const vendor = findVendor(id);
    const provider = vendor?.kind === 'login' ? catalogue.get(vendor.becomes)?.name : undefined;
    if (login.isObject) remarks.add('login', login, { provider });
  }
  const used = new Set(providers.flatMap(({ variables = [] }) => variables));
  for (const { ids, variables } of hermesVendors) {
    for (const name of variables.filter((one) => !used.has(one))) {
      const setting = found.variables.settings(name).find(({ file }) => file !== undefined);
      if (setting !== undefined) remarks.add('variable-unused', setting, { id: ids[0] });
    }
  }
}
