/**
 * The library's face: the engine in process, as a drop-in `fetch` and as a plain question. No port,
 * no CLI, no gateway.
 */

import type { EventListener } from '../model/events.ts';
import type { Fetch } from '../model/fetch.ts';
import type { RequestRecord } from '../model/record.ts';
import type { ModelName } from '../protocols/contract/model-list.ts';
import { createRuntime, type Runtime } from '../runtime.ts';
import { ask } from './ask.ts';
import { Calls } from './calls.ts';
import { type Compress, createCompress } from './compress.ts';
import { createFetch } from './fetch.ts';
import { checkOptions, type HoldfastOptions } from './options.ts';
import { type AskResult, type Question, toQuestion } from './question.ts';
import { createSideTasks, type SideTasks } from './side-tasks.ts';

/** What `holdfast.openai()` gives to an OpenAI-compatible SDK's constructor. */
export interface OpenAIOptions {
  /** Never looked up: `fetch` takes the path alone. */
  readonly baseURL: string;
  /** A word that the SDK asks for; it goes nowhere. */
  readonly apiKey: string;
  readonly maxRetries: 0;
  readonly fetch: Fetch;
}

/** What `holdfast.anthropic()` gives to the Anthropic SDK's constructor. */
export interface AnthropicOptions {
  /** Without `/v1`, which the SDK adds; never looked up. */
  readonly baseURL: string;
  /** A word that the SDK asks for; it goes nowhere. */
  readonly apiKey: string;
  readonly maxRetries: 0;
  readonly fetch: Fetch;
}

export interface ModelsOptions {
  /** Default false: what configuration and catalogue name, and what was listed before. */
  readonly refresh?: boolean | undefined;
  /** Ends the asking; what had come by then counts. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

export interface Holdfast {
  /**
   * A drop-in `fetch`. Method, path, headers and body count, the host of the address does not:
   * `/v1/chat/completions`, `/v1/responses`, `/v1/messages`, `/v1/embeddings`, `/v1/models`.
   * Resolves also when nobody could answer, with the status and body of docs/errors.md; rejects as
   * `fetch` does, with the reason of an abort, and with `AccessError` (`closed`).
   */
  readonly fetch: Fetch;
  /**
   * `new OpenAI(holdfast.openai())`. Retries are ours, so the SDK makes none; other options may be
   * added.
   */
  openai(): OpenAIOptions;
  /** `new Anthropic(holdfast.anthropic())`; the same. */
  anthropic(): AnthropicOptions;
  /**
   * Asks one question; resolves with the whole answer. Rejects with `NoTargetAnswered` when nobody
   * answered to the end, with `RequestError` when the model is unknown or the question is none,
   * with the reason of an abort, or with what `onText` threw.
   */
  ask(question: string | Question): Promise<AskResult>;
  /** Titles, commit messages and the like, each through the route of its task (docs/tasks.md). */
  readonly tasks: SideTasks & {
    /** A conversation made shorter, whatever its length (docs/compression.md). */
    readonly compress: Compress;
  };
  /**
   * Names that `model` may say: tasks first, then `provider/model`. With `refresh` every provider
   * is asked what it offers.
   */
  models(options?: ModelsOptions): Promise<readonly ModelName[]>;
  /**
   * Calls the listener with every event from now on; one that is added twice hears once. Returns
   * the way to stop.
   */
  on(listener: EventListener): () => void;
  /** Of requests that have ended, the latest last; as many as `recordLimit` says. */
  records(): readonly RequestRecord[];
  /**
   * The record of one request, by the `x-holdfast-request-id` of its answer: who was asked, what
   * came of it, and why. Waits for the end of one that is under way. Undefined for one that reached
   * no route, was not made here, or is forgotten.
   */
  record(requestId: string): Promise<RequestRecord | undefined>;
  /**
   * Ends at once what is under way: it rejects with `AccessError` (`closed`), and no key or target
   * is marked. Resolves when what was learned is stored and all connections are closed. From then
   * on every call rejects so; closing twice is closing once.
   */
  close(): Promise<void>;
}

/**
 * The engine in this process. Throws `ConfigError` for wrong options, and when there is no usable
 * configuration. Health and records are shared with this user's other processes, unless `config`,
 * `host` or `store` says otherwise. It keeps no process alive by itself; `close()` it to be sure
 * that all it has learned is stored.
 */
export function createHoldfast(options: HoldfastOptions = {}): Holdfast {
  checkOptions(options);
  const isOwnWorld = options.config !== undefined || options.host !== undefined;
  return holdfastOver(
    createRuntime({ ...options, store: options.store ?? (isOwnWorld ? 'memory' : 'thread') }),
  );
}

/**
 * The same on a runtime that is there already, which it closes with itself.
 * @internal its type would bring those of the whole engine into everybody's build
 */
export function holdfastOver(runtime: Runtime): Holdfast {
  const calls = new Calls(runtime.host);
  const fetch = createFetch(runtime, calls);
  const close = async (): Promise<void> => {
    await calls.close();
    await runtime.close();
  };
  let closing: Promise<void> | undefined;
  return {
    fetch,
    openai: () => ({
      baseURL: 'http://holdfast.local/v1',
      apiKey: 'holdfast',
      maxRetries: 0,
      fetch,
    }),
    anthropic: () => ({
      baseURL: 'http://holdfast.local',
      apiKey: 'holdfast',
      maxRetries: 0,
      fetch,
    }),
    ask: async (question) => ask(runtime, calls, toQuestion(question)),
    tasks: { ...createSideTasks(runtime, calls), compress: createCompress(runtime, calls) },
    models: async ({ refresh = false, signal = new AbortController().signal } = {}) => {
      if (refresh) {
        calls.requireOpen();
        await runtime.refreshModels(signal);
      }
      return runtime.modelNames();
    },
    on: (listener) => {
      if (typeof listener !== 'function') throw new TypeError('a listener must be a function');
      return runtime.subscribe(listener);
    },
    records: () => runtime.records(),
    record: async (requestId) =>
      (await calls.recordOf(requestId)) ?? runtime.records().findLast(({ id }) => id === requestId),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
