/** The gateway's own key: what callers must show. Made at first start, kept 0600, read again by `holdfast key`. */

import { describeFileFault } from '../config/files/file-fault.ts';
import type { Paths } from '../config/files/paths.ts';
import { AccessError } from '../errors.ts';
import type { Host } from '../host.ts';

/** The prefix tells a gateway key from a provider's (law 12). */
const prefix = 'hf_';

/** `HOLDFAST_GATEWAY_KEY`, else the key file; a missing file is made. Throws `AccessError` for a key that cannot be used. */
export function readGatewayKey(host: Host, paths: Paths): string {
  const fromEnvironment = host.environment.get('HOLDFAST_GATEWAY_KEY')?.trim();
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    return checkKey(fromEnvironment, 'the environment variable HOLDFAST_GATEWAY_KEY');
  }
  const path = paths.gatewayKeyFile;
  return checkKey(readOrMake(host, path).trim(), path);
}

function readOrMake(host: Host, path: string): string {
  try {
    if (host.files.stamp(path) === undefined)
      host.files.createExclusive(path, `${prefix}${host.randomToken(24)}\n`);
    return host.files.readText(path);
  } catch (error) {
    throw keyFault(path, error);
  }
}

function keyFault(path: string, cause: unknown): AccessError {
  return new AccessError('config-invalid', `the gateway key ${path}: ${describeFileFault(cause)}`, {
    cause,
    howToFix:
      'put it right, or name another folder with HOLDFAST_HOME, or the key itself with HOLDFAST_GATEWAY_KEY',
  });
}

/** Throws `AccessError` (`config-invalid`), naming the place, for what is too short to be a secret or cannot stand in a header. */
export function checkKey(
  key: string,
  place: string,
  orElse = ', or remove it: a new key is made at the next start',
): string {
  if (/^[\x21-\x7e]{16,}$/.test(key)) return key;
  throw new AccessError('config-invalid', `${place} holds no usable gateway key`, {
    howToFix: `give it at least 16 printable characters without spaces${orElse}`,
  });
}
