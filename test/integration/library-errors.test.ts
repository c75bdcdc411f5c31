/**
 * What the library throws: one code for each way a question can end without an answer, and the
 * whole record with it.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { Host } from '../../src/host.ts';
import { createHoldfast, NoTargetAnswered, RequestError } from '../../src/index.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

const home = mkdtempSync(join(tmpdir(), 'holdfast-library-'));
let sim: SimulatedProvider;
let host: Host;
beforeAll(async () => {
  sim = await startSimulatedProvider();
  host = createNodeHost({ HOLDFAST_HOME: home });
});
afterAll(async () => {
  await host.close();
  await sim.close();
  rmSync(home, { recursive: true, force: true });
});

function configFor(model: string, key = 'sk-sim-good'): object {
  const provider = {
    base_url: sim.url,
    protocol: 'openai-chat',
    api_key: key,
    stream_recovery: 'error',
  };
  const other = { ...provider, api_key: 'sk-sim-good+other' };
  return { main: { provider: 'sim', model }, providers: { sim: provider, other } };
}

async function fail(model: string, asked = 'main', key?: string): Promise<unknown> {
  const holdfast = createHoldfast({ host, config: configFor(model, key) });
  const error = await holdfast.ask({ prompt: 'one two three four five six', model: asked }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  await holdfast.close();
  return error;
}

describe('ask() rejects', () => {
  it.each([
    ['exhausted', 'sim/echo', 'sk-sim-never', 'failed'],
    ['upstream-refused', 'sim/context-overflow', 'sk-sim-good', 'failed'],
    ['stream-broken', 'sim/cut-after-4', 'sk-sim-good', 'broken'],
  ])('with NoTargetAnswered (%s) and the record', async (code, model, key, outcome) => {
    const error = await fail(model, 'main', key);
    expect(error).toBeInstanceOf(NoTargetAnswered);
    expect(error).toMatchObject({
      code,
      record: { outcome, attempts: [{ target: `sim/${model}` }] },
    });
  });

  it('with RequestError (model-unknown) before anything is sent', async () => {
    sim.clearLog();
    const error = await fail('sim/echo', 'gone');
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({
      code: 'model-unknown',
      status: 404,
      message: expect.stringContaining('"gone"'),
    });
    expect(sim.log()).toEqual([]);
  });

  it("with the caller's own reason when the caller goes away", async () => {
    const holdfast = createHoldfast({ host, config: configFor('sim/silent') });
    const caller = new AbortController();
    const asking = holdfast.ask({ prompt: 'hi', signal: caller.signal });
    caller.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
    await holdfast.close();
  });
});

it('createHoldfast() throws credential-missing when no target could ever be asked', () => {
  const config = configFor('sim/echo', `\${NO_SUCH_KEY}`);
  expect(() => createHoldfast({ host, config })).toThrow(
    expect.objectContaining({
      code: 'credential-missing',
      message: expect.stringContaining('looked for NO_SUCH_KEY'),
    }),
  );
});

it('holdfast.fetch ends a body with the reason of its abort', async () => {
  const holdfast = createHoldfast({ host, config: configFor('sim/stall-after-2') });
  const caller = new AbortController();
  const response = await holdfast.fetch('http://holdfast.local/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({
      model: 'main',
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
    }),
    signal: caller.signal,
  });
  const reading = response.text();
  caller.abort(new Error('enough'));
  await expect(reading).rejects.toThrow('enough');
  await holdfast.close();
});
