/**
 * Answers that a provider stores, over real sockets with the vendor's own SDK: fetched, followed,
 * ended and deleted, at the one account that made them.
 */

import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

const key = `hf_test_${'k'.repeat(24)}`;
let sim: SimulatedProvider;
let runtime: Runtime;
let gateway: Gateway;
let sdk: OpenAI;

beforeAll(async () => {
  sim = await startSimulatedProvider();
});
afterAll(() => sim.close());
beforeEach(() => sim.reset());
afterEach(async () => {
  await gateway.close();
  await runtime.close();
});

async function start(
  keys: readonly string[],
  protocol = 'openai-responses',
  more: object = {},
): Promise<void> {
  const credentials = keys.map((api_key, index) => ({ label: `key${index}`, api_key }));
  runtime = createRuntime({
    config: {
      main: { provider: 'sim', model: 'sim/plain' },
      ...more,
      providers: {
        sim: {
          base_url: sim.url,
          protocol,
          credentials,
          selection: 'round-robin',
          max_wait: 0.1,
        },
        // The same server under another name: another origin, which must not be asked.
        other: {
          base_url: sim.url.replace('127.0.0.1', 'localhost'),
          protocol,
          api_key: 'sk-sim-good+other',
        },
      },
      gateway: { port: 0 },
    },
  });
  gateway = await startGateway({ runtime, key });
  sdk = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: key, maxRetries: 0 });
}

function send(method: string, path: string): Promise<Response> {
  const headers = { authorization: `Bearer ${key}` };
  return fetch(`${gateway.url}/v1${path}`, { method, headers });
}

const ask = (more: object = {}) =>
  sdk.responses.create({ model: 'main', input: 'hello', ...more, stream: false });
const makers = (): readonly (string | null)[] =>
  sim.log().map(({ keyFingerprint }) => keyFingerprint);

