/** Checks whether the state file and the log can be written, and the free space on their disk. */

import { describeFileFault, fixFileFault } from '../../host/file-fault.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Host } from '../../host.ts';
import type { Fix } from '../../model/fix.ts';
import { describeBytes } from '../why/wording.ts';
import { createTrouble, type Trouble } from './troubles.ts';

/** A day's log and the state file's write-ahead log together are seldom larger. */
const minBytes = 16 * 1024 * 1024;
/** With more files the command would be too long to paste. */
const maxRemoved = 5;

export interface WrittenFolder {
  /** The name used in messages: `the log`. */
  readonly name: string;
  readonly folder: string;
  /** Files of ours in it, as they are called: `the state file`. */
  readonly own?: Readonly<Record<string, string>>;
  /** Files that may be deleted, the oldest first. */
  readonly spare: readonly string[];
}

/** A folder with less can hold no more of what we write. */
export const fullBytes = 4096;

/** State file and log may share a disk, which is then reported once. */
export function judgeDisks(
  { files }: Pick<Host, 'files'>,
  written: readonly WrittenFolder[],
  least = minBytes,
): readonly Trouble[] {
  const faults = findFaults(files, written);
  if (faults.length > 0) return faults;
  // one disk has one number of free bytes
  const disks = Map.groupBy(written, ({ folder }) => files.spaceLeft(folder));
  return [...disks].flatMap(([left, on]) => {
    if (left === undefined || left >= least) return [];
    const names = on.map(({ name, folder }) => `${name} (${folder})`).join(' and ');
    const what = `the disk with ${names} is ${left < fullBytes ? 'full' : `nearly full: ${describeBytes(left)} left`}`;
    const spare = on.flatMap((one) => one.spare);
    return [createTrouble('broken', what, { evidence, fix: freeDisk(files, spare) })];
  });
}

const evidence = ['a gateway that runs still answers; what cannot be written is forgotten'];

/**
 * A folder may be fine while a file in it is another user's, read-only, or a folder. Of a folder's
 * fault its files say nothing new, nor does the log, which is mostly below the same folder.
 */
function findFaults(files: Host['files'], written: readonly WrittenFolder[]): readonly Trouble[] {
  const shut = new Map<string, Trouble>();
  const open = written.flatMap(({ name, folder, own = {} }) => {
    const tell = (what: string, path: string, fault: unknown): Trouble =>
      createTrouble('broken', `${what}: ${describeFileFault(fault)}`, {
        evidence,
        fix: fixFileFault(fault, path),
      });
    const fault = files.findWriteFault(folder);
    if (fault === undefined)
      return Object.entries(own).flatMap(([called, path]) => {
        const inIt = files.findFileFault(path);
        return inIt === undefined ? [] : [tell(`${called} ${path}`, path, inIt)];
      });
    const why = describeFileFault(fault);
    if (!shut.has(why))
      shut.set(why, tell(`${name} cannot be written in ${folder}`, folder, fault));
    return [];
  });
  return [...shut.values(), ...open];
}

function freeDisk(files: Host['files'], spare: readonly string[]): Fix {
  const sized = spare.map((path) => ({ path, bytes: files.stamp(path)?.bytes ?? 0 }));
  const largest = sized.toSorted((one, other) => other.bytes - one.bytes).slice(0, maxRemoved);
  const bytes = largest.reduce((sum, one) => sum + one.bytes, 0);
  if (bytes < minBytes) return { text: 'free space there' };
  return {
    text: `old logs have ${describeBytes(bytes)} of it`,
    command: shellLine`rm ${largest.map(({ path }) => path)}`,
  };
}
