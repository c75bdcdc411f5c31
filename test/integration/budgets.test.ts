/**
 * Budgets over real sockets: after the cap no request leaves, whoever asks and whatever for;
 * restarts forget nothing.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BudgetSettings } from '../../src/config/schema/budget-schema.ts';
import { addCallerKey, createCallerKeys } from '../../src/gateway/caller-keys.ts';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { describeSpent } from '../../src/gateway/refusals.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { Host } from '../../src/host.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

const first = `hf_test_${'f'.repeat(24)}`;
let home: string;
let provider: SimulatedProvider;
let host: Host;
let runtime: Runtime;
let gateway: Gateway;
const said: string[] = [];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-budgets-'));
  provider = await startSimulatedProvider({});
  host = createNodeHost({ HOLDFAST_HOME: home });
});
afterEach(async () => {
  await end();
  await host.close();
  await provider.close();
  rmSync(home, { recursive: true });
});

/** A token of an answer costs a tenth of a cent, and one of a question nothing. */
const price = { input: 0, output: 1000 };

interface Configured {
  readonly providers?: Readonly<Record<string, object>>;
  readonly [key: string]: unknown;
}

async function start(config: Configured): Promise<void> {
  const server = {
    base_url: provider.url,
    protocol: 'openai-chat',
    pace: 'quick',
    api_key: 'sk-sim-good',
  };
  const models = ['plain', 'pace-20ms', 'reset', 'status-503', 'long-60'].map(
    (name) => `sim/${name}`,
  );
  const prices = Object.fromEntries(
    ['sim', 'spare'].flatMap((name) => models.map((model) => [`${name}/${model}`, price])),
  );
  const whole = {
    main: 'sim/sim/plain',
    auxiliary: { title_generation: { provider: 'sim', model: 'sim/plain' } },
    prices,
    gateway: { port: 0 },
    ...config,
    providers: {
      sim: { ...server, billing: 'metered', ...config.providers?.['sim'] },
      spare: {
        ...server,
        billing: 'metered',
        base_url: provider.url.replace('127.0.0.1', 'localhost'),
      },
    },
  };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(whole));
  await open();
}

async function open(): Promise<void> {
  said.length = 0;
  const onEvent = (event: { type: string; text?: string }): void => {
    if (event.type === 'warning') said.push(event.text ?? '');
  };
  runtime = createRuntime({ host, store: 'in-place', onEvent });
  const callerKeys = createCallerKeys(
    host,
    runtime.paths.callerKeysFile,
    (text) => void said.push(text),
  );
  gateway = await startGateway({ runtime, key: first, callerKeys });
}

async function end(): Promise<void> {
  await gateway.close();
  await runtime.close();
}

const addKey = (name: string, budget?: BudgetSettings): Promise<string> =>
  addCallerKey(
    { host, path: runtime.paths.callerKeysFile },
    { name, scope: 'call', ...(budget === undefined ? {} : { budget }) },
  );

interface Told {
  readonly status: number;
  readonly text: string;
  readonly code?: string;
}

async function ask(key: string, body: object = {}, path = '/v1/chat/completions'): Promise<Told> {
  const response = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'main',
      max_tokens: 50,
      messages: [{ role: 'user', content: 'hello' }],
      ...body,
    }),
  });
  const text = await response.text();
  const code = response.status === 200 ? {} : { code: JSON.parse(text).error.code };
  return { status: response.status, text, ...code };
}

const left = (): number => provider.log().length;

describe('a budget of all requests', () => {
  it('lets nothing out after its cap: agents, side tasks and discarded attempts count, across a restart', async () => {
    await start({
      main: 'sim/sim/reset',
      fallback_chain: ['spare/sim/plain'],
      budget: { usd: 1, per: 'day' },
    });
    const [one, other] = [await addKey('codex'), await addKey('claude')];
    const model = 'title_generation';
    const round = async (): Promise<readonly number[]> => {
      const told = [
        await ask(one),
        await ask(other, { model }),
        await ask(other, { stream: true }),
      ];
      return told.map(({ status }) => status);
    };
    expect(await round()).toEqual([200, 200, 200]);
    const before = left();
    expect(before).toBeGreaterThan(4); // attempts that were reset may be billed
    await end();
    await open();
    let statuses: readonly number[] = [0];
    for (let tries = 0; tries < 20 && !statuses.every((status) => status === 400); tries++)
      statuses = await round();
    expect(statuses).toEqual([400, 400, 400]);
    const capped = left();
    expect(capped).toBeGreaterThan(before);
    await end();
    await open();
    const refusal = await ask(one);
    expect(refusal).toMatchObject({ status: 400, code: 'budget' });
    expect(refusal.text).toMatch(
      /the budget of \$1\.00 a day for all requests has no room: \$[\d.]+ spent/,
    );
    expect(refusal.text).toMatch(/renewed at \d{4}-\d\d-\d\d 00:00 UTC, in /);
    expect(await ask(other, { model })).toMatchObject({ status: 400, code: 'budget' });
    expect(left()).toBe(capped);
  });

  it('lets exactly those of 20 at once leave that fit', async () => {
    await start({ main: 'sim/sim/pace-20ms', budget: { usd: 0.25, per: 'day' } });
    const told = await Promise.all(Array.from({ length: 20 }, () => ask(first, { stream: true })));
    expect(told.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(told.filter(({ code }) => code === 'budget')).toHaveLength(15);
    expect(left()).toBe(5);
  });

  it('is told in the protocol of who asks', async () => {
    await start({ budget: { tokens: 10, per: 'hour' } });
    const told = await ask(first, {}, '/v1/messages');
    expect(told.status).toBe(424);
    expect(JSON.parse(told.text)).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error' },
    });
    expect(told.text).toContain('the budget of 10 tokens an hour for all requests is too small');
    expect(left()).toBe(0);
  });
});

