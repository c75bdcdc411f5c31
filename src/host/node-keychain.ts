/**
 * The system's keychain for the real host, through an optional package that is loaded when a
 * credential first needs it.
 */

import { asError, codeOf } from '../errors.ts';
import type { Keychain, KeychainReading } from '../host.ts';

/** Not a literal in the import, so that the build works without the package. */
const keyringPackage: string = '@napi-rs/keyring';

interface Keyring {
  readonly AsyncEntry: new (
    service: string,
    account: string,
    options: object,
  ) => { getPassword(): Promise<string | null | undefined> };
}

/**
 * Without this, if no secret service answers, the package (2.1.2) falls back to the kernel's
 * keyring, and an unreachable keychain looks like one without the entry. Other systems and older
 * versions ignore it.
 */
const storeOptions = { linux: { store: 'secret-service' } };

/** `packageName` defaults to the optional peer dependency. */
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

/** Throws if the package has another shape. */
function parseKeyring(module: unknown): Keyring {
  if (typeof module === 'object' && module !== null) {
    if ('AsyncEntry' in module) return module as Keyring;
    if ('default' in module) return parseKeyring(module.default);
  }
  throw new TypeError(`this version of ${keyringPackage} is not known: AsyncEntry is missing`);
}

function judgeFault(error: unknown, packageName: string): KeychainReading {
  const reason = asError(error).message;
  if (codeOf(error) === 'ERR_MODULE_NOT_FOUND' && reason.includes(packageName))
    return { state: 'not-installed' };
  if (/no (matching )?entry/i.test(reason)) return { state: 'absent' };
  // a platform failure is the package's word for a store that it cannot reach
  return /platform (secure storage )?failure|d-?bus/i.test(reason)
    ? {
        state: 'not-running',
        reason: `none runs here, as is usual without a desktop session (${reason})`,
      }
    : { state: 'failed', reason };
}
