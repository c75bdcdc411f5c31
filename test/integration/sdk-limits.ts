/**
 * A provider that is down for minutes, a gateway before it, and both official SDKs with a limit of
 * their own.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { expect } from 'vitest';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createRuntime } from '../../src/runtime.ts';

const key = `hf_test_${'k'.repeat(24)}`;
const messages = [{ role: 'user' as const, content: 'hello' }];

export interface SdkEnd {
  readonly status: unknown;
  readonly message: string;
  readonly isTimeOut: boolean;
  readonly afterMs: number;
}

export interface DownStage {
  /** How each call of an SDK with this limit ends; nothing is repeated by the SDK. */
  calls(limitMs: number): readonly DownCall[];
  /**
   * A limit of OpenAI's whole client is not announced: the first try meets it, the next get our
   * sentence.
   */
  callOfClient(limitMs: number): DownCall;
  close(): Promise<void>;
}

export interface DownCall {
  readonly name: string;
  readonly call: () => Promise<SdkEnd>;
}

/** Each is told who was asked and why it failed, before its own limit where it announces that. */
export async function expectTold(calls: readonly DownCall[], withinMs: number): Promise<void> {
  const ends = await Promise.all(calls.map(({ call }) => call()));
  for (const [index, { status, message, isTimeOut, afterMs }] of ends.entries()) {
    const name = calls[index]?.name;
    expect(isTimeOut, `${name}: ${message}`).toBe(false);
    // Whose head had to go out early has the error in the stream.
    if (name?.includes('streamed') !== true)
      expect([429, 400], `${name}: ${message}`).toContain(status);
    expect(message, name).toContain('no capacity');
    expect(afterMs, name).toBeLessThan(withinMs);
  }
}

export async function startDownStage(): Promise<DownStage> {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-limits-'));
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(503, { 'content-type': 'application/json' });
    response.end('{"error":{"message":"no capacity"}}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const provider = { api_key: `sk-test-${'d'.repeat(20)}` };
  const url = `http://127.0.0.1:${port}`;
  const runtime = createRuntime({
    host: createNodeHost({ HOLDFAST_HOME: home }),
    config: {
      main: 'chat/m',
      providers: {
        chat: { ...provider, base_url: `${url}/v1`, protocol: 'openai-chat' },
        words: {
          ...provider,
          base_url: url.replace('127.0.0.1', 'localhost'),
          protocol: 'anthropic-messages',
        },
      },
      gateway: { port: 0 },
    },
  });
  const gateway = await startGateway({ runtime, key });
  const chat = (timeout: number, stream: boolean) => async (): Promise<unknown> => {
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: key, maxRetries: 0 });
    // It announces a limit that is given with the call, not one of the client.
    return readAll(
      await client.chat.completions.create({ model: 'main', messages, stream }, { timeout }),
    );
  };
  const words = (timeout: number, stream: boolean) => async (): Promise<unknown> => {
    const client = new Anthropic({ baseURL: gateway.url, apiKey: key, maxRetries: 0, timeout });
    return readAll(
      await client.messages.create({ model: 'words/m', max_tokens: 100, messages, stream }),
    );
  };
  const ofClient = (timeout: number) => (): Promise<unknown> =>
    new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: key, timeout }).chat.completions.create({
      model: 'main',
      messages,
    });
  return {
    callOfClient: (limitMs) => ({
      name: 'openai, of the client',
      call: () => endOf(ofClient(limitMs)),
    }),
    calls: (limitMs) => [
      { name: 'openai', call: () => endOf(chat(limitMs, false)) },
      { name: 'openai, streamed', call: () => endOf(chat(limitMs, true)) },
      { name: 'anthropic', call: () => endOf(words(limitMs, false)) },
      { name: 'anthropic, streamed', call: () => endOf(words(limitMs, true)) },
    ],
    close: async () => {
      await gateway.close();
      await runtime.close();
      await runtime.host.close();
      server.closeAllConnections();
      server.close();
      rmSync(home, { recursive: true });
    },
  };
}

/** A stream whose wait is long has its head early, and then the error as an event. */
async function readAll(answer: object): Promise<unknown> {
  if (!isStream(answer)) return answer;
  const events: unknown[] = [];
  for await (const event of answer) events.push(event);
  return events;
}

function isStream(answer: object): answer is AsyncIterable<unknown> {
  return Symbol.asyncIterator in answer;
}

async function endOf(call: () => Promise<unknown>): Promise<SdkEnd> {
  const startedAt = performance.now();
  const error = await call().then(
    () => new Error('it was answered'),
    (reason: unknown) => reason,
  );
  const afterMs = performance.now() - startedAt;
  const isRefusal = error instanceof OpenAI.APIError || error instanceof Anthropic.APIError;
  const isTimeOut =
    error instanceof OpenAI.APIConnectionError || error instanceof Anthropic.APIConnectionError;
  return {
    status: isRefusal ? error.status : undefined,
    message: String(error),
    isTimeOut,
    afterMs,
  };
}
