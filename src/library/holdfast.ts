/**
 * The public library: the engine in this process, as a drop-in `fetch` and as `ask()`. No port, no
 * CLI, no gateway.
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

/** Options that `holdfast.openai()` returns for an OpenAI-compatible SDK's constructor. */
export interface OpenAIOptions {
  /** A placeholder: `fetch` uses only the path. */
  readonly baseURL: string;
  /** A placeholder that the SDK requires; it is not sent anywhere. */
  readonly apiKey: string;
  readonly maxRetries: 0;
  readonly fetch: Fetch;
}

/** The same for the Anthropic SDK, whose `baseURL` excludes `/v1`: the SDK adds it. */
export type AnthropicOptions = OpenAIOptions;

export interface ModelsOptions {
  /** Default: false, which lists what configuration, catalogue and earlier listings name. */
  readonly refresh?: boolean | undefined;
  /** Stops waiting for providers; lists received by then count. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

export interface Holdfast {
  /**
   * A drop-in `fetch`. Method, path, headers and body matter, the URL's host does not:
   * `/v1/chat/completions`, `/v1/responses`, `/v1/messages`, `/v1/embeddings`, `/v1/models`. If no
   * target answers it resolves too, with the status and body of docs/errors.md. Rejects like
   * `fetch` with the reason of an abort, and with `AccessError` (`closed`).
   */
  readonly fetch: Fetch;
  /**
   * Use: `new OpenAI(holdfast.openai())`. It turns off the SDK's own retries; other options may be
   * added.
   */
  openai(): OpenAIOptions;
  /** Use: `new Anthropic(holdfast.anthropic())`; otherwise the same. */
  anthropic(): AnthropicOptions;
  /**
   * Asks one question; resolves with the whole answer. Rejects with `NoTargetAnswered` if no target
   * answered to the end, with `RequestError` if the model is unknown or the question invalid, with
   * the reason of an abort, or with what `onText` threw.
   */
  ask(question: string | Question): Promise<AskResult>;
  /** Runs titles, commit messages and the like, each on the route of its task (docs/tasks.md). */
  readonly tasks: SideTasks & {
    /** Makes a conversation of any length shorter (docs/compression.md). */
    readonly compress: Compress;
  };
  /**
   * Lists valid values of `model`: tasks first, then `provider/model`. With `refresh` every
   * provider is asked for its models.
   */
  models(options?: ModelsOptions): Promise<readonly ModelName[]>;
  /**
   * Calls the listener with every event from now on; adding it twice has no effect. Returns a
   * function that removes it.
   */
  on(listener: EventListener): () => void;
  /** Returns records of finished requests, the latest last, up to `recordLimit`. */
  records(): readonly RequestRecord[];
  /**
   * Returns the record of one request, by the `x-holdfast-request-id` of its answer: which targets
   * were tried, the results, and why. Waits for the end of a request in progress. Undefined if it
   * reached no route, was not made here, or is forgotten.
   */
  record(requestId: string): Promise<RequestRecord | undefined>;
  /**
   * Ends the requests in progress: they reject with `AccessError` (`closed`), and no key or target
   * is marked. Resolves when the state is stored and all connections are closed. Later calls reject
   * the same way; closing twice is allowed.
   */
  close(): Promise<void>;
}

/**
 * Creates the engine in this process. Throws `ConfigError` for invalid options or if there is no
 * usable configuration. Shares health and records with this user's other processes, unless
 * `config`, `host` or `store` says otherwise. An idle instance does not keep the process alive;
 * call `close()` to make sure that all state is stored.
 */
export function createHoldfast(options: HoldfastOptions = {}): Holdfast {
  checkOptions(options);
  const isOwnWorld = options.config !== undefined || options.host !== undefined;
  return holdfastOver(
    createRuntime({ ...options, store: options.store ?? (isOwnWorld ? 'memory' : 'thread') }),
  );
}

/**
 * Wraps an existing runtime, and closes it on `close()`. @internal its type would pull the types of
 * the whole engine into every user's build
 */
export function holdfastOver(runtime: Runtime): Holdfast {
  const calls = new Calls(runtime.host);
  const fetch = createFetch(runtime, calls);
  const close = async (): Promise<void> => {
    await calls.close();
    await runtime.close();
  };
  let closing: Promise<void> | undefined;
  const baseURL = 'http://holdfast.local';
  const forSdk = { apiKey: 'holdfast', maxRetries: 0, fetch } as const;
  return {
    fetch,
    openai: () => ({ baseURL: `${baseURL}/v1`, ...forSdk }),
    anthropic: () => ({ baseURL, ...forSdk }),
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
