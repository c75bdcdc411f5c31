/**
 * Reads the machine's facts: cores, CPU time and memory of a process, free ports. Only Linux
 * reports all; other systems give zeros.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, loadavg, release } from 'node:os';

/** Linux counts CPU time in hundredths of a second. */
const tickUs = 10_000;

/** The contenders' core. Load and provider share the other one. */
const contenderCore = '0';
const loadCore = '1';

/** A container may have neither the program nor the core. */
const hasTaskset = spawnSync('taskset', ['-c', contenderCore, 'true']).status === 0;

/** The command, bound to the contenders' core where `taskset` is there. */
export function onContenderCore(command: readonly string[]): readonly string[] {
  return hasTaskset ? ['taskset', '-c', contenderCore, ...command] : command;
}

/** Binds this process, which is the load and the provider, to its core. */
export function moveToLoadCore(): void {
  if (hasTaskset) spawnSync('taskset', ['-acp', loadCore, String(process.pid)]);
}

/**
 * CPU time used so far by all threads of a process, and of the processes that it has started and
 * that live, in microseconds; 0 where there is no /proc.
 */
export function cpuTimeUs(pid: number | undefined): number {
  return sum([pid, ...listStarted(pid)].map(ownCpuTimeUs));
}

/** What a process, and those that it has started and that live, have asked of the system so far. */
export interface SystemCalls {
  readonly reads: number;
  readonly writes: number;
  /** How often a thread had nothing to do, and waited. */
  readonly waits: number;
}

/** Zeros where there is no /proc. */
export function countCalls(pid: number | undefined): SystemCalls {
  const counts = [pid, ...listStarted(pid)].map((one) => {
    const io = readProc(one, 'io');
    const threads = listThreads(one).map((thread) => readProc(one, `task/${thread}/status`));
    const waits = threads.map((status) => numberIn(status, /^voluntary_ctxt_switches:\s+(\d+)/m));
    return {
      reads: numberIn(io, /^syscr: (\d+)/m),
      writes: numberIn(io, /^syscw: (\d+)/m),
      waits: sum(waits),
    };
  });
  return {
    reads: sum(counts.map(({ reads }) => reads)),
    writes: sum(counts.map(({ writes }) => writes)),
    waits: sum(counts.map(({ waits }) => waits)),
  };
}

/** The processes that a process has started and that live; none where there is no /proc. */
export function listStarted(pid: number | undefined): readonly number[] {
  return readProc(pid, `task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

function ownCpuTimeUs(pid: number | undefined): number {
  const fields = readProc(pid, 'stat').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * tickUs;
}

/** Resident memory in kilobytes; 0 where there is no /proc. */
export function residentKb(pid: number | undefined): number {
  return numberIn(readProc(pid, 'status'), /^VmRSS:\s+(\d+)/m);
}

function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((so, value) => so + value, 0);
}

function listThreads(pid: number | undefined): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function readProc(pid: number | undefined, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // another system, or the process has ended
  }
}

/** Processor, kernel and the versions of what is compared. */
export function describeMachine(): string {
  const processors = cpus();
  const nginx = /nginx\/\S+/.exec(
    spawnSync('nginx', ['-v'], { encoding: 'utf8' }).stderr ?? '',
  )?.[0];
  const parts = [
    `${processors.length} × ${processors[0]?.model.trim()}`,
    `${process.platform} ${release()}`,
    `Node ${process.version}`,
    ...(nginx === undefined ? [] : [nginx]),
  ];
  return parts.join(', ');
}

/** Returns the load of the machine, including other programs. */
export function describeLoad(): string {
  return loadavg()
    .map((load) => load.toFixed(2))
    .join(' ');
}

/** Returns a port that nobody listens on at the moment. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      );
    });
  });
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
