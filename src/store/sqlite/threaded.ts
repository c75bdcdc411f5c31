/**
 * The state file in a thread of its own, for long-running programs: a locked file would freeze
 * every stream for 20 ms per try.
 */

import { Worker } from 'node:worker_threads';
import { StoreError } from '../../errors.ts';
import { Askers, type NumberedReply } from '../../host/askers.ts';
import { describeFileFault } from '../../host/file-fault.ts';
import { findBeside } from '../../host/package-files.ts';
import type { Clock, Timer } from '../../host.ts';
import { type OperationName, type ParametersOf, parseResult, type ResultOf } from './asked.ts';
import { parseMessage, type StoreQuestion, type ThreadData } from './messages.ts';
import type { Channel } from './sqlite-store.ts';

/** The part of `Worker` that is used. */
interface Thread extends Pick<Worker, 'postMessage' | 'ref' | 'unref' | 'terminate'> {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
}

/** No operation takes this long by itself; a locked file is retried from this side. */
const patienceMs = 15_000;

/** Starts the thread on first use. It keeps the process alive only while an answer is awaited. */
export class ThreadChannel implements Channel {
  readonly isShared = true;
  readonly #clock: Clock;
  readonly #path: string;
  readonly #startThread: (data: ThreadData) => Thread;
  readonly #askers = new Askers();
  #thread: Thread | undefined;
  #hasDied = false;
  /** Runs while a reply is awaited, restarted at each reply. */
  #patience: Timer | undefined;

  constructor(clock: Clock, path: string, start: (data: ThreadData) => Thread = startThread) {
    this.#clock = clock;
    this.#path = path;
    this.#startThread = start;
  }

  async ask<Name extends OperationName>(
    name: Name,
    parameters: ParametersOf<Name>,
  ): Promise<ResultOf<Name>> {
    const isClosing = name === 'close';
    if (isClosing && this.#thread === undefined) return parseResult<Name>(undefined);
    const result = await this.#askers.ask((id) => this.#send({ id, name, parameters }));
    if (isClosing) await this.#end();
    return parseResult<Name>(result);
  }

  #send(question: StoreQuestion): void {
    this.#thread ??= this.#start();
    this.#thread.postMessage(question); // throws for what cannot be cloned
    this.#thread.ref();
    this.#patience ??= this.#startPatience(this.#thread);
  }

  /** A thread that hangs is abandoned, so that shutdown does not wait for it. */
  #startPatience(thread: Thread): Timer {
    return this.#clock.startTimer(patienceMs, () => {
      this.#fail(thread, new Error(`it gave no answer within ${patienceMs / 1000} s`));
      thread.unref();
      void thread.terminate();
    });
  }

  #noteAnswer(): void {
    this.#patience?.cancel();
    const thread = this.#askers.count > 0 ? this.#thread : undefined;
    this.#patience = thread && this.#startPatience(thread);
  }

  #start(): Thread {
    const thread = this.#startThread({ path: this.#path, isStale: this.#hasDied });
    thread.on('message', (message) => this.#hear(parseMessage<NumberedReply>(message)));
    thread.on('error', (error) => this.#fail(thread, error));
    thread.on('exit', () => this.#fail(thread, new Error('it ended')));
    return thread;
  }

  #hear(reply: NumberedReply): void {
    this.#askers.hear(reply);
    this.#noteAnswer();
    if (this.#askers.count === 0) this.#thread?.unref();
  }

  /** Rejects all waiting calls; the next call starts a new thread. */
  #fail(thread: Thread, cause: Error): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    this.#hasDied = true;
    this.#askers.end(
      new StoreError(
        'store-failed',
        `the thread of the state file ${this.#path} broke: ${describeFileFault(cause)}`,
        { cause },
      ),
    );
    this.#noteAnswer();
  }

  async #end(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }
}

/** Undefined in a bundle. */
export function findThreadFile(): URL | undefined {
  const { url } = import.meta;
  return findBeside('./store-thread.ts', url) ?? findBeside('./store-thread.js', url);
}

/**
 * Starts the thread without our environment and the program's flags (`--eval`, `--import`): it
 * needs none of them, and some forbid a thread.
 */
function startThread(data: ThreadData): Worker {
  return new Worker(findThreadFile() ?? new URL('./store-thread.js', import.meta.url), {
    workerData: data,
    env: {},
    execArgv: [],
    // It copies little: V8 would let its young heap grow to that of the whole program.
    resourceLimits: { maxYoungGenerationSizeMb: 3, codeRangeSizeMb: 4 },
    name: 'holdfast-store',
  });
}
