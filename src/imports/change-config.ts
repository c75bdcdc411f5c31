/**
 * Edits our own config file in place, one writer at a time, based on the file's content at that
 * moment.
 */

import { type ChangeCheck, type CheckContext, checkChange } from '../config/holder/check-text.ts';
import { holdLockFile, type IsHeld } from '../credentials/stored/lock-file.ts';
import { ConfigError, type ConfigProblem } from '../errors.ts';
import { describeFileFault, fixFileFault } from '../host/file-fault.ts';
import type { Host } from '../host.ts';
import {
  type ConfigChange,
  hasChanged,
  isUnchanged,
  readConfigBefore,
  writeConfig,
} from './write-config.ts';

/** The lock covers one read and one write, which takes almost no time. */
const lockMs = 3000;
const waitMs = 15_000;

/** Stops after this many saves by an editor while one value is set. */
const maxReads = 10;

/**
 * Changes the file under a lock that all processes see, and returns the problems that it then has.
 * `change` gets its text, undefined if there is none, and is called again if somebody saved without
 * the lock meanwhile. Throws a `ConfigError` for a change that adds problems, and for a file that
 * cannot be read or written, `credentials-locked` after 15 s, and whatever `change` throws; then
 * nothing is written.
 */
export async function changeConfig(
  context: CheckContext,
  change: (text: string | undefined) => string,
): Promise<readonly ConfigProblem[]> {
  const { host, paths } = context;
  const path = paths.configFile;
  return holdConfig(host, path, (isHeld) => {
    for (let reads = 0; reads < maxReads && isHeld(); reads += 1) {
      const before = readConfigBefore(host, path);
      const after = change(before?.text);
      const { added, left } = checkChange(context, before?.text, after);
      if (added.length > 0) throw new ConfigError('config-invalid', added);
      if (!isUnchanged(host, path, before)) continue;
      host.files.writeAtomic(path, after, before?.mode);
      return left;
    }
    throw hasChanged(path);
  });
}

interface Planning<Plan> {
  readonly makePlan: () => Plan;
  readonly isWorthWriting: (plan: Plan) => boolean;
  readonly mayWrite: boolean;
}

/** Says what became of a plan. */
export interface WriteOutcome {
  readonly isWritten: boolean;
  /** The path of the old config; absent if there was none. */
  readonly backup: string | undefined;
  /** Nothing is written if the plan adds problems. */
  readonly check: ChangeCheck;
}

/**
 * Shows a change of the config first, and writes it only on request, and only if it adds no
 * problem. Under the lock of `changeConfig` the plan is made again from the current file. Throws
 * `credentials-locked` after 15 s, a `ConfigError` for a file that cannot be written, and whatever
 * `makePlan` throws.
 */
export async function planAndWrite<Plan extends ConfigChange>(
  context: CheckContext,
  { makePlan, isWorthWriting, mayWrite }: Planning<Plan>,
): Promise<readonly [Plan, WriteOutcome]> {
  const { host, paths } = context;
  const path = paths.configFile;
  const look = (): readonly [Plan, WriteOutcome] => {
    const plan = makePlan();
    const check = checkChange(context, plan.before?.text, plan.after);
    return [plan, { isWritten: false, backup: undefined, check }];
  };
  const mayBeWritten = ([plan, { check }]: readonly [Plan, WriteOutcome]): boolean =>
    isWorthWriting(plan) && check.added.length === 0;
  const first = look();
  if (!mayWrite || !mayBeWritten(first)) return first;
  return holdConfig(host, path, (isHeld) => {
    const again = look();
    if (!mayBeWritten(again)) return again;
    if (!isHeld()) throw hasChanged(path);
    const [plan, { check }] = again;
    return [plan, { isWritten: true, backup: writeConfig(host, path, plan), check }];
  });
}

/** Check `isHeld` right before the write. */
async function holdConfig<T>(host: Host, path: string, work: (isHeld: IsHeld) => T): Promise<T> {
  const lock = { path: `${path}.lock`, lockMs, waitMs };
  try {
    return await holdLockFile(host, lock, work);
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? cannotWriteConfig(path, error) : error;
  }
}

function cannotWriteConfig(path: string, error: unknown): ConfigError {
  const message = `cannot be written: ${describeFileFault(error)}`;
  const fix = fixFileFault(error, path);
  return new ConfigError('config-invalid', [{ path, key: '(file)', message, fix }]);
}
