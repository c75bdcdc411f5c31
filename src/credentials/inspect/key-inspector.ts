/**
 * Looks over all keys after a change and reports warnings about them, each once. Not on the path of
 * a request.
 */

import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { RequestError } from '../../errors.ts';
import type { Timer } from '../../host.ts';
import type { Credential } from '../../model/credential.ts';
import type { EventListener } from '../../model/events.ts';
import { catalogue } from '../../providers/builtin.ts';
import { keyVariablesOf } from '../../providers/sites.ts';
import { createSecretReader, type SecretReader } from '../sources/read-secret.ts';
import type { SourceParts } from '../sources/sources.ts';
import { fileOfSecret, type KeyFiles, warnOfExposed } from './exposed.ts';
import { endOfToken, findOddities, warnOfEnd } from './oddities.ts';
import {
  type FoundKey,
  type KeyWarning,
  warnOfEmpty,
  warnOfLooks,
  warnOfShadows,
} from './warnings.ts';

export interface KeyInspectorParts extends Omit<SourceParts, 'keyVariables'> {
  readonly config: () => ResolvedConfig;
  readonly onEvent: EventListener;
  readonly gatewayKeyFile: string;
}

/** Changes within this time are looked over together. */
const settleMs = 100;
/**
 * The pause after a look is this many times as long as the look took: a pool of thousands takes
 * long.
 */
const restFactor = 100;

export class KeyInspector {
  /** Calls back with every secret that it reads for the first time. */
  readonly reader: SecretReader;
  readonly #parts: KeyInspectorParts;
  readonly #oddities = new Map<string, readonly KeyWarning[]>();
  /** When tokens end by themselves, by fingerprint; epoch ms. */
  readonly #ends = new Map<string, number>();
  #reported: ReadonlySet<string> = new Set();
  #timer: Timer | undefined;
  #tookMs = 0;

  constructor(parts: KeyInspectorParts) {
    this.#parts = parts;
    this.reader = createSecretReader({
      ...parts,
      keyVariables: () => listKeyVariables(parts.config()),
      onNewSecret: (...read) => this.#noteSecret(...read),
    });
  }

  /** Keeps what is odd about a new secret, not the secret itself. */
  #noteSecret(credential: Credential, secret: string, fingerprint: string): void {
    const oddities = findOddities(secret, credential);
    if (oddities.length > 0) this.#oddities.set(fingerprint, oddities);
    const end = credential.source === 'oauth' ? undefined : endOfToken(secret);
    if (end !== undefined) this.#ends.set(fingerprint, end);
    this.wake();
  }

  /** Returns what is odd about a secret that was read, to follow the name of the key. */
  oddityOf(fingerprint: string): string | undefined {
    return this.#odditiesOf(fingerprint)[0]?.text;
  }

  #odditiesOf(fingerprint: string): readonly KeyWarning[] {
    const end = this.#ends.get(fingerprint) ?? Number.POSITIVE_INFINITY;
    const ended = end <= this.#parts.host.clock.now() ? [warnOfEnd(end)] : [];
    return [...ended, ...(this.#oddities.get(fingerprint) ?? [])];
  }

  /** Schedules a look at all keys. */
  wake(): void {
    const restMs = Math.max(settleMs, restFactor * this.#tookMs);
    this.#timer ??= this.#parts.host.clock.startTimer(restMs, () => {
      this.#timer = undefined;
      this.#tellIfPossible();
    });
  }

  /**
   * Skips a look while the process is out of file descriptors. The next new secret schedules
   * another one.
   */
  #tellIfPossible(): void {
    try {
      this.tell();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
    }
  }

  /** Reports the warnings that are new since the last look. */
  tell(): void {
    const { clock } = this.#parts.host;
    const startedAt = clock.monotonic();
    const warnings = this.warnings();
    this.#tookMs = clock.monotonic() - startedAt;
    for (const warning of warnings) {
      if (!this.#reported.has(warning.text)) this.#parts.onEvent({ type: 'warning', ...warning });
    }
    this.#reported = new Set(warnings.map(({ text }) => text));
  }

  /** Returns all current warnings, each once. */
  warnings(): readonly KeyWarning[] {
    const { pools, providers } = this.#parts.config();
    const found = new Map(
      [...pools].map(([name, pool]) => [name, pool.map((key) => this.#look(key))]),
    );
    const shadows = [...providers.keys()].flatMap((name) =>
      warnOfShadows(name, found.get(name) ?? []),
    );
    const empty = [...found].flatMap(([name, pool]) => warnOfEmpty(name, pool));
    const looks = [...found.values()].flat().flatMap(warnOfLooks);
    const exposed = this.#warnOfExposed([...found.values()].flat());
    const all = [...shadows, ...empty, ...looks, ...exposed];
    return [...new Map(all.map((warning) => [warning.text, warning])).values()];
  }

  #warnOfExposed(found: readonly FoundKey[]): readonly KeyWarning[] {
    const keyFiles = listKeyFiles(this.#parts);
    const holding = found.filter(({ reading }) => reading.state === 'ok');
    const paths = holding.flatMap(({ credential }) => fileOfSecret(credential, keyFiles) ?? []);
    return warnOfExposed(new Set([...paths, keyFiles.gateway]), this.#parts.host.files);
  }

  close(): void {
    this.#timer?.cancel();
  }

  /** Never waits: a command or a keychain is looked over only after a request has read it. */
  #look(credential: Credential): FoundKey {
    const { peek } = this.reader;
    const reading = peek(credential);
    const oddities = reading.state === 'ok' ? this.#odditiesOf(reading.fingerprint) : [];
    const elsewhere = inEnvironment(credential);
    return { credential, reading, oddities, hidden: elsewhere && peek(elsewhere) };
  }
}

/**
 * Locates the same variable in the environment, if `.env` hides it there, or the variable that a
 * stored key was copied from.
 */
function inEnvironment(credential: Credential): Credential | undefined {
  const { locator } = credential;
  if (locator.kind === 'stored' && locator.copiedFrom !== undefined) {
    return {
      ...credential,
      locator: { kind: 'variable', variable: locator.copiedFrom, places: ['env'] },
    };
  }
  if (locator.kind !== 'variable' || locator.places.length < 2) return undefined;
  return { ...credential, locator: { ...locator, places: ['env'] } };
}

function listKeyFiles({
  config,
  dotenv,
  credentialsFile,
  gatewayKeyFile,
}: KeyInspectorParts): KeyFiles {
  const { origin } = config();
  return {
    config: origin.kind === 'file' ? origin.path : undefined,
    dotenv: dotenv.path,
    isInDotenv: (variable) => dotenv.current().variables.has(variable),
    credentials: credentialsFile.path,
    gateway: gatewayKeyFile,
  };
}

/** This variable replaces the gateway's key file. */
const gatewayKeyVariable = 'HOLDFAST_GATEWAY_KEY';

/**
 * Returns the name of every variable known to hold a secret, set or not: the vendors', those that
 * config names, and our own gateway's.
 */
function listKeyVariables(config: Pick<ResolvedConfig, 'pools'>): ReadonlySet<string> {
  const known = catalogue.entries.flatMap(keyVariablesOf);
  const named = [...config.pools.values()].flatMap((pool) =>
    pool.flatMap(({ locator }) => (locator.kind === 'variable' ? [locator.variable] : [])),
  );
  return new Set([gatewayKeyVariable, ...known, ...named]);
}
