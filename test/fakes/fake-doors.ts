/**
 * Fakes the host's programs and keychain: the test sets their answers, the fake clock their
 * duration.
 */

import type {
  Clock,
  Keychain,
  KeychainReading,
  Run,
  RunOptions,
  RunResult,
} from '../../src/host.ts';

/** The result of one run of a program. */
export interface ProgramAct {
  /** Default: exits with 0 and prints nothing. */
  readonly result?: RunResult;
  /**
   * Of the fake clock. Default: at the next turn. A run that takes longer than its limit is
   * `timed-out`.
   */
  readonly delayMs?: number;
}

export interface FakePrograms {
  /** Every run, in order, with its command and options. */
  readonly runs: readonly { readonly command: readonly string[]; readonly options: RunOptions }[];
  /** Sets the behaviour of the program from now on. */
  act: (command: readonly string[]) => ProgramAct;
  /** Prints this line and exits with 0 from now on. */
  print(line: string): void;
}

/** Creates the door and the handle of the test. */
export function createFakePrograms(clock: Clock): {
  readonly run: Run;
  readonly programs: FakePrograms;
} {
  const runs: { readonly command: readonly string[]; readonly options: RunOptions }[] = [];
  const programs: FakePrograms = {
    runs,
    act: () => ({}),
    print: (line) => {
      programs.act = () => ({ result: exited(`${line}\n`) });
    },
  };
  const run: Run = async (command, options) => {
    runs.push({ command, options });
    const { result = exited(''), delayMs = 0 } = programs.act(command);
    try {
      await clock.sleep(Math.min(delayMs, options.timeoutMs), options.signal);
    } catch {
      return { ended: 'aborted', errorOutput: '' }; // the signal is the only reason to wake early
    }
    return delayMs >= options.timeoutMs ? { ended: 'timed-out', errorOutput: '' } : result;
  };
  return { run, programs };
}

/** A program that ended. */
function exited(output: string, status = 0, errorOutput = ''): RunResult {
  return { ended: 'exited', status, output, errorOutput };
}

export interface FakeKeychain {
  /** Counts how often an entry was read. */
  asked: number;
  /** The answer of the keychain to every question. Default: absent. */
  says: KeychainReading | 'nothing, ever';
  /** Of the fake clock. Default 0: at the next turn. */
  delayMs: number;
}

export function createFakeKeychain(clock: Clock): {
  readonly keychain: Keychain;
  readonly handle: FakeKeychain;
} {
  const handle: FakeKeychain = { asked: 0, says: { state: 'absent' }, delayMs: 0 };
  const read = async (): Promise<KeychainReading> => {
    handle.asked += 1;
    const { says } = handle;
    if (says === 'nothing, ever') return new Promise(() => undefined);
    if (handle.delayMs > 0) await clock.sleep(handle.delayMs);
    return says;
  };
  return { keychain: { read }, handle };
}
