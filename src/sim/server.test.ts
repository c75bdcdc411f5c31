/** Laws of the server as a whole: its log, bad input, its tables. */

import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSimClient } from '../../test/fakes/sim-client.ts';
import { type SimulatedProvider, simKeys, simModels, startSimulatedProvider } from './index.ts';

let sim: SimulatedProvider;

beforeAll(async () => {
  sim = await startSimulatedProvider({ timeScale: 0.01 });
});
afterEach(() => sim.reset());
afterAll(() => sim.close());

const { ask, statuses } = createSimClient(() => sim);

/** Resolves when the claim holds; looks again at each turn of the event loop. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

it('has accounts and faults of their own at several sites of one host', async () => {
  const two = await startSimulatedProvider({
    sites: ['/plan', '/plan/eu'],
    faults: [
      { key: 'sk-sim-good', site: '/plan', fault: 'exhausted' },
      { model: 'm', site: '', fault: 'status-503' },
    ],
  });
  const asked = async (prefix: string, key: string): Promise<number> => {
    const headers = { authorization: `Bearer ${key}` };
    const body = '{"model": "m", "messages": [{"role": "user", "content": "hi"}]}';
    const url = `${two.origin}${prefix}/chat/completions`;
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  const all = ['/v1', '/plan/v1', '/plan', '/plan/eu/v1', '/nowhere/v1'];
  const found = await Promise.all(all.map((prefix) => asked(prefix, 'sk-sim-good')));
  expect(found).toEqual([503, 429, 429, 200, 404]);
  const once = ['/plan', '/plan', '/plan/eu', '/plan/eu'];
  const counted: number[] = [];
  for (const prefix of once) counted.push(await asked(prefix, 'sk-sim-spent-1'));
  expect(counted).toEqual([200, 429, 200, 429]);
  await two.close();
});

describe('the log', () => {
  it('holds every attempt with its key’s fingerprint, never the key', async () => {
    await statuses({ key: 'sk-sim-revoked' }, 1);
    const response = await ask({});
    await response.text();
    const log: unknown = await (await fetch(`${sim.origin}/sim/log`)).json();
    expect(log).toMatchObject([
      {
        method: 'POST',
        path: '/v1/chat/completions',
        model: 'sim/plain',
        fault: 'revoked',
        status: 401,
        prefill: false,
      },
      {
        keyFingerprint: expect.stringMatching(/^sha256:[0-9a-f]{16}$/),
        fault: null,
        status: 200,
        eventsSent: 0,
      },
    ]);
    expect(JSON.stringify(log)).not.toContain('sk-sim');
    expect(response.headers.get('x-request-id')).toBe(`sim-${sim.log().at(-1)?.sequence}`);
    await fetch(`${sim.origin}/sim/log`, { method: 'DELETE' });
    expect(sim.log()).toEqual([]);
  });

  it('keeps what a request said where it is told to, and nothing of it else', async () => {
    const body = '{"model": "sim/plain", "messages": []}';
    const request = { method: 'POST', body, headers: { authorization: 'Bearer sk-sim-good' } };
    const keeping = await startSimulatedProvider({ keepBodies: true });
    for (const { url } of [keeping, sim])
      await (await fetch(`${url}/chat/completions`, request)).text();
    expect(keeping.log().map((attempt) => attempt.body)).toEqual([body]);
    expect(sim.log().at(-1)).not.toHaveProperty('body');
    await keeping.close();
  });
});

describe('bad input', () => {
  it.each([
    ['POST', '/v1/chat/completions', 'not json', 400],
    ['POST', '/v1/chat/completions', '{"messages":[]}', 400],
    ['POST', '/v1/chat/completions', '{"model":"m"}', 400],
    ['POST', '/v1/embeddings', '{"model":"m"}', 400],
    ['GET', '/v1/chat/completions', undefined, 405],
    ['POST', '/v1/nowhere', '{}', 404],
    ['GET', '/sim/nowhere', undefined, 404],
  ])('%s %s with %s is %i', async (method, path, body, status) => {
    const headers = { authorization: 'Bearer sk-sim-good' };
    const response = await fetch(`${sim.origin}${path}`, {
      method,
      headers,
      ...(body ? { body } : {}),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty('error.message');
  });

  it('takes bodies up to 64 MB and answers 413 beyond', async () => {
    const send = (size: number) =>
      fetch(`${sim.url}/chat/completions`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk-sim-good' },
        body: Buffer.alloc(size, 'x'),
      }).then(async (response) => {
        await response.text();
        return response.status;
      });
    expect(await send(64 * 1024 * 1024)).toBe(400); // read whole, but no JSON
    expect(await send(64 * 1024 * 1024 + 1)).toBe(413);
  });

  it('survives a client that leaves in the middle of its body', async () => {
    const request = httpRequest(`${sim.url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-length': 100, authorization: 'Bearer sk-sim-good' },
    });
    request.on('error', () => undefined); // our own abort
    request.write('{"model":');
    await until(() => sim.log().length === 1);
    request.destroy();
    await until(() => sim.log()[0]?.hungUpAtMs !== undefined);
    expect(await statuses({}, 1)).toEqual([200]);
  });
});

describe('the tables', () => {
  it('name only examples that can be asked for', async () => {
    const response = await fetch(`${sim.url}/models`, {
      headers: { authorization: 'Bearer sk-sim-good' },
    });
    const list: unknown = await response.json();
    expect(list).toMatchObject({
      data: simModels.map(({ example }) => ({ id: example, object: 'model' })),
    });
    expect(new Set([...simModels, ...simKeys].map(({ name }) => name)).size).toBe(
      simModels.length + simKeys.length,
    );
  });

  it('stand in docs/simulated-provider.md, row by row', () => {
    const page = readFileSync(new URL('../../docs/simulated-provider.md', import.meta.url), 'utf8');
    const rows = [...simModels, ...simKeys].map(
      ({ name, effect }) => `| \`${name}\` | ${effect} |`,
    );
    expect(rows.filter((row) => !page.includes(row))).toEqual([]);
  });
});
