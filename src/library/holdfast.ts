/** The library's face: the engine in process, as a drop-in `fetch` and as a plain question. No port, no CLI, no gateway. */

import { createParser } from 'eventsource-parser';
import { requestFaults } from '../access/decide/decision-table.ts';
import type { ModelName } from '../access/route/models.ts';
import { errorCodes, NoTargetAnswered, RequestError } from '../errors.ts';
import type { EventListener } from '../model/events.ts';
import type { Fetch } from '../model/fetch.ts';
import type { RequestRecord, Usage } from '../model/record.ts';
import { createRuntime, type Runtime, type RuntimeOptions } from '../runtime.ts';
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

export interface Question {
  readonly prompt: string;
  /** A task or a model. Default `main`. */
  readonly model?: string;
  /** A person has picked this very model: lack of money a while ago does not keep it from being asked. Default: false. */
  readonly isPicked?: boolean;
  /** Default: none. */
  readonly system?: string;
  /** Called with each piece of text as it comes. */
  readonly onText?: (text: string) => void;
  readonly signal?: AbortSignal;
}

export interface AskResult {
  readonly text: string;
  /** The target that answered. */
  readonly target: string;
  readonly attempts: number;
  readonly requestId: string;
  readonly usage?: Usage;
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

async function ask(runtime: Runtime, question: Question): Promise<AskResult> {
  const requestId = `hfr_${runtime.host.randomToken(12)}`;
  const heard = new Listening(question.onText);
  await runtime.exchange(
    {
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(createBody(question))),
      signal: question.signal ?? new AbortController().signal,
      requestId,
      ...(question.isPicked === undefined ? {} : { isPicked: question.isPicked }),
    },
    {
      head: (status) => {
        heard.status = status;
      },
      write: (chunk) => heard.push(chunk),
      onDrain: (resume) => resume(),
      end: (chunk) => void (chunk === undefined || heard.push(chunk)),
    },
  );
  question.signal?.throwIfAborted();
  const record = runtime.records().findLast(({ id }) => id === requestId);
  if (heard.error !== undefined || record?.outcome !== 'answered') throw heard.toError(record);
  return {
    text: heard.text,
    target: record.answeredBy ?? '',
    attempts: record.attempts.length,
    requestId,
    ...(record.usage === undefined ? {} : { usage: record.usage }),
  };
}

function createBody({ model = 'main', system, prompt }: Question): object {
  const messages = [
    ...(system === undefined ? [] : [{ role: 'system', content: system }]),
    { role: 'user', content: prompt },
  ];
  return { model, stream: true, messages };
}

/** Hears an answer: text from the events, or the error that came instead. */
class Listening {
  status = 0;
  text = '';
  error: string | undefined;
  #body = '';
  readonly #onText: ((text: string) => void) | undefined;
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({ onEvent: ({ data }) => this.#take(data) });

  constructor(onText: ((text: string) => void) | undefined) {
    this.#onText = onText;
  }

  push(chunk: Uint8Array): true {
    const text = this.#decoder.decode(chunk, { stream: true });
    if (this.status === 200) {
      this.#parser.feed(text);
    } else {
      this.#body += text;
      this.error = readErrorMessage(this.#body) ?? this.#body;
    }
    return true;
  }

  toError(record: RequestRecord | undefined): Error {
    const message = this.error ?? 'the request ended without an answer';
    if (record !== undefined) return new NoTargetAnswered(message, record, codeOf(record));
    const wireCode = parseChunk(this.#body).error?.code;
    const code = errorCodes.find((known) => known.replaceAll('-', '_') === wireCode) ?? 'local-fault';
    return new RequestError(code, message, { status: this.status });
  }

  #take(data: string): void {
    if (data === '[DONE]') return;
    const error = readErrorMessage(data);
    if (error !== undefined) {
      this.error = error;
      return;
    }
    const piece = parseDelta(data);
    if (piece === '') return;
    this.text += piece;
    this.#onText?.(piece);
  }
}

function codeOf({ outcome, attempts }: RequestRecord): 'exhausted' | 'upstream-refused' | 'stream-broken' {
  if (outcome === 'broken') return 'stream-broken';
  const last = attempts.at(-1)?.failure;
  return last !== undefined && requestFaults.has(last.class) ? 'upstream-refused' : 'exhausted';
}

interface ChunkShape {
  readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[];
  readonly error?: { readonly message?: string; readonly code?: string };
}

function parseChunk(data: string): ChunkShape {
  try {
    return JSON.parse(data);
  } catch {
    return {}; // half an error body: more of it is coming
  }
}

function parseDelta(data: string): string {
  return parseChunk(data).choices?.[0]?.delta?.content ?? '';
}

function readErrorMessage(data: string): string | undefined {
  return parseChunk(data).error?.message;
}
