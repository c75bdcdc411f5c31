/**
 * The state file in a thread of its own: for what serves for long, because a locked file would
 * freeze every stream for 20 ms a try.
 */

import { Worker } from 'node:worker_threads';
import { StoreError } from '../../errors.ts';
import type { Clock, Timer } from '../../host.ts';
import type { OperationName, ParametersOf, ResultOf } from './asked.ts';
import {
  decodeFault,
  parseMessage,
  type StoreQuestion,
  type StoreReply,
  type ThreadData,
} from './messages.ts';
import type { Channel } from './sqlite-store.ts';

/** What is used of a `Worker`. */
interface Thread extends Pick<Worker, 'postMessage' | 'ref' | 'unref' | 'terminate'> {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
}

/**
 * Of its own work it has none that takes so long; a file that somebody holds is asked for again
 * from here.
 */
const patienceMs = 15_000;

interface Asker {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts the thread when something is first asked for. It keeps no process alive but while an
 * answer is awaited.
 */
export class ThreadChannel implements Channel {
  readonly isShared = true;
  readonly #clock: Clock;
  readonly #path: string;
  readonly #startThread: (data: ThreadData) => Thread;
  readonly #askers = new Map<number, Asker>();
  #thread: Thread | undefined;
  #asked = 0;
  #hasDied = false;
  /** Runs while somebody waits, from the last answer on. */
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
    const result = await this.#send({ id: ++this.#asked, name, parameters });
    if (isClosing) await this.#end();
    return parseResult<Name>(result);
  }

  #send(question: StoreQuestion): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#thread ??= this.#start();
      this.#thread.postMessage(question); // throws for what cannot be sent
      this.#askers.set(question.id, { resolve, reject });
      this.#thread.ref();
      this.#patience ??= this.#startPatience(this.#thread);
    });
  }

  /** One that hangs is given up: what ends must not wait for it for ever. */
  #startPatience(thread: Thread): Timer {
    return this.#clock.startTimer(patienceMs, () => {
      this.#fail(thread, new Error(`it gave no answer within ${patienceMs / 1000} s`));
      thread.unref();
      void thread.terminate();
    });
  }

  #noteAnswer(): void {
    this.#patience?.cancel();
    const thread = this.#askers.size > 0 ? this.#thread : undefined;
    this.#patience = thread && this.#startPatience(thread);
  }

  #start(): Thread {
    const thread = this.#startThread({ path: this.#path, isStale: this.#hasDied });
    thread.on('message', (message) => this.#hear(parseMessage<StoreReply>(message)));
    thread.on('error', (error) => this.#fail(thread, error));
    thread.on('exit', () => this.#fail(thread, new Error('it ended')));
    return thread;
  }

  #hear(reply: StoreReply): void {
    const asker = this.#askers.get(reply.id);
    this.#askers.delete(reply.id);
    this.#noteAnswer();
    if (this.#askers.size === 0) this.#thread?.unref();
    if ('fault' in reply) asker?.reject(decodeFault(reply.fault));
    else asker?.resolve(reply.result);
  }

  /** Whoever waits is told; who asks next gets a new thread. */
  #fail(thread: Thread, cause: Error): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    this.#hasDied = true;
    const askers = [...this.#askers.values()];
    this.#askers.clear();
    this.#noteAnswer();
    const error = new StoreError(
      'store-failed',
      `the thread of the state file ${this.#path} broke: ${cause.message}`,
      {
        cause,
      },
    );
    for (const { reject } of askers) reject(error);
  }

  async #end(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }
}

/**
 * Without our environment and the program's own flags (`--eval`, `--import`): nothing of them is
 * needed there, and some forbid a thread.
 */
function startThread(data: ThreadData): Worker {
  const file = import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js';
  return new Worker(new URL(file, import.meta.url), {
    workerData: data,
    env: {},
    execArgv: [],
    name: 'holdfast-store',
  });
}

/** The thread answers an operation with its own result. */
function parseResult<Name extends OperationName>(result: unknown): ResultOf<Name> {
  return result as ResultOf<Name>;
}
