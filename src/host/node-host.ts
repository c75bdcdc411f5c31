/**
 * The real host: Node's clock, files, environment and programs, and the way to providers. Built
 * once, by the composition root.
 */

import { hash, randomBytes, randomFillSync } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Environment, Host, Timer } from '../host.ts';
import { createNodeFiles } from './node-files.ts';
import { createNodeKeychain } from './node-keychain.ts';
import { createNodeRun } from './node-run.ts';
import { readProxies } from './proxies.ts';
import { Upstream } from './upstream.ts';

/** Creates a host over this process. `environment` defaults to the process's own. */
export function createNodeHost(environment: NodeJS.ProcessEnv = process.env): Host {
  const variables: Environment = {
    get: (name) => environment[name],
    all: () => copyEnvironment(environment),
  };
  const chooseProxy = readProxies(variables);
  const upstream = new Upstream(nodeClock, chooseProxy);
  const programs = createNodeRun();
  return {
    clock: nodeClock,
    random: Math.random,
    randomToken: createRandomTokens(),
    dispatch: upstream.dispatch,
    tryConnection: async (origin) => {
      const { tryConnection } = await import('./try-connection.ts');
      return tryConnection(origin, { clock: nodeClock, chooseProxy });
    },
    readCertificate: async (origin) => {
      const { readCertificate } = await import('./read-certificate.ts');
      return readCertificate(origin, { clock: nodeClock, chooseProxy });
    },
    files: createNodeFiles(),
    environment: variables,
    run: programs.run,
    keychain: createNodeKeychain(),
    member: nameMember(environment),
    processId: process.pid,
    executable: process.execPath,
    platform: process.platform,
    close: async () => {
      programs.close();
      upstream.close();
    },
  };
}

/** One who asks several gateways behind one address can see which of them an id is of. */
function nameMember({ HOLDFAST_HOME: home = '' }: NodeJS.ProcessEnv): string {
  return hash('sha256', `${hostname()}\n${home}`).slice(0, 4);
}

function copyEnvironment(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const entries = Object.entries(environment);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

const nodeClock: Clock = {
  now: Date.now,
  monotonic: performance.now.bind(performance),
  sleep,
  startTimer,
  afterTurn,
};

let endOfTurn: (() => void)[] = [];

/**
 * One immediate for all: between two of them Node would do everybody's ticks, and writes that leave
 * together cost a quarter less.
 */
function afterTurn(callback: () => void): void {
  endOfTurn.push(callback);
  if (endOfTurn.length > 1) return;
  setImmediate(() => {
    const due = endOfTurn;
    endOfTurn = [];
    for (const call of due) call();
  });
}

/** Node fires a longer timer at once. Some 25 days. */
const longestTimerMs = 2 ** 31 - 1;

function startTimer(ms: number, onFire: () => void): Timer {
  const timer = setTimeout(onFire, Math.min(ms, longestTimerMs));
  timer.unref();
  return { cancel: () => clearTimeout(timer) };
}

/**
 * Node counts from the beginning of the turn and cuts fractions off, so that its timer may end
 * before a mark that it was set for: the request would find the mark still there, and leave for the
 * next target.
 */
async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  const wakeAt = performance.now() + Math.ceil(ms);
  let left = Math.ceil(ms);
  do {
    await delay(Math.min(left, longestTimerMs), undefined, { signal }).catch((error: unknown) => {
      throw signal?.reason ?? error;
    });
    left = Math.ceil(wakeAt - performance.now());
  } while (left > 0);
}

/** Asking the system costs the same for a few bytes as for all of these. */
const poolSize = 4096;

/**
 * Gives so many random bytes, as URL-safe text. Every request has an id: they are drawn in bulk. No
 * byte is given out twice, or kept once it was.
 */
export function createRandomTokens(): (bytes: number) => string {
  const pool = Buffer.alloc(poolSize);
  let used = poolSize;
  return (bytes) => {
    if (bytes > poolSize) return randomBytes(bytes).toString('base64url');
    if (used + bytes > poolSize) {
      randomFillSync(pool);
      used = 0;
    }
    const start = used;
    used += bytes;
    const token = pool.toString('base64url', start, used);
    pool.fill(0, start, used);
    return token;
  };
}
