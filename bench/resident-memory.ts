/**
 * The resident memory of the installed package over its life: idle, under a load of small requests,
 * and when it is quiet again.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender } from './contender.ts';
import { type Packaged, packaged, startContenders } from './contenders.ts';
import { encodeRequest, runClosedLoop } from './load.ts';
import { cpuTimeUs, listStarted, residentKb, sleep } from './machine.ts';
import { startUpstream } from './upstream.ts';

/** V8 gives pages back some ten seconds after a collection, later on a busy machine. */
const idleMs = 60_000;
const batchMs = 2000;

/** Megabytes. */
export interface Resident {
  /** Of the process that serves; of the largest worker where there are some. */
  readonly serving: number;
  /** Of all processes. Pages that they share count in each. */
  readonly all: number;
}

export interface MemoryOfLife {
  /** A minute after the start. */
  readonly idle: Resident;
  /** The most under load, read every two seconds. */
  readonly loaded: Resident;
  /** At the end of the quiet time after the load. */
  readonly quiet: Resident;
  readonly requests: number;
  /** CPU time of all processes for each request, µs. */
  readonly cpuUs: number;
}

export interface Life {
  /** At least so many of 1 kB, over 64 connections. */
  readonly requests: number;
  /** The wait for quiet ends earlier when `serving` has so many megabytes. Default: it does not. */
  readonly quietAt?: number;
  /** Default: a minute. */
  readonly quietMs?: number;
}

export async function measureLife(
  started: Packaged,
  { requests, quietAt = 0, quietMs = idleMs }: Life,
): Promise<MemoryOfLife> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-memory-'));
  const upstream = await startUpstream();
  const [gateway] = await startContenders({ folder, upstreamPort: upstream.port }, [
    packaged(started),
  ]);
  if (gateway === undefined) throw new Error('the gateway is not running');
  try {
    await sleep(idleMs);
    const idle = readResident(gateway);
    const cpuBefore = cpuTimeUs(gateway.pid);
    const { made, loaded } = await load(gateway, requests);
    const cpuUs = (cpuTimeUs(gateway.pid) - cpuBefore) / made;
    const endsAt = performance.now() + quietMs;
    let quiet = readResident(gateway);
    while (quiet.serving > quietAt && performance.now() < endsAt) {
      await sleep(batchMs);
      quiet = readResident(gateway);
    }
    return { idle, loaded, quiet, requests: made, cpuUs };
  } finally {
    await gateway.stop();
    await upstream.close();
    rmSync(folder, { recursive: true });
  }
}

async function load(
  gateway: Contender,
  requests: number,
): Promise<{ readonly made: number; readonly loaded: Resident }> {
  const request = encodeRequest(gateway, 900);
  let loaded: Resident = { serving: 0, all: 0 };
  let made = 0;
  while (made < requests) {
    made += (await runClosedLoop(gateway, request, { connections: 64, forMs: batchMs })).count;
    const { serving, all } = readResident(gateway);
    loaded = { serving: Math.max(loaded.serving, serving), all: Math.max(loaded.all, all) };
  }
  return { made, loaded };
}

function readResident({ pid }: Contender): Resident {
  const workers = listStarted(pid).map(residentKb);
  const own = residentKb(pid);
  const all = workers.reduce((sum, one) => sum + one, own);
  return { serving: Math.max(...(workers.length > 0 ? workers : [own])) / 1024, all: all / 1024 };
}
