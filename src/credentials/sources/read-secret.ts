/**
 * Reads a credential's secret through its source when it is leased, never before (law 4). This
 * keeps fingerprints, and the last secret of each credential while config names it. The redactor
 * keeps the latest 25,000 secrets of 12 characters or more, to find them by value (law 20).
 */

import { inspect } from 'node:util';
import { fingerprintOf } from '../../config/secrets/fingerprint.ts';
import { judgeSecret } from '../../config/secrets/judge-secret.ts';
import type {
  Credential,
  GoodReading,
  PendingReading,
  Secret,
  SecretReading,
} from '../../model/credential.ts';
import { RecentMap } from '../recent/recent-map.ts';
import type { Finding, Source } from './source.ts';
import { createSources, type SourceParts } from './sources.ts';

export interface SecretReader {
  /**
   * Returns what is known without waiting: files and variables are read, a command's output comes
   * from its cache.
   */
  peek(credential: Credential): SecretReading | PendingReading;
  /**
   * Reads for a lease and waits for a source that must be asked; one question serves all who wait.
   */
  read(credential: Credential, signal: AbortSignal): Promise<SecretReading>;
  /**
   * Reads for a list or a diagnosis: like `read`, but it changes nothing, so a due token is not
   * refreshed.
   */
  examine(credential: Credential, signal: AbortSignal): Promise<SecretReading | PendingReading>;
  /**
   * Called after a provider refused the secret with this fingerprint (law 8): it rereads the
   * source, reruns the command, refreshes the token, once for all who wait. If it fails, what is
   * stored stays as it is.
   */
  reread(credential: Credential, refused: string, signal: AbortSignal): Promise<SecretReading>;
}

export interface SecretReaderParts extends SourceParts {
  /** Called once for each secret when it is first read. Default: nothing is called. */
  readonly onNewSecret?: (credential: Credential, value: string, fingerprint: string) => void;
}

/**
 * Bounds the fingerprints in memory, if a program prints a new token each time: more than any pool
 * has, and fewer than the redactor's secrets. A forgotten one is judged again when it is next read.
 */
const maxKnown = 20_000;

/** The source of a credential, which keeps what it remembers, and its last secret. */
interface OpenedSource {
  readonly source: Source;
  last?: { readonly found: string; readonly reading: GoodReading };
}

export function createSecretReader(parts: SecretReaderParts): SecretReader {
  const open = createSources(parts);
  const known = new RecentMap<string, true>(maxKnown);
  const identify = (credential: Credential, value: string): string => {
    const fingerprint = fingerprintOf(credential.origin, value);
    if (known.has(fingerprint)) return fingerprint;
    known.set(fingerprint, true);
    parts.redactor.register(value);
    parts.onNewSecret?.(credential, value, fingerprint);
    return fingerprint;
  };
  const opened = new WeakMap<Credential, OpenedSource>();
  const sourceOf = (credential: Credential): OpenedSource => {
    const known = opened.get(credential) ?? { source: open(credential) };
    opened.set(credential, known);
    return known;
  };
  const conclude = (credential: Credential, finding: Finding): SecretReading => {
    if (finding.state !== 'found') return describeMissing(finding);
    const { at, value: found } = finding;
    const from = sourceOf(credential);
    const { last } = from;
    // A secret rarely differs from the one before, so it is not judged and fingerprinted again for
    // each request.
    const { foundAt } = at;
    if (
      last?.found === found &&
      last.reading.foundAt === foundAt &&
      known.has(last.reading.fingerprint)
    )
      return last.reading;
    const judged = judgeSecret(found, foundAt);
    if (judged.state !== 'ok') {
      const isMore = judged.state === 'malformed' && judged.isGatewayKey === undefined;
      const text = isMore ? aloneAt[credential.locator.kind] : undefined;
      return { ...judged, lookedIn: [foundAt], ...(text && { fix: { text } }) };
    }
    const { value } = judged;
    const fingerprint = identify(credential, value);
    const secret = new HiddenSecret(value, fingerprint);
    const reading: GoodReading = { state: 'ok', secret, fingerprint, ...at };
    from.last = { found, reading };
    return reading;
  };
  return {
    peek: (credential) => {
      const { source } = sourceOf(credential);
      const finding = source.fixed ?? source.peek();
      return finding === 'pending' ? { state: 'pending' } : conclude(credential, finding);
    },
    read: async (credential, signal) =>
      conclude(credential, await sourceOf(credential).source.read(signal)),
    examine: async (credential, signal) => {
      const { source } = sourceOf(credential);
      const finding = await (source.examine?.() ?? source.read(signal));
      return finding === 'pending' ? { state: 'pending' } : conclude(credential, finding);
    },
    reread: async (credential, refused, signal) =>
      conclude(credential, await sourceOf(credential).source.reread(refused, signal)),
  };
}

/** What helps where a place holds more than a key; a variable is told with its line. */
const aloneAt: Partial<Record<Credential['locator']['kind'], string>> = {
  command: 'let that program print the key alone, on one line',
  file: 'leave the key alone in that file, on one line',
  keychain: 'store the key alone there, on one line',
};

function describeMissing(finding: Exclude<Finding, { readonly state: 'found' }>): SecretReading {
  if (finding.state === 'failed') return finding;
  const { state, lookedIn, hint, fix } = finding;
  const looked = `not set: looked for ${lookedIn.join(', then ')}`;
  const detail = hint === undefined ? looked : `${looked}; ${hint}`;
  return { state, lookedIn, detail, ...(fix && { fix }) };
}

/** Prints as what it is called, and never as itself (law 20). */
export class HiddenSecret implements Secret {
  readonly #value: string;
  readonly #called: string;

  constructor(value: string, called: string) {
    this.#value = value;
    this.#called = called;
  }

  reveal(): string {
    return this.#value;
  }

  toJSON(): string {
    return this.#called;
  }

  toString(): string {
    return this.#called;
  }

  [inspect.custom](): string {
    return this.#called;
  }
}
