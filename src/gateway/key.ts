/**
 * The gateway's own keys: what callers must show, and what opens the admin API. Made at first
 * start, kept 0600.
 */

import { describeFileFault } from '../config/files/file-fault.ts';
import type { Paths } from '../config/files/paths.ts';
import { AccessError } from '../errors.ts';
import type { Host } from '../host.ts';

/** The prefix tells a gateway key from a provider's (law 12). */
const prefix = 'hf_';

/**
 * `HOLDFAST_GATEWAY_KEY`, else the key file; a missing file is made. Throws `AccessError` for a key
 * that cannot be used.
 */
export function readGatewayKey(host: Host, paths: Paths): string {
  return readKey(host, paths.gatewayKeyFile, 'HOLDFAST_GATEWAY_KEY');
}

/** `HOLDFAST_ADMIN_KEY`, else the file of the admin key; otherwise as `readGatewayKey`. */
export function readAdminKey(host: Host, paths: Paths): string {
  return readKey(host, paths.adminKeyFile, 'HOLDFAST_ADMIN_KEY');
}

/** A key that nobody has yet. */
export function makeKey(host: Pick<Host, 'randomToken'>): string {
  return `${prefix}${host.randomToken(24)}`;
}

function readKey(host: Host, path: string, variable: string): string {
  const fromEnvironment = host.environment.get(variable)?.trim();
  if (fromEnvironment !== undefined && fromEnvironment !== '')
    return checkKey(fromEnvironment, `the environment variable ${variable}`);
  try {
    if (host.files.stamp(path) === undefined)
      host.files.createExclusive(path, `${makeKey(host)}\n`);
    return checkKey(host.files.readText(path).trim(), path);
  } catch (error) {
    throw error instanceof AccessError ? error : keyFault(path, variable, error);
  }
}

function keyFault(path: string, variable: string, cause: unknown): AccessError {
  return new AccessError('config-invalid', `the gateway key ${path}: ${describeFileFault(cause)}`, {
    cause,
    fix: `make that folder writable, set HOLDFAST_HOME to another one, or set the key itself with ${variable}`,
  });
}

/**
 * Throws `AccessError` (`config-invalid`), naming the place, for what is too short to be a secret
 * or cannot stand in a header.
 */
export function checkKey(
  key: string,
  place: string,
  orElse = ', or remove it: a new key is made at the next start',
): string {
  if (/^[\x21-\x7e]{16,}$/.test(key)) return key;
  throw new AccessError('config-invalid', `${place} holds no usable gateway key`, {
    fix: `give it at least 16 printable characters without spaces${orElse}`,
  });
}