describe('a stored answer', () => {
  it('in the background is fetched, with what it was asked, until it is deleted', async () => {
    await start(['sk-sim-good']);
    const { id, status } = await ask({ background: true });
    expect(status).toBe('queued');
    const found = await sdk.responses.retrieve(id);
    expect([found.id, found.status, found.output_text]).toEqual([
      id,
      'completed',
      expect.stringContaining('hello'),
    ]);
    const items = await sdk.responses.inputItems.list(id);
    expect(items.data).toMatchObject([{ role: 'user' }]);
    await sdk.responses.delete(id);
    const gone = await send('GET', `/responses/${id}`);
    expect(gone.status).toBe(404);
    expect(await gone.text()).toContain(`Response with id '${id}' not found.`);
    const fetched = runtime.records().filter(({ operation }) => operation === 'responses');
    expect(fetched.map(({ usage }) => usage?.outputTokens)).toEqual([
      found.usage?.output_tokens,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each(['fetched', 'polled six times at once', 'not in the background'])(
    '%s: is counted once, at the prices of the model that made it',
    async (how) => {
      const price = { input: 1, output: 10 };
      await start(['sk-sim-good'], 'openai-responses', { prices: { 'sim/sim/plain': price } });
      const background = how !== 'not in the background';
      const { id } = await ask({ background });
      const gets = how === 'fetched' ? 1 : 6;
      const answers = await Promise.all(
        Array.from({ length: gets }, () => sdk.responses.retrieve(id)),
      );
      const { input_tokens: read = 0, output_tokens: written = 0 } = answers[0]?.usage ?? {};
      const counted = runtime.records().filter(({ usage }) => usage !== undefined);
      expect(counted.map(({ operation }) => operation)).toEqual([
        background ? 'responses' : 'generate',
      ]);
      expect(counted[0]?.cost?.usd).toBeCloseTo((read + 10 * written) / 1_000_000, 12);
      expect(counted[0]?.attempts.map(({ target }) => target)).toEqual(['sim/sim/plain']);
      expect(runtime.records().map(({ cost }) => cost?.unpriced)).not.toContain(1);
    },
  );

  it('in the background is ended; any other is refused in the words of the vendor', async () => {
    await start(['sk-sim-good']);
    const { id } = await ask({ background: true });
    expect((await sdk.responses.cancel(id)).status).toBe('cancelled');
    const { id: other } = await ask();
    const refused = await send('POST', `/responses/${other}/cancel`);
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining('Cannot cancel a synchronous response.'),
    ]);
  });

  it('is asked of the account that made it, whichever turn it is', async () => {
    await start(['sk-sim-good+a', 'sk-sim-good+b', 'sk-sim-good+c']);
    for (let round = 0; round < 7; round++) {
      sim.clearLog();
      const { id } = await ask({ background: round % 2 === 0 });
      expect((await send('GET', `/responses/${id}`)).status).toBe(200);
      expect((await send('GET', `/responses/${id}/input_items?limit=5`)).status).toBe(200);
      expect((await send('DELETE', `/responses/${id}`)).status).toBe(200);
      expect(new Set(makers()).size).toBe(1);
    }
  });

  it('is asked of nobody else when that account cannot be asked', async () => {
    await start(['sk-sim-spent-1', 'sk-sim-good']);
    const { id } = await ask();
    sim.clearLog();
    const refused = await send('GET', `/responses/${id}`);
    expect([refused.status, await refused.text()]).toEqual([
      400, // a plan that is used up: asking again would not help
      expect.stringContaining(`the response \\"${id}\\" ties the request to the account`),
    ]);
    expect(new Set(makers()).size).toBe(1);
  });

  it.each([-1, 0, 3])('is followed as a stream from the event after %i', async (after) => {
    await start(['sk-sim-good+a', 'sk-sim-good+b']);
    const stream = await sdk.responses.create({
      model: 'main',
      input: 'hello',
      background: true,
      stream: true,
    });
    const events: OpenAI.Responses.ResponseStreamEvent[] = [];
    for await (const event of stream) events.push(event);
    const [first] = events;
    if (first?.type !== 'response.created') throw new Error('it begins so');
    const { id } = first.response;
    const query = after < 0 ? '' : `&starting_after=${after}`;
    const rest = await send('GET', `/responses/${id}?stream=true${query}`);
    expect(rest.headers.get('content-type')).toContain('text/event-stream');
    const told = (await rest.text()).matchAll(/^data: (.*)$/gm);
    const numbers = [...told].map(([, data = '']) => JSON.parse(data).sequence_number);
    expect(numbers).toEqual(
      events.map(({ sequence_number }) => sequence_number).filter((number) => number > after),
    );
    expect(new Set(makers()).size).toBe(1);
  });

  it('whose caller left in the middle is asked of the same account when it comes back', async () => {
    await start(['sk-sim-good+a', 'sk-sim-good+b', 'sk-sim-good+c']);
    for (let round = 0; round < 4; round++) {
      sim.clearLog();
      const stream = await sdk.responses.create({
        model: 'sim/sim/pace-20ms',
        input: 'hello ~3/60',
        background: true,
        stream: true,
      });
      let id = '';
      for await (const event of stream) {
        if (event.type === 'response.created') ({ id } = event.response);
        if (event.type === 'response.output_text.delta') break;
      }
      await expect.poll(() => runtime.records().at(-1)?.outcome).toBe('client-gone');
      await send('GET', `/responses/${id}?stream=true`);
      expect(new Set(makers()).size).toBe(1);
      expect(makers()).toHaveLength(2);
    }
  });

  it('that nobody knows is asked of the main provider, which says so', async () => {
    await start(['sk-sim-good']);
    const unknown = await send('GET', '/responses/resp_unknown');
    expect([unknown.status, await unknown.text()]).toEqual([
      404,
      expect.stringContaining("Response with id 'resp_unknown' not found."),
    ]);
  });

  it('needs a provider that stores any', async () => {
    await start(['sk-sim-good'], 'anthropic-messages');
    const refused = await send('GET', '/responses/resp_1');
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining('cannot be asked for stored answers: sim speaks no openai-responses'),
    ]);
    expect(sim.log()).toEqual([]);
  });

  it.each([
    ['POST', '/responses/resp_1'],
    ['PUT', '/responses/resp_1/cancel'],
    ['GET', '/responses/resp_1/cancel'],
  ])('takes no %s %s', async (method, path) => {
    await start(['sk-sim-good']);
    expect((await send(method, path)).status).toBe(405);
  });
});
