/**
 * What Linux says of another process, for people whose gateway answers nobody. Elsewhere, and of
 * another user's process, nothing is known.
 */

import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { codeOf } from '../errors.ts';
import type { Fix } from '../model/fix.ts';
import { readOr } from './find-listener.ts';
import { shellLine } from './shell-line.ts';

export interface ProcessState {
  /** A signal has stopped it: it goes on with `SIGCONT`. */
  readonly isStopped: boolean;
  /** Files and connections. */
  readonly openFiles: number;
  /** How many it may have open. */
  readonly maxOpenFiles: number;
}

/**
 * Undefined if this user may not look. Layout:
 * https://man7.org/linux/man-pages/man5/proc.5.html
 */
export function readProcess(pid: number, proc = '/proc'): ProcessState | undefined {
  try {
    const read = (name: string): string => readFileSync(`${proc}/${pid}/${name}`, 'utf8');
    const limit = Number(/^Max open files\s+(\d+)/m.exec(read('limits'))?.[1]);
    return {
      isStopped: /^.*\) ([A-Za-z]) /s.exec(read('stat'))?.[1]?.toLowerCase() === 't',
      openFiles: readdirSync(`${proc}/${pid}/fd`).length,
      maxOpenFiles: Number.isNaN(limit) ? Number.POSITIVE_INFINITY : limit,
    };
  } catch {
    return undefined;
  }
}

/** What a person must be told of a process that a signal has stopped; undefined for another. */
export function explainStop(
  pid: number,
  proc?: string,
): { readonly what: string; readonly fix: Fix } | undefined {
  return readProcess(pid, proc)?.isStopped === true
    ? {
        what: 'is stopped by a signal (SIGSTOP, Ctrl-Z)',
        fix: { text: 'let it go on', command: shellLine`kill -CONT ${pid}` },
      }
    : undefined;
}

/** The file that a process (this one) was started with; undefined if it cannot be seen. */
export function findScript(pid = process.pid, proc = '/proc'): string | undefined {
  const [, script = ''] = readOr(`${proc}/${pid}/cmdline`).split('\0');
  try {
    return isAbsolute(script) ? realpathSync(script) : undefined;
  } catch {
    return undefined; // it is gone, or this user may not look
  }
}

/** A process of another user is there too. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Processes that it has started and that still run. */
export function listChildren(pid: number, proc = '/proc'): readonly number[] {
  const listed = readOr(`${proc}/${pid}/task/${pid}/children`).split(' ');
  return listed.filter((one) => /^\d+$/.test(one)).map(Number);
}

/** Reads one variable of the environment that it was started with; nothing else of it is kept. */
export function readVariable(pid: number, name: string, proc = '/proc'): string | undefined {
  return readVariables(pid, [name], proc)?.get(name);
}

/** The same for several, of those that are set. Undefined if this user may not look. */
export function readVariables(
  pid: number,
  names: readonly string[],
  proc = '/proc',
): ReadonlyMap<string, string> | undefined {
  try {
    const all = readFileSync(`${proc}/${pid}/environ`, 'utf8').split('\0');
    const pairs = all.map(
      (line) => [line.replace(/=.*$/s, ''), line.replace(/^[^=]*=/, '')] as const,
    );
    return new Map(pairs.filter(([name]) => names.includes(name)));
  } catch {
    return undefined;
  }
}
