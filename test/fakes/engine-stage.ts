/**
 * Runs a whole engine on a fake host: config as an object, an upstream that plays a script, time
 * moved by hand.
 */

import type { RequestRecord } from '../../src/model/record.ts';
import type { Headers } from '../../src/model/request.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import type { Store } from '../../src/store/store.ts';
import { createFakeHost, type FakeHost, type UpstreamStep } from './fake-host.ts';

export interface StagedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface AskOptions {
  /** Default `/v1/chat/completions`. */
  readonly path?: keyof typeof questions;
  /** Default `main`. */
  readonly model?: string;
  readonly headers?: Headers;
  /** Fields of the body besides model and messages. Default: none. */
  readonly body?: object;
  /** Whether a person picked this very model. Default: not said. */
  readonly isPicked?: boolean;
  /** Whether nobody else is asked in its place. Default: others are. */
  readonly isAlone?: boolean;
  /** Aborted when the caller goes away. Default: it stays. */
  readonly signal?: AbortSignal;
}

export interface EngineStage {
  readonly host: FakeHost;
  readonly runtime: Runtime;
  /** Asks, moving the clock as far as the answer needs, up to two minutes. */
  ask(options?: AskOptions): Promise<StagedAnswer>;
  /** Begins to ask without moving the clock. */
  begin(options?: AskOptions): Promise<StagedAnswer>;
  /**
   * Returns `host label` of each request that was sent, in order, with the words of `names` for
   * keys.
   */
  sent(): readonly string[];
  lastRecord(): RequestRecord | undefined;
}

/** The answer of a working upstream. */
export const answered: UpstreamStep = {
  chunks: ['{"choices":[{"message":{"content":"done"},"finish_reason":"stop"}]}'],
};

/** The same answer as a stream. */
export const streamed: UpstreamStep = {
  headers: { 'content-type': 'text/event-stream' },
  chunks: [
    'data: {"choices":[{"index":0,"delta":{"content":"done"}}]}\n\n',
    'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
  ],
};

/** Returns an error answer in OpenAI's format. */
export function refused(status: number, error: object = {}, headers: Headers = {}): UpstreamStep {
  return { status, headers, chunks: [JSON.stringify({ error: { message: 'no', ...error } })] };
}

const messages = [{ role: 'user', content: 'hello' }];
const questions = {
  '/v1/chat/completions': { messages },
  '/v1/responses': { input: 'hello' },
  '/v1/messages': { messages, max_tokens: 100 },
  '/v1/messages/count_tokens': { messages },
  '/v1/embeddings': { input: 'hello' },
  '/v1/audio/speech': { input: 'hello', voice: 'alloy' },
};

const longestWaitMs = 120_000;

/** `store` has the marks and claims. Default: a store in memory. */
export function stageEngine(
  config: object,
  environment: Readonly<Record<string, string>> = {},
  store?: Store,
): EngineStage {
  const host = createFakeHost({ environment });
  const runtime = createRuntime({ host, config, store });
  const begin = (options: AskOptions = {}): Promise<StagedAnswer> => exchange(runtime, options);
  return {
    host,
    runtime,
    begin,
    ask: (options) => moveUntil(host, begin(options)),
    sent: () =>
      host.upstream.requests.map(({ origin, headers }) => {
        const key = headers['authorization']?.replace(/^Bearer sk-test-/, '') ?? 'no key';
        return `${new URL(origin).hostname.split('.')[0]} ${key}`;
      }),
    lastRecord: () => runtime.records().at(-1),
  };
}

async function exchange(
  runtime: Runtime,
  {
    path = '/v1/chat/completions',
    model = 'main',
    headers = {},
    body: more = {},
    signal = new AbortController().signal,
    isPicked = false,
    isAlone = false,
  }: AskOptions,
): Promise<StagedAnswer> {
  const answer = { status: 0, headers: {}, text: '' };
  const take = (chunk?: Uint8Array): boolean => {
    answer.text += Buffer.from(chunk ?? []).toString();
    return true;
  };
  const body = Buffer.from(JSON.stringify({ model, ...questions[path], ...more }));
  await runtime.exchange(
    { method: 'POST', path, headers, body, signal, isPicked, isAlone },
    {
      head: (status, found) => Object.assign(answer, { status, headers: found }),
      write: take,
      onDrain: (resume) => resume(),
      end: take,
    },
  );
  return answer;
}

async function moveUntil(host: FakeHost, pending: Promise<StagedAnswer>): Promise<StagedAnswer> {
  let isOver = false;
  const watched = pending.finally(() => {
    isOver = true;
  });
  const end = host.clock.now() + longestWaitMs;
  await host.advance(0);
  while (!isOver && host.clock.now() < end) await host.advance(250);
  if (!isOver) throw new Error('the answer did not come within two minutes');
  return watched;
}
