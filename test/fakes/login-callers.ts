/** Callers with a login of their own at Anthropic, before an engine whose upstream is played. */

import type { EngineEvent } from '../../src/model/events.ts';
import type { Headers, WireBody } from '../../src/model/request.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { createFakeHost, type FakeHost, type UpstreamStep } from './fake-host.ts';

export const ownOrigin = 'https://api.anthropic.com';
export const spareOrigin = 'https://spare.test';
export const model = 'claude-sonnet-4-6';

/** Made up at each run, in the form of a subscription's access token. */
export function createTestLogin(name: string): string {
  return `sk-ant-oat01-${name}-${Buffer.from(`${Math.random()}${name}`).toString('base64url')}`;
}

export const spareKey = `sk-test-spare-${Math.random().toString(36).slice(2)}${'k'.repeat(12)}`;

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model,
  content: [{ type: 'text', text: 'hi there' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 10, output_tokens: 2 },
};

export const answer: UpstreamStep = {
  headers: { 'content-type': 'application/json' },
  chunks: [JSON.stringify(message)],
};

export function refusal(status: number, type: string, headers: Headers = {}): UpstreamStep {
  const body = JSON.stringify({
    type: 'error',
    error: { type, message: `${type} as it was said` },
  });
  return { status, headers: { 'content-type': 'application/json', ...headers }, chunks: [body] };
}

/** A plan's five hours are used up for the next `seconds`. */
export function usedUp(host: FakeHost, seconds: number, headers: Headers = {}): UpstreamStep {
  const resets = String(Math.ceil(host.clock.now() / 1000) + seconds);
  return refusal(429, 'rate_limit_error', {
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-5h-status': 'rejected',
    'anthropic-ratelimit-unified-5h-reset': resets,
    'anthropic-ratelimit-unified-reset': resets,
    ...headers,
  });
}

export interface LoginAsk {
  /** Default: none, as for a caller without one. */
  readonly login?: string;
  /** No gateway key came beside it. Default: one did. */
  readonly isAlone?: boolean;
  readonly headers?: Headers;
  readonly query?: string;
  readonly body?: WireBody;
  readonly path?: string;
  readonly method?: string;
  readonly caller?: string;
}

export interface LoginStage {
  readonly host: FakeHost;
  readonly runtime: Runtime;
  readonly events: readonly EngineEvent[];
  ask(asked: LoginAsk): Promise<{ status: number; headers: Headers; text: string }>;
}

const anthropic = { credentials: [{ caller: true }] };
const spare = { base_url: `${spareOrigin}/v1`, protocol: 'anthropic-messages', api_key: spareKey };

export const chained = {
  main: `anthropic/${model}`,
  fallback_chain: ['spare/other'],
  providers: { anthropic, spare },
};

export function createLoginStage(config: object = chained): LoginStage {
  const host = createFakeHost();
  const events: EngineEvent[] = [];
  const runtime = createRuntime({ host, config, onEvent: (event) => void events.push(event) });
  const ask: LoginStage['ask'] = async (asked) => {
    const { login, isAlone = false, query = 'beta=true', path = '/v1/messages' } = asked;
    const { method = 'POST', caller } = asked;
    const own: Record<string, string> = login ? { authorization: `Bearer ${login}` } : {};
    const headers: Headers = { 'content-type': 'application/json', ...own, ...asked.headers };
    const names = ['authorization', 'x-api-key'].filter((name) => headers[name] !== undefined);
    const got = { status: 0, headers: {} as Headers };
    const chunks: Uint8Array[] = [];
    let isOver = false;
    const over = runtime.exchange(
      {
        method,
        path,
        query,
        headers,
        caller,
        body: asked.body ?? bodyOf(),
        brought: names.length === 0 ? undefined : { names, query, isAlone },
        signal: new AbortController().signal,
      },
      {
        head: (status, sent) => void Object.assign(got, { status, headers: sent }),
        write: (chunk) => chunks.push(chunk) > 0,
        onDrain: (resume) => resume(),
        end: (chunk) => void (chunk && chunks.push(chunk)),
      },
    );
    void over.then(() => {
      isOver = true;
    });
    for (let turns = 0; turns < 3000 && !isOver; turns++) await host.advance(100);
    await over;
    return { ...got, text: Buffer.concat(chunks).toString() };
  };
  return { host, runtime, events, ask };
}

export function bodyOf(more: object = {}): Buffer {
  const messages = [{ role: 'user', content: 'hello there' }];
  return Buffer.from(JSON.stringify({ model, max_tokens: 20, messages, ...more }, undefined, 1));
}
