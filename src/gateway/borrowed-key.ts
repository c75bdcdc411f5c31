/**
 * Finds a vendor's key in the place of one of the gateway's own: every agent would be given it, and
 * whoever is let in could ask the vendor without us (law 12).
 */

import { readDotenv } from '../config/files/dotenv.ts';
import type { Paths } from '../config/files/paths.ts';
import { isGatewayKey } from '../config/secrets/judge-secret.ts';
import { readIfThere } from '../host/look-at.ts';
import { shellLine } from '../host/shell-line.ts';
import type { Host } from '../host.ts';
import type { Fix } from '../model/fix.ts';
import { builtinEntries } from '../providers/builtin.ts';
import { createCatalogue } from '../providers/catalogue.ts';

export interface BorrowedKey {
  /** Says where the key is, and whose; never the key. */
  readonly what: string;
  readonly fix: Fix;
}

/**
 * A key is a vendor's if only one vendor's look so, or if a variable of a vendor has it too, unless
 * that vendor's address is set to another one.
 */
export function findBorrowedKeys(
  host: Pick<Host, 'environment' | 'files'>,
  paths: Paths,
): readonly BorrowedKey[] {
  const places = [
    ['HOLDFAST_GATEWAY_KEY', paths.gatewayKeyFile],
    ['HOLDFAST_ADMIN_KEY', paths.adminKeyFile],
  ] as const;
  return places.flatMap(([variable, file]) => {
    const set = host.environment.get(variable)?.trim();
    const key = set || readIfThere(host.files, file).trim();
    const owner = key === '' ? undefined : findOwner(host, paths, key);
    if (owner === undefined) return [];
    const what = `${set ? variable : file} holds ${owner}, not a key of this gateway: every program that is given it has the vendor's key`;
    const command = set ? shellLine`unset ${variable}` : shellLine`rm ${file}`;
    const text = set
      ? 'use the key in its file, and restart the gateway'
      : 'have another made at the next start';
    return [{ what, fix: { text, command } }];
  });
}

function findOwner(
  host: Pick<Host, 'environment' | 'files'>,
  { dotenvFile }: Paths,
  key: string,
): string | undefined {
  // ours in a vendor's variable is wrong there, which the check of that provider's keys tells
  if (isGatewayKey(key)) return undefined;
  const written = readDotenv(host.files, dotenvFile).variables;
  // An agent that is pointed at this gateway has our key in a vendor's variable.
  const isPointed = ({ baseUrlVariables = [] }: (typeof builtinEntries)[number]): boolean =>
    baseUrlVariables.some(({ variable }) => host.environment.get(variable) !== undefined);
  const same = builtinEntries
    .flatMap((entry) => entry.keyVariables.map((name) => ({ name, isPointed: isPointed(entry) })))
    .find(
      ({ name, isPointed: isOurs }) =>
        written.get(name)?.value === key || (!isOurs && host.environment.get(name)?.trim() === key),
    )?.name;
  if (same !== undefined) return `what ${same} holds`;
  const [vendor, ...others] = createCatalogue(builtinEntries).providersOfKeyPrefix(key);
  return vendor === undefined || others.length > 0 ? undefined : `a key of ${vendor.name}`;
}
