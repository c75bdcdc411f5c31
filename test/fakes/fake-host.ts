/**
 * A host for tests: a clock advanced by hand, fixed randomness, files in memory, and an upstream
 * that plays a script.
 */

import type {
  CertificateReading,
  Clock,
  Dispatch,
  Host,
  Timer,
  UpstreamCall,
  UpstreamHandler,
  UpstreamRequest,
} from '../../src/host.ts';
import type { Headers } from '../../src/model/request.ts';
import { FakeDisk } from './fake-disk.ts';
import {
  createFakeKeychain,
  createFakePrograms,
  type FakeKeychain,
  type FakePrograms,
} from './fake-doors.ts';

/** The upstream's behaviour for one request. Default: 200 with an empty body, at once. */
export interface UpstreamStep {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Headers;
  readonly chunks?: readonly (string | Uint8Array)[];
  /** Fails without a head. */
  readonly error?: Error;
  /** With `error`, says that the request was not sent to its end. Default: decided by its code. */
  readonly isUnsent?: boolean;
  /** Never answers. */
  readonly silent?: true;
  /** Before the head or `error`, in ms of the fake clock. Default: the next microtask. */
  readonly delayMs?: number;
  /** Between chunks. Default 0: all in one go. */
  readonly chunkDelayMs?: number;
  /** Between the last chunk and the end, or the break, of the body. Default: `chunkDelayMs`. */
  readonly endDelayMs?: number;
  /** Breaks the body after the last chunk. */
  readonly cutAfter?: Error;
  /** Stays open after the last chunk. */
  readonly stallAfter?: true;
}

export interface FakeUpstream {
  /** Adds a step; each request uses up one, in order. */
  enqueue(...steps: readonly UpstreamStep[]): void;
  /** Sets the answer to requests that find no step. Default: they fail. */
  answerBy(respond: (request: UpstreamRequest) => UpstreamStep): void;
  /** Every request that was sent, in order. */
  readonly requests: readonly UpstreamRequest[];
  /** Counts the calls that we aborted. */
  readonly abortedCount: number;
  /** Throws when a step was never asked for, or a request found none. */
  assertAllUsed(): void;
}

export interface FakeHost extends Host {
  /** Moves the clock, firing what falls due in order, with all microtasks run between. */
  advance(ms: number): Promise<void>;
  /** Writes a file with a new stamp at the present time; undefined removes it. */
  setFile(path: string, text: string | undefined): void;
  setEnvironment(name: string, value: string | undefined): void;
  readonly upstream: FakeUpstream;
  readonly programs: FakePrograms;
  /** The answers of the keychain. */
  readonly keyring: FakeKeychain;
  /** Origins to which a connection was opened without a request, in order. */
  readonly tried: readonly string[];
  /** Sets the result of such a connection. Default: it opens at once. */
  connectBy(respond: (origin: string) => Pick<UpstreamStep, 'error' | 'delayMs'>): void;
  /** Gives a server this certificate. A server without one refuses to be inspected. */
  showCertificate(origin: string, certificate: CertificateReading): void;
  /** How often `stamp` and `readText` were called. */
  readonly fileCalls: { stamps: number; reads: number };
  /** Makes appending to files fail for this reason; undefined ends that. */
  breakAppends(fault: Error | undefined): void;
  /** Sets the free bytes on the disk. */
  leaveSpace(bytes: number | undefined): void;
  /** Moves the wall clock by this much, ahead or back; no time passes. */
  jump(ms: number): void;
  /** Text of a file, undefined when absent. */
  fileText(path: string): string | undefined;
}

