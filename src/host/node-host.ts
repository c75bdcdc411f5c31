/**
 * The real host: Node's clock, files, environment and programs, and connections to providers. The
 * composition root creates it once.
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

/** `environment` defaults to that of this process. */
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
    takeVariable: (name) => {
      const value = environment[name];
      delete environment[name];
      return value;
    },
    run: programs.run,
    edit: async (editor, path) => {
      const { runEditor } = await import('./run-editor.ts');
      return runEditor(editor, path);
    },
    keychain: createNodeKeychain(),
    member: nameMember(environment),
    machine: hostname(),
    processId: process.pid,
    executable: process.execPath,
    platform: process.platform,
    close: async () => {
      programs.close();
      upstream.close();
    },
  };
}

/** Lets a client with several gateways behind one address see which one an id comes from. */
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
 * Uses one immediate for all callbacks: between two immediates Node runs ticks and microtasks, and
 * writes that leave together cost a quarter less.
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

/** Node's timers cannot be longer than some 25 days: it fires them at once. */
const longestTimerMs = 2 ** 31 - 1;

function startTimer(ms: number, onFire: () => void): Timer {
  const timer = setTimeout(onFire, Math.min(ms, longestTimerMs));
  timer.unref();
  return { cancel: () => clearTimeout(timer) };
}

/**
 * Node counts from the start of the turn and drops fractions, so its timer may fire before the
 * mark's end that it was set for. The request would then find the mark still open and go to the
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

/** One call to the system costs the same for a few bytes as for this many. */
const poolSize = 4096;

/**
 * Returns a function that gives the requested number of random bytes as URL-safe text. Every
 * request needs an id, so bytes are drawn in bulk. Each byte is used once and then erased.
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
