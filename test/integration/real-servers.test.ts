/**
 * Answers of vLLM, llama.cpp's server and LiteLLM's proxy, well and not well, over real sockets in
 * pieces of any size: those that are well reach the caller byte for byte, those that are not reach
 * the next target.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCases } from '../../scripts/lib/failure-corpus.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { ask } from './harness.ts';
import { type OddServer, startOddServer } from './odd-server.ts';

const servers = ['vllm', 'llamacpp', 'litellm'] as const;

let sick: OddServer;
let well: OddServer;
beforeAll(async () => {
  [sick, well] = [await startOddServer(), await startOddServer()];
});
afterAll(async () => {
  await sick.close();
  await well.close();
});

function fixture(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, '../fixtures/servers', name));
}

/** In chunks of this size, and the socket's own pieces break elsewhere. */
function answer(
  odd: OddServer,
  head: { status: number; type: string },
  body: Buffer,
  size: number,
): void {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const chunk = body.subarray(at, at + size);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  const first = `HTTP/1.1 ${head.status} \r\ncontent-type: ${head.type}\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n`;
  const wire = Buffer.concat([Buffer.from(first), ...chunks, Buffer.from('0\r\n\r\n')]);
  const cut = Math.ceil(wire.length / 5);
  const writes = Array.from({ length: 5 }, (_, index) =>
    wire.subarray(index * cut, (index + 1) * cut),
  );
  odd.answer = { writes, ending: 'end', isHasty: false };
}

function start(name: string, mainAt: OddServer): Runtime {
  const provider = (odd: OddServer) => ({
    base_url: odd.url,
    protocol: 'openai-chat',
    api_key: 'sk-test-a',
    pace: 'quick',
  });
  const config = {
    main: `${name}/tiny`,
    fallback_chain: ['spare/tiny'],
    providers: { [name]: provider(mainAt), spare: provider(well) },
  };
  return createRuntime({ config });
}

describe.each(servers)('%s', (name) => {
  it.each([1, 13, 100_000])(
    'well, in chunks of %i bytes: reaches the caller as it came',
    async (size) => {
      const runtime = start(name, well);
      answer(well, { status: 200, type: 'application/json' }, fixture(`${name}.json`), size);
      const whole = await ask(runtime);
      expect([whole.status, whole.text]).toEqual([200, fixture(`${name}.json`).toString()]);
      answer(
        well,
        { status: 200, type: 'text/event-stream; charset=utf-8' },
        fixture(`${name}.sse`),
        size,
      );
      const streamed = await ask(runtime, {
        stream: true,
        stream_options: { include_usage: true },
      });
      expect([streamed.status, streamed.text]).toEqual([200, fixture(`${name}.sse`).toString()]);
      const records = runtime.records();
      expect(records.map(({ outcome, attempts }) => [outcome, attempts.length])).toEqual([
        ['answered', 1],
        ['answered', 1],
      ]);
      expect(records.every(({ usage }) => (usage?.outputTokens ?? 0) > 0)).toBe(true);
      await runtime.close();
    },
  );

  const once = new Set<string | null>([
    'not-offered',
    'model-missing',
    'auth-rejected',
    'quota',
    'refused-request',
  ]);
  const cases = readCases().filter(
    ({ provider, source, expect: { class: cause } }) =>
      provider === name && source.startsWith('[R]') && once.has(cause),
  );

  it.each(cases.map((found) => [found.case, found] as const))(
    '%s: the next target answers',
    async (_case, found) => {
      const runtime = start(name, sick);
      const { status } = found.response;
      answer(sick, { status, type: 'application/json' }, Buffer.from(found.text), 13);
      answer(well, { status: 200, type: 'text/event-stream' }, fixture('vllm.sse'), 13);
      const streamed = await ask(runtime, { stream: true });
      expect([streamed.status, streamed.text]).toEqual([200, fixture('vllm.sse').toString()]);
      const causes = runtime
        .records()
        .at(-1)
        ?.attempts.map(({ failure }) => failure?.class);
      expect(causes).toEqual([found.expect.class, undefined]);
      await runtime.close();
    },
  );
});
