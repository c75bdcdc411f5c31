/**
 * Where the gateway of a home says that it listens, so that other commands find it. A file is
 * believed only when the gateway at its address proves that it wrote it: one left behind by a
 * killed process names a port that may be somebody else's, who must not get the admin key.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Host } from '../host.ts';

export interface RunFacts {
  readonly url: string;
  readonly pid: number;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Known to this run of the gateway and to readers of the file; never sent. */
  readonly token: string;
}

/**
 * A reader of the file sends something that nobody has sent before in this header to `/healthz`, …
 */
export const challengeHeader = 'x-holdfast-challenge';
/** … and the gateway answers with what only that and the token give. */
export const proofHeader = 'x-holdfast-proof';

/**
 * Returns the way to take it back, which leaves the file of a gateway that was started since. Where
 * it cannot be written, other commands read the state file instead.
 */
export function writeRunFile(
  { files }: Pick<Host, 'files'>,
  path: string,
  facts: RunFacts,
): () => void {
  try {
    files.writeAtomic(path, `${JSON.stringify(facts)}\n`);
  } catch {
    return () => undefined; // a folder that is read-only or full: the gateway serves all the same
  }
  return () => {
    if (readRunFile({ files }, path)?.token !== facts.token) return;
    try {
      files.remove(path);
    } catch {
      // it stays, and is recognised as stale
    }
  };
}

/** Undefined where there is none, or none that can be read. */
export function readRunFile({ files }: Pick<Host, 'files'>, path: string): RunFacts | undefined {
  try {
    return parseRunFacts(JSON.parse(files.readText(path)));
  } catch {
    return undefined; // nobody has listened, or the file is another version's: the state file is read instead
  }
}

function parseRunFacts(value: unknown): RunFacts | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { url, pid, startedAt, token } = value as Record<string, unknown>;
  if (typeof url !== 'string' || !/^https?:\/\//.test(url) || typeof pid !== 'number')
    return undefined;
  if (typeof startedAt !== 'number' || typeof token !== 'string' || token === '') return undefined;
  return { url, pid, startedAt, token };
}

export function proveRun(token: string, challenge: string): string {
  return createHmac('sha256', token).update(challenge).digest('base64url');
}

export function isProof(shown: string | undefined, token: string, challenge: string): boolean {
  const expected = Buffer.from(proveRun(token, challenge));
  const given = Buffer.from(shown ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
