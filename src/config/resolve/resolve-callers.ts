/**
 * Checks where callers' own logins may go (law 12): to one provider of each protocol, so that no
 * model's name decides who sees them, and of a known vendor to its own origin.
 */

import { shellLine } from '../../host/shell-line.ts';
import type { Fix } from '../../model/fix.ts';
import type { ProtocolName } from '../../model/protocol.ts';
import { catalogue } from '../../providers/builtin.ts';
import { isVendors } from '../../providers/sites.ts';
import type { ResolvedProvider } from '../resolved/resolved.ts';
import { formatKeyPath } from '../schema/key-paths.ts';
import type { ResolveContext } from './resolve-context.ts';
import { isLoopback } from './resolve-gateway.ts';

/** For a vendor that takes no keys, and whose logins may not come yet. */
export function letLoginsIn(provider: string): Fix {
  const key = formatKeyPath(['providers', provider, 'credentials']);
  return {
    text: 'it takes no keys, only a login that its own program brings: connect that program (docs/logins.md), and let its login in',
    command: shellLine`holdfast config set ${key} ${'[{caller: true}]'}`,
  };
}

export function checkCallers(
  { findings }: Pick<ResolveContext, 'findings'>,
  providers: ReadonlyMap<string, ResolvedProvider>,
): void {
  const taken = new Map<ProtocolName, string>();
  for (const { name, entry, credentials, targetFor } of providers.values()) {
    const keyed = credentials.find(({ source }) => source !== 'caller');
    // A proxy of one's own under this name may take keys.
    if (entry.takesLoginsOnly === true && keyed !== undefined && isVendors(entry, keyed.origin))
      findings.problem(
        ['providers', name],
        `${name} takes no keys: callers bring logins of their own`,
        'write credentials: [{caller: true}], and no other key',
      );
    const origins = credentials
      .filter(({ source }) => source === 'caller')
      .map((one) => one.origin);
    if (origins.length === 0) continue;
    const path = ['providers', name, 'credentials'];
    const foreign = origins.find((origin) => !isOwn(name, origin));
    if (foreign !== undefined)
      findings.problem(
        path,
        `callers' logins of ${name} would go to ${foreign}, which is not its own address`,
        'remove caller: true, or the base URL',
      );
    const target = targetFor('any');
    for (const { protocol } of [target, ...(target.alternatives ?? [])]) {
      const other = taken.get(protocol);
      if (other !== undefined)
        findings.problem(
          path,
          `${other} takes callers' logins in ${protocol} already, and nobody could tell whose one is`,
          'remove caller: true from one of them, or give one a protocol: of its own',
        );
      taken.set(protocol, name);
    }
  }
}

/** A server of this machine, and a provider that people name themselves, are what they say. */
function isOwn(name: string, origin: string): boolean {
  const isKnown = catalogue.get(name) !== undefined;
  return !isKnown || catalogue.vendorAt(origin) === name || isLoopback(new URL(origin).hostname);
}
