/**
 * One engine over real sockets: a runtime with a config object in front of the simulated provider,
 * and a client in process.
 */

import type { EngineEvent } from '../../src/model/events.ts';
import type { Headers } from '../../src/model/request.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import type { SimulatedProvider } from '../../src/sim/index.ts';
import { datasOf, openaiChat, requestIn, type Tongue } from './protocol-cases.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Trip {
  readonly model: string;
  /** Default `sk-sim-good`. */
  readonly key?: string;
  /** Another key of the same provider. */
  readonly second?: string;
  /**
   * A model of the same server under another name of loopback, so that it counts as another origin.
   */
  readonly fallback?: string;
  /** What the providers speak. Default `openai-chat`. */
  readonly tongue?: Tongue;
  /** What the provider of the fallback speaks. Default: what the main one does. */
  readonly fallbackTongue?: Tongue;
}

/**
 * A runtime whose main target is `trip.model` at the simulated provider, with what it said while it
 * worked.
 */
export function startEngine(
  sim: SimulatedProvider,
  trip: Trip,
): { runtime: Runtime; said: string[] } {
  const said: string[] = [];
  const onEvent = (event: EngineEvent): void => {
    if (event.type === 'rescue' || event.type === 'warning') said.push(event.text);
  };
  const { protocol } = trip.tongue ?? openaiChat;
  const spare = {
    base_url: sim.url.replace('127.0.0.1', 'localhost'),
    protocol: trip.fallbackTongue?.protocol ?? protocol,
    api_key: 'sk-sim-good+spare',
  };
  const config = {
    main: { provider: 'sim', model: trip.model },
    ...(trip.fallback === undefined
      ? {}
      : { fallback_chain: [{ provider: 'spare', model: trip.fallback }] }),
    providers: {
      sim: {
        base_url: sim.url,
        protocol,
        api_key: trip.key ?? 'sk-sim-good',
        pace: 'quick',
        ...(trip.second === undefined
          ? {}
          : { credentials: [{ label: 'second', api_key: trip.second }] }),
      },
      ...(trip.fallback === undefined ? {} : { spare }),
    },
  };
  return { runtime: createRuntime({ config, onEvent }), said };
}

export interface Caller {
  readonly signal?: AbortSignal;
  readonly requestId?: string;
  /** Beside the content type. */
  readonly headers?: Headers;
  /** Default `openai-chat`. */
  readonly tongue?: Tongue;
  /** The id of the one credential that may be asked. Default: any. */
  readonly onlyCredential?: string;
}

/** Asks for an answer and collects it whole. */
export async function ask(
  runtime: Runtime,
  body: object = {},
  caller: Caller = {},
): Promise<Answer> {
  const { signal = new AbortController().signal, headers = {}, tongue = openaiChat } = caller;
  const { requestId, onlyCredential } = caller;
  const messages = [{ role: 'user', content: 'hello there' }];
  const chunks: Uint8Array[] = [];
  let head: { status: number; headers: Headers } = { status: 0, headers: {} };
  const conversation = tongue.conversation ?? 'messages';
  const asked = { model: 'main', ...tongue.fields, [conversation]: messages, ...body };
  const { path, query, bytes } = requestIn(tongue, asked);
  await runtime.exchange(
    {
      method: 'POST',
      path,
      query,
      headers: { 'content-type': 'application/json', ...headers },
      body: bytes,
      signal,
      ...(requestId === undefined ? {} : { requestId }),
      ...(onlyCredential === undefined ? {} : { onlyCredential }),
    },
    {
      head: (status, headers) => {
        head = { status, headers };
      },
      write: (chunk) => chunks.push(chunk) > 0,
      onDrain: (resume) => resume(),
      end: (chunk) => {
        if (chunk !== undefined) chunks.push(chunk);
      },
    },
  );
  return { ...head, text: Buffer.concat(chunks).toString() };
}

/** The text of a streamed answer, put together. */
export function textOf(answer: Answer, tongue: Tongue = openaiChat): string {
  return datasOf(answer.text)
    .map((data) => tongue.readPiece(data))
    .join('');
}