export interface FakeHostOptions {
  /** Epoch ms. Default 1,800,000,000,000. */
  readonly now?: number;
  /** Used in a circle. Default: always 0.5. */
  readonly random?: readonly number[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

export function createFakeHost(options: FakeHostOptions = {}): FakeHost {
  const time = new FakeTime(options.now ?? 1_800_000_000_000);
  const disk = new FakeDisk(() => time.now);
  const upstream = new ScriptedUpstream(time);
  const environment = new Map(Object.entries(options.environment ?? {}));
  const random = options.random ?? [0.5];
  let drawn = 0;
  let tokens = 0;
  const tried: string[] = [];
  let connections: (origin: string) => Pick<UpstreamStep, 'error' | 'delayMs'> = () => ({});
  const shownCertificates = new Map<string, CertificateReading>();
  for (const [path, text] of Object.entries(options.files ?? {}))
    disk.write(path, text, time.now - 60_000);
  let jumpedMs = 0;
  const clock: Clock = {
    now: () => time.now + jumpedMs,
    monotonic: () => time.now,
    sleep: (ms, signal) => time.sleep(ms, signal),
    startTimer: (ms, onFire) => time.startTimer(ms, onFire),
    afterTurn: (callback) => void time.startTimer(0, callback),
  };
  const { run, programs } = createFakePrograms(clock);
  const { keychain, handle } = createFakeKeychain(clock);
  return {
    clock,
    jump: (ms) => {
      jumpedMs += ms;
    },
    random: () => random[drawn++ % random.length] ?? 0.5,
    randomToken: (bytes) => `token${++tokens}`.padEnd(bytes, 'x'),
    dispatch: upstream.dispatch,
    tryConnection: async (origin) => {
      tried.push(origin);
      const { error, delayMs = 0 } = connections(origin);
      if (delayMs > 0) await time.sleep(delayMs);
      if (error !== undefined) throw error;
    },
    tried,
    connectBy: (respond) => {
      connections = respond;
    },
    readCertificate: async (origin) => {
      const shown = shownCertificates.get(origin);
      if (shown === undefined) throw new Error(`${origin} shows no certificate`);
      return shown;
    },
    showCertificate: (origin, certificate) => void shownCertificates.set(origin, certificate),
    files: disk.files,
    environment: {
      get: (name) => environment.get(name),
      all: () => Object.fromEntries(environment),
    },
    takeVariable: (name) => {
      const value = environment.get(name);
      environment.delete(name);
      return value;
    },
    run,
    edit: async () => undefined,
    keychain,
    member: 'fake',
    machine: 'fake-machine',
    processId: 4711,
    executable: '/node/bin/node',
    platform: 'linux',
    close: async () => undefined,
    advance: (ms) => time.advance(ms),
    setFile: (path, text) => disk.set(path, text),
    setEnvironment: (name, value) => {
      if (value === undefined) environment.delete(name);
      else environment.set(name, value);
    },
    upstream,
    programs,
    keyring: handle,
    fileCalls: disk.calls,
    breakAppends: (fault) => {
      disk.fault = fault;
    },
    leaveSpace: (bytes) => {
      disk.left = bytes;
    },
    fileText: (path) => disk.textOf(path),
  };
}

interface Waiting {
  readonly at: number;
  readonly order: number;
  readonly onFire: () => void;
}

class FakeTime {
  now: number;
  #waiting: Waiting[] = [];
  #order = 0;

  constructor(now: number) {
    this.now = now;
  }

  startTimer(ms: number, onFire: () => void): Timer {
    const entry: Waiting = { at: this.now + Math.max(0, ms), order: this.#order++, onFire };
    this.#waiting.push(entry);
    return {
      cancel: () => {
        this.#waiting = this.#waiting.filter((other) => other !== entry);
      },
    };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        timer.cancel();
        reject(signal?.reason);
      };
      const timer = this.startTimer(ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    await runMicrotasks();
    for (let next = this.#takeDue(end); next !== undefined; next = this.#takeDue(end)) {
      this.now = Math.max(this.now, next.at);
      next.onFire();
      await runMicrotasks();
    }
    this.now = end;
  }

  #takeDue(end: number): Waiting | undefined {
    const [first] = this.#waiting
      .filter(({ at }) => at <= end)
      .sort((left, right) => left.at - right.at || left.order - right.order);
    this.#waiting = this.#waiting.filter((entry) => entry !== first);
    return first;
  }
}

/** A turn of the event loop: runs every microtask, those that microtasks add included. */
function runMicrotasks(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

class ScriptedUpstream implements FakeUpstream {
  readonly requests: UpstreamRequest[] = [];
  abortedCount = 0;
  readonly #steps: UpstreamStep[] = [];
  readonly #time: FakeTime;
  #unscripted = 0;
  #respond: ((request: UpstreamRequest) => UpstreamStep) | undefined;

  constructor(time: FakeTime) {
    this.#time = time;
  }

  enqueue(...steps: readonly UpstreamStep[]): void {
    this.#steps.push(...steps);
  }

  answerBy(respond: (request: UpstreamRequest) => UpstreamStep): void {
    this.#respond = respond;
  }

  readonly dispatch: Dispatch = (request, handler) => {
    this.requests.push(request);
    const step = this.#steps.shift() ?? this.#respond?.(request);
    if (step === undefined) this.#unscripted += 1;
    const missing: UpstreamStep = { error: new Error('no step is scripted for this request') };
    const onAbort = (): void => {
      this.abortedCount += 1;
    };
    return playStep(step ?? missing, handler, { time: this.#time, onAbort });
  };

  assertAllUsed(): void {
    if (this.#steps.length > 0)
      throw new Error(`${this.#steps.length} scripted steps were never asked for`);
    if (this.#unscripted > 0)
      throw new Error(`${this.#unscripted} requests found no scripted step`);
  }
}

interface Act {
  readonly delayMs: number;
  play(): void;
}

function playStep(
  step: UpstreamStep,
  handler: UpstreamHandler,
  stage: { readonly time: FakeTime; readonly onAbort: () => void },
): UpstreamCall {
  const acts = listActs(step, handler);
  let state: 'flowing' | 'paused' | 'over' = 'flowing';
  let isScheduled = false;
  let timer: Timer | undefined;
  const playNext = (): void => {
    isScheduled = false;
    if (state !== 'flowing') return;
    acts.shift()?.play();
    schedule();
  };
  const schedule = (): void => {
    const [next] = acts;
    if (state !== 'flowing' || isScheduled) return;
    if (next === undefined) return;
    isScheduled = true;
    if (next.delayMs > 0) timer = stage.time.startTimer(next.delayMs, playNext);
    else queueMicrotask(playNext);
  };
  schedule();
  return {
    pause: () => {
      if (state === 'flowing') state = 'paused';
    },
    resume: () => {
      if (state === 'paused') state = 'flowing';
      schedule();
    },
    abort: () => {
      if (state === 'over' || (acts.length === 0 && endsByItself(step))) return;
      state = 'over';
      timer?.cancel();
      stage.onAbort();
    },
  };
}

/** Whether the call ends by itself. */
function endsByItself(step: UpstreamStep): boolean {
  return step.silent === undefined && step.stallAfter === undefined;
}

/** Whether the real host says so where a connection does not come about. */
function isOfOpening(error: Error | undefined): boolean {
  const code = error !== undefined && 'code' in error ? String(error.code) : '';
  return /CONNREFUSED|NOTFOUND|EAI_|UNREACH|TIMEDOUT|CONNECT|CERT|EMFILE|INVALID_CHAR/.test(code);
}

function listActs(step: UpstreamStep, handler: UpstreamHandler): Act[] {
  const { error, cutAfter, isUnsent = isOfOpening(error) } = step;
  const delayMs = step.delayMs ?? 0;
  if (step.silent) return [];
  if (error !== undefined) return [{ delayMs, play: () => handler.onError(error, isUnsent) }];
  const head: Act = { delayMs, play: () => handler.onHead(step.status ?? 200, step.headers ?? {}) };
  const body = (step.chunks ?? []).map((chunk) => ({
    delayMs: step.chunkDelayMs ?? 0,
    play: () => handler.onData(Buffer.from(chunk)),
  }));
  if (step.stallAfter) return [head, ...body];
  const end =
    cutAfter === undefined ? () => handler.onEnd() : () => handler.onError(cutAfter, false);
  return [head, ...body, { delayMs: step.endDelayMs ?? step.chunkDelayMs ?? 0, play: end }];
}
