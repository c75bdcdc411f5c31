/**
 * The system's keychain for the real host, through an optional package that is loaded when a
 * credential first asks for it.
 */

import type { Keychain, KeychainReading } from '../host.ts';

/** Not a literal in the import: a build without the package must still compile. */
const keyringPackage: string = '@napi-rs/keyring';

/** The part of the package that is used. */
interface Keyring {
  readonly AsyncEntry: new (
    service: string,
    account: string,
    options: object,
  ) => { getPassword(): Promise<string | null | undefined> };
}

/**
 * Without it the package turns to the kernel's keyring where no secret service answers, and a
 * keychain that cannot be asked looks like one without the entry (2.1.2). Elsewhere, and in older
 * versions, it changes nothing.
 */
const storeOptions = { linux: { store: 'secret-service' } };

/** `packageName` is what is imported; by default the optional peer dependency. */
export function createNodeKeychain(packageName: string = keyringPackage): Keychain {
  return { read: (service, account) => readEntry(packageName, { service, account }) };
}

async function readEntry(
  packageName: string,
  entry: { readonly service: string; readonly account: string },
): Promise<KeychainReading> {
  try {
    const { AsyncEntry } = parseKeyring(await import(packageName));
    const value = await new AsyncEntry(entry.service, entry.account, storeOptions).getPassword();
    return value === null || value === undefined ? { state: 'absent' } : { state: 'found', value };
  } catch (error) {
    return judgeFault(error, packageName);
  }
}

/** Throws for a package that has another shape. */
function parseKeyring(module: unknown): Keyring {
  if (typeof module === 'object' && module !== null) {
    if ('AsyncEntry' in module) return module as Keyring;
    if ('default' in module) return parseKeyring(module.default);
  }
  throw new TypeError(`this version of ${keyringPackage} is not known: AsyncEntry is missing`);
}

function judgeFault(error: unknown, packageName: string): KeychainReading {
  const reason = error instanceof Error ? error.message : String(error);
  const isMissing =
    error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  if (isMissing && reason.includes(packageName)) return { state: 'not-installed' };
  if (/no (matching )?entry/i.test(reason)) return { state: 'absent' };
  return { state: 'failed', reason };
}
