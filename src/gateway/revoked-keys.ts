/**
 * Remembers which caller keys were revoked, beside the keys themselves: an agent that still sends
 * one is told so, and not that its key is unknown. Nothing is decided by it.
 */

import { dirname } from 'node:path';
import { z } from 'zod';
import { type FileContent, TrackedFile } from '../config/files/tracked-file.ts';
import type { Host } from '../host.ts';
import { oncePerTurn } from './once-per-turn.ts';

export const revokedKey = z.object({
  name: z.string().min(1),
  /** Is the SHA-256 of the key, base64url. */
  hash: z.string(),
  /** Epoch ms. */
  revokedAt: z.number(),
  /** `connect` had made it for an agent, which is named first in its name. */
  isShared: z.literal(true).optional(),
});

export type RevokedKey = Readonly<z.infer<typeof revokedKey>>;

const format = z.object({ version: z.literal(1), keys: z.array(revokedKey) });

/** The oldest are forgotten. */
const maxKeys = 256;

/** Returns a function that finds a revoked key by its hash, in the file as it is now. */
export function trackRevokedKeys(
  host: Host,
  callerKeysFile: string,
): (hash: string) => RevokedKey | undefined {
  const file = new TrackedFile({
    host,
    path: revokedPath(callerKeysFile),
    parse: (content) => new Map(parseRevoked(content).map((key) => [key.hash, key])),
    isSuspect: () => false,
  });
  const current = oncePerTurn(host.clock, () => file.current());
  return (hash) => current().get(hash);
}

/** The caller has the lock of the keys' file. */
export function noteRevoked(
  {
    host: { files, clock },
    path,
  }: { readonly host: Pick<Host, 'files' | 'clock'>; readonly path: string },
  {
    name,
    hash,
    isShared,
    revokedAt = clock.now(),
  }: Pick<RevokedKey, 'name' | 'hash'> & Partial<RevokedKey>,
): void {
  const before = listRevoked(files, path).filter((key) => key.hash !== hash);
  const keys = [...before, { name, hash, revokedAt, isShared }];
  writeKeysFile(files, revokedPath(path), keys.slice(-maxKeys));
}

/** The oldest first. */
export function listRevoked(files: Host['files'], callerKeysFile: string): readonly RevokedKey[] {
  return parseRevoked(readKeysFile(files, revokedPath(callerKeysFile)));
}

/** Reads either file of keys. */
export function readKeysFile(files: Host['files'], path: string): FileContent {
  if (files.stamp(path) === undefined) return { state: 'absent' };
  return { state: 'text', text: files.readText(path) };
}

export function writeKeysFile(files: Host['files'], path: string, keys: readonly object[]): void {
  files.writeAtomic(path, `${JSON.stringify({ version: 1, keys }, undefined, 2)}\n`);
}

/** Empty for a file that is not ours: the key is then called unknown. */
function parseRevoked(content: FileContent): readonly RevokedKey[] {
  if (content.state !== 'text') return [];
  try {
    return format.parse(JSON.parse(content.text)).keys;
  } catch {
    return [];
  }
}

export function revokedPath(callerKeysFile: string): string {
  return `${dirname(callerKeysFile)}/revoked-keys.json`;
}
