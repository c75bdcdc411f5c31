/**
 * The file in which a home's gateway publishes its address, so that other commands find it.
 * Commands believe the file only if the gateway at that address proves that it wrote it: a killed
 * process leaves a file whose port may belong to someone else, who must not get the admin key.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { resolvePaths } from '../config/files/paths.ts';
import type { GatewaySettings } from '../config/resolved/resolved.ts';
import type { Host } from '../host.ts';

export interface RunFacts {
  readonly url: string;
  readonly pid: number;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Known only to this run of the gateway and to readers of the file; never sent. */
  readonly token: string;
  /** SHA-256 of the key that callers share, base64url. */
  readonly keyHash?: string | undefined;
  /** How many processes answer its requests, where it has started some for that. */
  readonly workers?: number | undefined;
  /** It is a member of a fleet. */
  readonly isMember?: boolean | undefined;
  /** A supervisor holds its port, so that a restart keeps it. */
  readonly isHeld?: boolean | undefined;
  /** No flag and no variable has said where it listens, but the configuration. */
  readonly isAsConfigured?: boolean | undefined;
  /** It takes nothing new, and answers what is under way. */
  readonly isEnding?: boolean | undefined;
  /** Another gateway of this home that ran when this one started. */
  readonly beside?: RunFacts | undefined;
  /** The one before, where it ended without taking its file back. */
  readonly killed?: RunFacts | undefined;
}

/** Header of a request to `/healthz` in which a reader of the file sends a fresh random value. */
export const challengeHeader = 'x-holdfast-challenge';
/** The answer's header has a hash of that value and the token. */
export const proofHeader = 'x-holdfast-proof';

/**
 * The answer's header has a hash of that value and the home: it tells a reader without the file
 * whose gateway answers. It opens nothing, so nobody is sent a key for it.
 */
export const homeHeader = 'x-holdfast-home';

/** Returns the headers that answer a challenge. */
export function proofsOf(
  host: Pick<Host, 'files' | 'environment'>,
  token: string,
  challenge: string,
): ReadonlyMap<string, string> {
  const { folder } = resolvePaths(host.environment);
  return new Map([
    [proofHeader, proveRun(token, challenge)],
    [homeHeader, proveHome(host, folder, challenge)],
  ]);
}

/** A folder is the same by any path, and not known to another machine. */
export function proveHome(
  { files }: Pick<Host, 'files'>,
  folder: string,
  challenge: string,
): string {
  return proveRun(identify(files, folder), challenge);
}

function identify(files: Host['files'], folder: string): string {
  try {
    return files.stamp(folder)?.file ?? folder;
  } catch {
    return folder; // it may not be looked at; its path is as good
  }
}

/** Takes back what a gateway has published. Neither step touches the file of another gateway. */
export interface Announcement {
  /** Says that it takes nothing new. */
  readonly end: () => void;
  /** Removes the file; a gateway that ran before is named again. */
  readonly remove: () => void;
}

export const unannounced: Announcement = { end: () => undefined, remove: () => undefined };

/** If the file cannot be written, other commands read the state file. */
export function writeRunFile(
  { files }: Pick<Host, 'files'>,
  path: string,
  facts: RunFacts,
): Announcement {
  const write = (one: RunFacts): void => files.writeAtomic(path, `${JSON.stringify(one)}\n`);
  try {
    write(facts);
  } catch {
    return unannounced; // a read-only or full folder: the gateway works without the file
  }
  const change = (work: () => void): void => {
    if (readRunFile({ files }, path)?.token !== facts.token) return;
    try {
      work();
    } catch {
      // it stays, and readers see that it is stale
    }
  };
  const { beside } = facts;
  const isAlone = beside === undefined;
  return {
    // one that ran before is the one to ask from now on
    end: () => change(() => write(isAlone ? { ...facts, isEnding: true } : beside)),
    remove: () => change(() => files.remove(path)),
  };
}

/** Undefined if the file is missing or invalid. */
export function readRunFile({ files }: Pick<Host, 'files'>, path: string): RunFacts | undefined {
  try {
    return parseRunFacts(JSON.parse(files.readText(path)));
  } catch {
    // no gateway has run, or the file is of another version: commands read the state file
    return undefined;
  }
}

function parseRunFacts(value: unknown): RunFacts | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = value as Record<string, unknown>;
  const { url, pid, startedAt, token } = given;
  if (typeof url !== 'string' || !/^https?:\/\//.test(url) || typeof pid !== 'number')
    return undefined;
  if (typeof startedAt !== 'number' || typeof token !== 'string' || token === '') return undefined;
  const beside = parseRunFacts(given['beside']);
  const killed = parseRunFacts(given['killed']);
  return {
    url,
    pid,
    startedAt,
    token,
    ...parseDetails(given),
    ...(beside && { beside }),
    ...(killed && { killed }),
  };
}

function parseDetails({
  keyHash,
  workers,
  isMember,
  isHeld,
  isAsConfigured,
  isEnding,
}: Record<string, unknown>): Partial<RunFacts> {
  return {
    ...(typeof keyHash === 'string' && { keyHash }),
    ...(typeof workers === 'number' && { workers }),
    ...(isMember === true && { isMember }),
    ...(isHeld === true && { isHeld }),
    ...(isAsConfigured === true && { isAsConfigured }),
    ...(isEnding === true && { isEnding }),
  };
}

/** False where a flag or a variable says where a gateway listens. */
export function isFromFile({ host, port }: Pick<GatewaySettings, 'host' | 'port'>): boolean {
  return ![host, port].some(({ source }) => /^(flag|env) /.test(source));
}

export function proveRun(token: string, challenge: string): string {
  return createHmac('sha256', token).update(challenge).digest('base64url');
}

export function isProof(shown: string | undefined, token: string, challenge: string): boolean {
  const expected = Buffer.from(proveRun(token, challenge));
  const given = Buffer.from(shown ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