describe('a budget of a caller', () => {
  it('ends for this caller alone', async () => {
    await start({});
    const [poor, rich] = [
      await addKey('codex', { requests: 2, per: 'day' }),
      await addKey('claude'),
    ];
    expect((await Promise.all([1, 2].map(() => ask(poor)))).map(({ status }) => status)).toEqual([
      200, 200,
    ]);
    const refusal = await ask(poor);
    expect(refusal).toMatchObject({ status: 400, code: 'budget' });
    expect(refusal.text).toContain(
      'the budget of 2 requests a day for the caller codex has no room',
    );
    expect((await ask(rich)).status).toBe(200);
    expect(left()).toBe(3);
  });
});

describe('a budget of a task', () => {
  it('ends for this task alone', async () => {
    const title = { provider: 'sim', model: 'sim/plain', budget: { requests: 1, per: 'month' } };
    await start({ auxiliary: { title_generation: title } });
    const model = 'title_generation';
    expect((await ask(first, { model })).status).toBe(200);
    const refusal = await ask(first, { model });
    expect(refusal).toMatchObject({ status: 400, code: 'budget' });
    expect(refusal.text).toContain('set by auxiliary.title_generation.budget');
    expect(runtime.records().at(-1)).toMatchObject({ outcome: 'failed', cause: 'budget' });
    expect((await ask(first)).status).toBe(200);
  });
});

describe('a budget of a provider or a key', () => {
  it('is a skip: the next candidate answers, and plan and record say why', async () => {
    const sim = { billing: 'metered', budget: { requests: 1, per: 'day' } };
    await start({ fallback_chain: ['spare/sim/plain'], providers: { sim } });
    expect((await ask(first)).status).toBe(200);
    expect((await ask(first)).status).toBe(200);
    const record = runtime.records().at(-1);
    expect(record?.answeredBy).toBe('spare/sim/plain');
    expect(record?.skipped[0]).toMatchObject({ target: 'sim/sim/plain', cause: 'budget' });
    expect(record?.skipped[0]?.reason).toContain(
      '1 request a day for the provider sim has no room',
    );
    const plan = await runtime.plan({ name: 'main', signal: new AbortController().signal });
    expect(plan.routes[0]?.targets[0]?.standing).toMatchObject({ state: 'rests', cause: 'budget' });
  });

  it('of one key leaves the other', async () => {
    const credentials = [
      { label: 'work', api_key: 'sk-sim-good+work', budget: { requests: 1, per: 'hour' } },
      { label: 'home', api_key: 'sk-sim-good+home' },
    ];
    await start({ providers: { sim: { billing: 'metered', api_key: undefined, credentials } } });
    for (const _ of [1, 2, 3]) expect((await ask(first)).status).toBe(200);
    const keys = runtime.records().map(({ attempts }) => attempts[0]?.credential.split(':').at(-1));
    expect(keys).toEqual(['work', 'home', 'home']);
  });

  it('where nobody else is there, the one error says so', async () => {
    const sim = { billing: 'metered', budget: { requests: 1, per: 'day' } };
    await start({ providers: { sim } });
    await ask(first);
    const refusal = await ask(first);
    expect(refusal).toMatchObject({ status: 400, code: 'budget' });
    expect(refusal.text).toContain('sim/sim/plain was passed over: the budget of 1 request a day');
    expect(runtime.records().at(-1)).toMatchObject({ outcome: 'failed', cause: 'budget' });
    expect(left()).toBe(1);
  });
});

describe('who is paid', () => {
  it('refuses a metered target without a price under a budget in USD, and says where a price belongs', async () => {
    await start({ prices: {}, budget: { usd: 1, per: 'day' } });
    const refusal = await ask(first);
    expect(refusal).toMatchObject({ status: 400, code: 'budget' });
    expect(refusal.text).toContain('no price is known for sim/sim/plain');
    expect(refusal.text).toContain('config set prices.sim/sim/plain');
    const [record] = runtime.records();
    expect(record && describeSpent(record).text).toMatch(
      /^no price is known for sim\/sim\/plain, /,
    );
    expect(left()).toBe(0);
  });

  it.each(['plan', 'free'])('a target that is paid by %s costs no USD', async (billing) => {
    await start({ providers: { sim: { billing } }, budget: { usd: 0.01, per: 'day' } });
    expect((await ask(first)).status).toBe(200);
  });

  it('a change by fallback is told once before the first call, and stands in each record', async () => {
    await start({
      main: 'sim/sim/status-503',
      fallback_chain: ['spare/sim/plain'],
      providers: { sim: { billing: 'plan' } },
    });
    for (const _ of [1, 2]) expect((await ask(first)).status).toBe(200);
    const told = 'paid by the token at spare (config) instead of paid by the plan at sim';
    expect(said.filter((text) => text.includes(told))).toHaveLength(1);
    for (const { notes } of runtime.records()) expect(notes.join()).toContain(told);
  });
});
