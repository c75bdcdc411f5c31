/**
 * The source of a secret that a program prints. One run serves all who wait; its output stays good
 * for its `ttl`, a failure for a few seconds only, so that it heals; after a refusal the program
 * runs again, once a minute (laws 4 and 8).
 */

import { fingerprintOf } from '../../config/secrets/fingerprint.ts';
import { judgeSecret } from '../../config/secrets/judge-secret.ts';
import { AccessError, runShort } from '../../errors.ts';
import type { Host, RunResult } from '../../host.ts';
import type { CommandSource, Credential } from '../../model/credential.ts';
import { Asking } from './asking.ts';
import { describeRun, nameProgram } from './command-wording.ts';
import {
  type AskedSource,
  createAskedSource,
  type Finding,
  type LocatorOf,
  type Source,
} from './source.ts';

/** A key is far shorter; what prints more is not what was meant. */
const outputLimit = 64 * 1024;
/** How long a failure is believed: every request in between would wait for the same one. */
const briefMs = 5000;
/** The program runs at most this often because of one refused secret. */
const rereadEveryMs = 60_000;

export interface CommandParts {
  readonly host: Host;
  /** Everything the program inherits, without secrets. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** Takes secrets out of what the program said about itself. */
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

  /** The last answer while it is good. */
  known(): Finding | undefined {
    const last = this.#last;
    return last !== undefined && this.#now() - last.at < last.goodMs ? last.finding : undefined;
  }

  /**
   * A new output if there is one already; else a new run, unless there was one for this secret
   * within the minute.
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
      if (!this.#asking.isBusy) this.#rereadAt.delete(refused); // everybody left: it never came to its end
      throw error;
    }
  }

  ask(signal: AbortSignal): Promise<Finding> {
    return this.#asking.ask(signal, async (untilNobodyWaits) => {
      const finding = await this.#run(untilNobodyWaits);
      // A program that fails leaves what is good in use: the refusal may have been momentary (law
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
    if (isPrinted(result)) return { state: 'found', value: result.output, at };
    const detail = `${at} ${redact(describeRun(result, this.#source))}`;
    return { state: 'failed', lookedIn: [`the output of ${nameProgram(this.#source)}`], detail };
  }

  /** How long an output is used. One that is no key is asked for again soon, like a failure. */
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
