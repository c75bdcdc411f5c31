/** The library's face: the engine in process, as a drop-in `fetch` and as a plain question. No port, no CLI, no gateway. */

import type { ModelName } from '../access/route/models.ts';
import type { EventListener } from '../model/events.ts';
import type { Fetch } from '../model/fetch.ts';
import type { RequestRecord } from '../model/record.ts';
import { createRuntime, type RuntimeOptions } from '../runtime.ts';
import { type AskResult, ask, type Question } from './ask.ts';
import { createFetch } from './fetch.ts';

/** What `holdfast.openai()` gives to an OpenAI-compatible SDK's constructor. */
export interface OpenAIOptions {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly maxRetries: 0;
  readonly fetch: Fetch;
}

/** What `holdfast.anthropic()` gives to the Anthropic SDK's constructor. */
export interface AnthropicOptions {
  /** Without `/v1`: the SDK adds it. */
  readonly baseURL: string;
  readonly apiKey: string;
  readonly maxRetries: 0;
  readonly fetch: Fetch;
}

export interface ModelsOptions {
  /** Default false: what configuration and catalogue name, and what was listed before. */
  readonly refresh?: boolean;
  readonly signal?: AbortSignal;
}

export interface Holdfast {
  /** Only the path of the address counts; the body is in an OpenAI-compatible vendor's format. */
  readonly fetch: Fetch;
  /** `new OpenAI(holdfast.openai())`. Retries are ours, so the SDK makes none. */
  openai(): OpenAIOptions;
  /** `new Anthropic(holdfast.anthropic())`; the same. */
  anthropic(): AnthropicOptions;
  /** Rejects with `NoTargetAnswered` when nobody answered to the end, with `RequestError` when the model is unknown. */
  ask(question: string | Question): Promise<AskResult>;
  /** Names that `model` may say: tasks first, then `provider/model`. With `refresh` every provider is asked what it offers. */
  models(options?: ModelsOptions): Promise<readonly ModelName[]>;
  /** Returns the way to stop listening. */
  on(listener: EventListener): () => void;
  records(): readonly RequestRecord[];
  close(): Promise<void>;
}

/**
 * Throws `ConfigError` when there is no usable configuration. Health and records are shared with this user's other
 * processes, unless `config`, `host` or `store` is given: then they are kept in memory, or as `store` says.
 */
export function createHoldfast(options: RuntimeOptions = {}): Holdfast {
  const isOwnWorld = options.config !== undefined || options.host !== undefined;
  const runtime = createRuntime({ store: isOwnWorld ? 'memory' : 'thread', ...options });
  const fetch = createFetch(runtime);
  return {
    fetch,
    openai: () => ({ baseURL: 'http://holdfast.local/v1', apiKey: 'holdfast', maxRetries: 0, fetch }),
    anthropic: () => ({ baseURL: 'http://holdfast.local', apiKey: 'holdfast', maxRetries: 0, fetch }),
    ask: (question) => ask(runtime, typeof question === 'string' ? { prompt: question } : question),
    models: async ({ refresh = false, signal = new AbortController().signal } = {}) => {
      if (refresh) await runtime.refreshModels(signal);
      return runtime.modelNames();
    },
    on: (listener) => runtime.subscribe(listener),
    records: () => runtime.records(),
    close: () => runtime.close(),
  };
}
