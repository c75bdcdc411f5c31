/**
 * The gateway's own keys: one for callers and one for the admin API. Created on the first start,
 * with mode 0600.
 */

import { dirname } from 'node:path';
import type { Paths } from '../config/files/paths.ts';
import { type FileContent, TrackedFile } from '../config/files/tracked-file.ts';
import { isOwnKey } from '../config/secrets/judge-secret.ts';
import { AccessError, codeOf } from '../errors.ts';
import { describeFileFault, fixFileFault } from '../host/file-fault.ts';
import { createFault } from '../host/make-folder.ts';
import type { Host } from '../host.ts';
import type { Fix } from '../model/fix.ts';
import { oncePerTurn } from './once-per-turn.ts';

const adminVariable = 'HOLDFAST_ADMIN_KEY';
const gatewayVariable = 'HOLDFAST_GATEWAY_KEY';

/** Tells a gateway key from a provider's (law 12): see `isGatewayKey`. */
const prefix = 'hf_';

/**
 * Reads `HOLDFAST_GATEWAY_KEY`, else the key file, which is created if missing. Throws
 * `AccessError` for an invalid key.
 */
export function readGatewayKey(host: Host, paths: Paths): string {
  return readKey(host, paths.gatewayKeyFile, gatewayVariable);
}

/** Reads `HOLDFAST_ADMIN_KEY`, else the file of the admin key; otherwise like `readGatewayKey`. */
export function readAdminKey(host: Host, paths: Paths): string {
  return readKey(host, paths.adminKeyFile, adminVariable);
}

/**
 * Returns a function that reads the admin key as it is now: once per turn of the event loop, and
 * only for who shows no other key. An unusable file keeps the last good key.
 */
export function trackAdminKey(host: Host, paths: Paths): () => string {
  return trackKey(host, paths.adminKeyFile, adminVariable);
}

/** The gateway key as it is now, for members of a fleet, which may be given another one. */
export function trackGatewayKey(host: Host, paths: Paths): () => string {
  return trackKey(host, paths.gatewayKeyFile, gatewayVariable);
}

function trackKey(host: Host, path: string, variable: string): () => string {
  let good = readKey(host, path, variable);
  if (host.environment.get(variable)?.trim()) return () => good;
  const parse = (content: FileContent): { readonly key: string } => {
    const text = content.state === 'text' ? content.text.trim() : '';
    if (isOwnKey(text)) good = text;
    return { key: good };
  };
  const file = new TrackedFile({ host, path, parse, isSuspect: () => false });
  const current = oncePerTurn(host.clock, () => file.current());
  return () => current().key;
}

/**
 * Makes another admin key, and returns it: running gateways take it at once, and every session of
 * the page ends. Throws `AccessError` if a variable sets the key.
 */
export function rotateAdminKey(host: Host, paths: Paths): string {
  if (host.environment.get(adminVariable)?.trim())
    throw new AccessError('request-invalid', `${adminVariable} sets the admin key`, {
      fix: `change that variable, and restart the gateways that have it`,
    });
  const key = makeKey(host);
  try {
    host.files.writeAtomic(paths.adminKeyFile, `${key}\n`);
    return key;
  } catch (error) {
    throw keyFault(paths.adminKeyFile, adminVariable, error);
  }
}

/** Returns what is wrong with the keys that are there, of callers and of the admin API. */
export function findKeyFaults(host: Host, paths: Paths): readonly AccessError[] {
  const read = [
    [paths.gatewayKeyFile, 'HOLDFAST_GATEWAY_KEY', readGatewayKey],
    [paths.adminKeyFile, 'HOLDFAST_ADMIN_KEY', readAdminKey],
  ] as const;
  const faults = read.flatMap(([path, variable, readIt]) => {
    try {
      // reading would make the file
      const isThere = host.environment.get(variable) || host.files.stamp(path) !== undefined;
      const fault = isThere ? undefined : findRoomFault(host, dirname(path));
      if (isThere) readIt(host, paths);
      return fault === undefined ? [] : [keyFault(path, variable, fault)];
    } catch (error) {
      return [error instanceof AccessError ? error : keyFault(path, variable, error)];
    }
  });
  // a folder without room is one fault, whichever file is made first
  return faults.filter(
    ({ cause }, index) =>
      codeOf(cause) === undefined || codeOf(faults[index - 1]?.cause) !== codeOf(cause),
  );
}

/** Why no file can be made in a folder. */
function findRoomFault({ files }: Pick<Host, 'files'>, folder: string): unknown {
  const isFull = (files.spaceLeft(folder) ?? 1) < 1;
  return files.findWriteFault(folder) ?? (isFull ? createFault('ENOSPC') : undefined);
}

/** Returns a new random key. */
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
  const whose = variable === adminVariable ? 'admin' : 'gateway';
  return new AccessError(
    'config-invalid',
    `the ${whose} key ${path}: ${describeFileFault(cause)}`,
    {
      cause,
      fix: orElse(fixFileFault(cause, path), `set the key itself with ${variable}`),
    },
  );
}

/** The command, if there is one, stays at the end, where it can be pasted. */
function orElse({ text, command }: Fix, other: string): Fix {
  return command === undefined
    ? { text: `${text}, or ${other}` }
    : { text: `${other}, or ${text}`, command };
}

/**
 * Throws `AccessError` (`config-invalid`), naming the place, if the key is too short to be a secret
 * or cannot be sent in a header.
 */
export function checkKey(
  key: string,
  place: string,
  orElse = ', or remove it: a new key is made at the next start',
): string {
  if (isOwnKey(key)) return key;
  throw new AccessError('config-invalid', `${place} holds no usable gateway key`, {
    fix: `give it at least 16 printable characters without spaces${orElse}`,
  });
}
