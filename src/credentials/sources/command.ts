/**
 * The source of a secret that a program prints. One run serves all who wait. Its output is used for
 * its `ttl`, a failure only for seconds, so that it heals. After a refusal the program runs again,
 * at most once a minute (laws 4 and 8).
 */

import { fingerprintOf } from '../../config/secrets/fingerprint.ts';
import { judgeSecret } from '../../config/secrets/judge-secret.ts';
import { AccessError, runShort } from '../../errors.ts';
import type { Host, RunResult } from '../../host.ts';
import type { CommandSource, Credential } from '../../model/credential.ts';
import { Asking } from './asking.ts';
import { describeRun, fixRun, nameProgram } from './command-wording.ts';
import {
  type AskedSource,
  createAskedSource,
  type Finding,
  type LocatorOf,
  type Source,
} from './source.ts';

/** No key is nearly as long. */
const outputLimit = 64 * 1024;
/** A failure is reused this long: otherwise every request would wait for another run. */
const briefMs = 5000;
/** A refused secret runs the program at most this often. */
const rereadEveryMs = 60_000;

export interface CommandParts {
  readonly host: Host;
  /** Returns what the program inherits, without secrets. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** Removes secrets from the program's error output. */
  readonly redact: (text: string) => string;
}

export function createCommandSource(
  parts: CommandParts,
): (credential: Credential, locator: LocatorOf<'command'>) => Source {
  return createAskedSource((locator: LocatorOf<'command'>) => new Program(parts, locator));
}

interface CommandOutput {
  readonly finding: Finding;
  readonly at: number;
  readonly goodMs: number;
}

/** One program with its last output, shared by every credential that names it. */
class Program implements AskedSource {
  readonly #parts: CommandParts;
  readonly #source: CommandSource;
  readonly #asking = new Asking<Finding>();
  readonly #rereadAt = new Map<string, number>();
  #last: CommandOutput | undefined;

  constructor(parts: CommandParts, source: CommandSource) {
    this.#parts = parts;
    this.#source = source;
  }

  /** Returns the last answer while it is valid. */
  known(): Finding | undefined {
    const last = this.#last;
    return last !== undefined && this.#now() - last.at < last.goodMs ? last.finding : undefined;
  }

  /**
   * Returns a newer output if there is one, else runs again unless this secret did so within the
   * minute.
   */
  async reread(
    { origin, fingerprint: refused }: Parameters<AskedSource['reread']>[0],
    signal: AbortSignal,
  ): Promise<Finding> {
    const known = this.#last?.finding;
    if (known?.state === 'found' && fingerprintOf(origin, known.value.trim()) !== refused)
      return known;
    this.#forgetOld();
    const isEarly = known !== undefined && this.#rereadAt.has(refused);
    if (isEarly && !this.#asking.isBusy) return known;
    if (!isEarly) this.#rereadAt.set(refused, this.#now());
    try {
      return await this.ask(signal);
    } catch (error) {
      if (known !== undefined && isBusy(error)) return known;
      if (!this.#asking.isBusy) this.#rereadAt.delete(refused); // all callers left: the run never ended
      throw error;
    }
  }

  ask(signal: AbortSignal): Promise<Finding> {
    return this.#asking.ask(signal, async (untilNobodyWaits) => {
      const finding = await this.#run(untilNobodyWaits);
      // If the program fails, a valid output stays in use: the refusal may have been momentary (law
      // 8).
      const isKept = finding.state === 'found' || this.known() === undefined;
      if (isKept && !untilNobodyWaits.aborted) {
        this.#last = { finding, at: this.#now(), goodMs: this.#goodMs(finding) };
      }
      return finding;
    });
  }

  async #run(signal: AbortSignal): Promise<Finding> {
    const { command, shell, timeoutMs } = this.#source;
    const { host, environment, redact } = this.#parts;
    const options = { shell, timeoutMs, outputLimit, environment: environment(), signal };
    const result = await host.run(command, options);
    if (result.ended === 'not-started' && result.shortage !== undefined)
      throw runShort(result.shortage);
    const at = `command ${nameProgram(this.#source)}`;
    if (isPrinted(result)) return { state: 'found', value: result.output, at: { foundAt: at } };
    const detail = `${at} ${redact(describeRun(result, this.#source))}`;
    const fix = fixRun(result, this.#source);
    return { state: 'failed', lookedIn: [at], detail, ...(fix && { fix }) };
  }

  /** Returns how long an output is used. One that is not a key is replaced soon, like a failure. */
  #goodMs(finding: Finding): number {
    if (finding.state !== 'found' || judgeSecret(finding.value, '').state !== 'ok') return briefMs;
    return this.#source.ttlMs;
  }

  #forgetOld(): void {
    const since = this.#now() - rereadEveryMs;
    for (const [refused, at] of this.#rereadAt) if (at <= since) this.#rereadAt.delete(refused);
  }

  #now(): number {
    return this.#parts.host.clock.monotonic();
  }
}

function isBusy(error: unknown): boolean {
  // The process is out of file descriptors, which says nothing about the secret.
  return error instanceof AccessError && error.code === 'busy';
}

function isPrinted(result: RunResult): result is Extract<RunResult, { readonly ended: 'exited' }> {
  return result.ended === 'exited' && result.status === 0 && result.output.trim() !== '';
}
