/** Keys are tried in a protocol that their provider speaks, and go on the wire as it takes them. */

import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRuntime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ask } from './harness.ts';
import { tongues } from './protocol-cases.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

const signal = new AbortController().signal;

async function testKeys(one: object): Promise<readonly string[]> {
  const runtime = createRuntime({
    config: { main: 'one/sim/echo', providers: { one: { api_key: 'sk-sim-good', ...one } } },
  });
  const verdicts: string[] = [];
  for await (const { verdict } of runtime.keys.test({ name: 'one', signal }))
    verdicts.push(verdict);
  await runtime.close();
  return verdicts;
}

describe('auth test', () => {
  it.each([
    ['openai-chat', '/v1/chat/completions'],
    ['openai-responses', '/v1/responses'],
    ['anthropic-messages', '/v1/messages'],
  ])('asks in %s where that is spoken', async (protocol, path) => {
    expect(await testKeys({ base_url: sim.url, protocol })).toEqual(['works']);
    expect(sim.log().map((attempt) => attempt.path)).toEqual([path]);
  });

  it('asks at each of two origins, in what is spoken there', async () => {
    const elsewhere = sim.url.replace('127.0.0.1', 'localhost');
    const base_urls = { 'openai-chat': sim.url, 'anthropic-messages': elsewhere };
    expect(await testKeys({ base_urls })).toEqual(['works', 'works']);
    expect(sim.log().map(({ path }) => path)).toEqual(['/v1/chat/completions', '/v1/messages']);
  });
});

describe('a provider that says how it takes keys', () => {
  it.each([
    [{}, { 'x-api-key': 'sk-test-one-key' }],
    [{ auth: 'bearer' }, { authorization: 'Bearer sk-test-one-key' }],
  ])('%j gets %j', async (settings, expected) => {
    const seen: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers);
      response.writeHead(400).end();
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const one = {
      base_url: `http://127.0.0.1:${port}/v1`,
      protocol: 'anthropic-messages',
      api_key: 'sk-test-one-key',
    };
    const runtime = createRuntime({
      config: { main: 'one/m', providers: { one: { ...one, ...settings } } },
    });
    const tongue = tongues.find(({ protocol }) => protocol === 'anthropic-messages');
    await ask(runtime, {}, tongue === undefined ? {} : { tongue });
    await runtime.close();
    server.close();
    const { 'x-api-key': key, authorization } = seen[0] ?? {};
    expect(JSON.parse(JSON.stringify({ 'x-api-key': key, authorization }))).toEqual(expected);
  });
});
