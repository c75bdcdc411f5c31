/** Keys that are there and that nothing names: not imported, and said so. */

import type { ImportedProvider } from './provider-book.ts';
import type { HermesFound } from './read-files.ts';
import { insteadOfLogin, type Remarks } from './remarks.ts';
import { findVendor, hermesVendors } from './vendors.ts';

/** Remarks on pools and variables of providers that no model and no task names. */
export function noteLeftBehind(
  { found, remarks }: { readonly found: HermesFound; readonly remarks: Remarks },
  providers: readonly ImportedProvider[],
): void {
  const pools = new Set(providers.flatMap((provider) => provider.pools));
  for (const [pool, rows] of Object.entries(found.auth.credential_pool)) {
    const count = rows.filter((row) => row !== null).length;
    if (pools.has(pool) || count === 0) continue;
    const text = `holds ${count === 1 ? 'a key' : `${count} keys`} of ${pool}, which no model and no task names; left behind`;
    remarks.add({
      kind: 'not-carried',
      code: 'pool-unused',
      where: `${found.authPath} credential_pool.${pool}`,
      text,
    });
  }
  noteLogins(found, remarks);
  const variables = new Set(providers.flatMap((provider) => provider.variables));
  for (const { ids, variables: known } of hermesVendors) {
    for (const variable of known.filter((name) => !variables.has(name))) {
      const setting = found.variables.settings(variable).find(({ file }) => file !== undefined);
      if (setting === undefined) continue;
      const text = `is a key of ${ids[0]}, which no model and no task names; left behind`;
      remarks.add({ kind: 'not-carried', code: 'variable-unused', where: setting.where, text });
    }
  }
}

/** Logins of providers; that they must be made again is said where a model names them, and here for all others. */
function noteLogins(found: HermesFound, remarks: Remarks): void {
  for (const [id, login] of Object.entries(found.auth.providers)) {
    if (login === null) continue;
    const where = `${found.authPath} providers.${id}`;
    const becomes = findVendor(id)?.becomes;
    const provider = becomes?.kind === 'login' ? becomes.provider : undefined;
    remarks.add({
      kind: 'not-carried',
      code: 'login',
      where,
      text: 'is a login; tokens are never copied',
      ...(provider === undefined ? {} : { howToFix: insteadOfLogin(provider) }),
    });
  }
}
