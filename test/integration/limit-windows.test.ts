/**
 * The limits of keys and of callers' logins, from the provider's own headers to the snapshot, the
 * plan and `auth list`, over real sockets and in a process of its own.
 */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeRoute } from '../../src/cli/terminal/plan-lines.ts';
import type { Plan, RecordsAnswer as Records, Snapshot } from '../../src/gateway/admin/answers.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';
import { adminKey, type KeyedGateway, key, startKeyedGateway } from './keyed-gateway.ts';

let stage: KeyedGateway;

beforeAll(async () => {
  stage = await startKeyedGateway((sim) => {
    const at = { base_url: sim.url, protocol: 'openai-chat' };
    const labels = { few: 'limited-4rpm', good: 'good' };
    const credentials = Object.entries(labels).map(([label, kind]) => ({
      label,
      api_key: `sk-sim-${kind}`,
    }));
    const logins = { protocol: 'anthropic-messages', credentials: [{ caller: true }] };
    return {
      main: 'sim/sim/plain',
      providers: {
        sim: { ...at, credentials },
        anthropic: { ...at, ...logins },
        'shared-rate': {
          ...at,
          credentials: ['limited-1rpm', 'good+spare'].map((kind) => ({
            label: kind,
            api_key: `sk-sim-${kind}`,
          })),
        },
        shared: {
          ...at,
          credentials: ['one', 'two'].map((label) => ({
            label,
            api_key: `sk-sim-plan-20+${label}`,
            account: 'team',
          })),
        },
      },
      gateway: { port: 0 },
    };
  });
});
afterAll(() => stage.stop());

async function ask(model = 'main', headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const path = model.startsWith('anthropic/') ? 'messages' : 'chat/completions';
  const response = await fetch(`${stage.gateway.url}/v1/${path}`, {
    method: 'POST',
    headers: { 'x-holdfast-key': key, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      model,
      max_tokens: 100,
      messages: [{ role: 'user', content: 'hi' }],
    }),
  });
  expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
}

async function read<Answer>(path: string, parse: (text: string) => Answer): Promise<Answer> {
  const headers = { authorization: `Bearer ${adminKey}` };
  return parse(await (await fetch(`${stage.gateway.url}${path}`, { headers })).text());
}
/** One that was taken from now on: the gateway makes four a second at most. */
function readSnapshot(): Promise<Snapshot> {
  const since = Date.now();
  return vi.waitFor(async () => {
    const found = await read('/admin/snapshot', (text): Snapshot => JSON.parse(text));
    expect(found.at).toBeGreaterThanOrEqual(since);
    return found;
  });
}

const readPlan = (name: string): Promise<Plan> =>
  read(`/admin/plan/${name}`, (text): Plan => JSON.parse(text));

it('a key has as much left as its latest answer said, and counts what it answered', async () => {
  const since = Date.now();
  for (let asked = 0; asked < 3; asked++) await ask();
  const [few, good] = (await readSnapshot()).credentials;
  expect(few).toMatchObject({
    label: 'few',
    windows: [{ of: 'requests', model: 'sim/plain', share: 0.25, left: 1, limit: 4 }],
  });
  const { asOf = 0, renewsAt = 0 } = few?.windows[0] ?? {};
  expect(asOf).toBeGreaterThanOrEqual(since);
  expect(renewsAt - asOf).toBeGreaterThan(50_000);
  expect(renewsAt - asOf).toBeLessThanOrEqual(60_000);
  expect(few?.hourly).toHaveLength(24);
  expect(few?.hourly?.reduce((sum, count) => sum + count, 0)).toBe(3);
  expect([good?.windows, good?.hourly]).toEqual([[], undefined]);
  const plan = await readPlan('few');
  expect(plan.routes[0]?.targets[0]?.keys[0]?.windows).toEqual(few?.windows);
  expect(plan.routes.map((route) => describeRoute(route, plan.at)).join()).toMatch(
    /\n +requests \(sim\/plain\): 25 % left until [\w: ]+:\d\d, said at [\w: ]+:\d\d$/,
  );
  await ask('sim/other');
  expect((await readPlan('few')).routes[0]?.targets[0]?.keys[0]?.windows).toHaveLength(1);
});

it('a refusal for the rate says so too, and the plan that the other key comes first', async () => {
  await Promise.all([ask(), ask()]); // one refused, and answered by the other key
  const plan = await readPlan('main');
  const [few, good] = plan.routes[0]?.targets[0]?.keys ?? [];
  expect([few?.windows[0]?.share, good?.late, plan.routes[0]?.next?.key]).toEqual([
    0,
    undefined,
    good?.id,
  ]);
});

it('a key with nothing left is passed over, and the record and the plan say why', async () => {
  stage.sim.clearLog();
  await ask('shared-rate/sim/plain');
  await ask('shared-rate/sim/plain');
  expect(stage.sim.log().map(({ status }) => status)).toEqual([200, 200]);
  const words = /^tried later: 0 requests left until [\d:]+, as shared-rate said \d s ago$/;
  const { records } = await read('/admin/records?limit=1', (text): Records => JSON.parse(text));
  expect(records[0]?.skipped).toMatchObject([
    { cause: 'rate-limit', reason: expect.stringMatching(words) },
  ]);
  const plan = await readPlan(encodeURIComponent('shared-rate/sim/plain'));
  const [few, good] = plan.routes[0]?.targets[0]?.keys ?? [];
  expect([few?.late, good?.late]).toEqual([expect.stringMatching(words), undefined]);
  expect(plan.routes.map((route) => describeRoute(route, plan.at)).join()).toMatch(
    /\n +tried later: 0 requests left until/,
  );
});

it('keys of one account have the same limits, of which the newest reading counts', async () => {
  await ask('shared/a');
  await ask('shared/b');
  const all = (await readSnapshot()).credentials.filter(({ provider }) => provider === 'shared');
  expect(all.map(({ windows }) => windows)).toMatchObject(
    ['one', 'two'].map(() => [
      { of: 'plan', lengthMs: 18_000_000, share: 0.6 },
      { of: 'plan', lengthMs: 604_800_000, share: 0.98 },
    ]),
  );
});

describe("callers' logins", () => {
  it('have limits by account, without a word of the login', async () => {
    const logins = ['ada', 'bob'].map((name) => `sk-sim-plan-${name === 'ada' ? 30 : 10}+${name}`);
    for (const login of logins) {
      const account = {
        'anthropic-organization-id': login.slice(7),
        'anthropic-version': '2023-06-01',
      };
      await ask('anthropic/claude-opus-4-7', { ...account, authorization: `Bearer ${login}` });
    }
    const snapshot = await readSnapshot();
    const credential = snapshot.credentials.find(({ provider }) => provider === 'anthropic');
    expect(credential).toMatchObject({
      state: 'brought',
      windows: [],
      logins: [0.7, 0.9].map((share) => ({
        account: expect.stringMatching(/^login:[\da-f]{16}$/),
        windows: [
          { of: 'plan', lengthMs: 18_000_000, share },
          { of: 'plan', lengthMs: 604_800_000 },
        ],
      })),
    });
    const plan = await readPlan('anthropic');
    for (const login of logins) expect(JSON.stringify({ snapshot, plan })).not.toContain(login);
    const text = plan.routes.map((route) => describeRoute(route, plan.at)).join('\n');
    expect(text).toMatch(/\n +login:[\da-f]{16}: plan for 5 h: 70 % left until/);
    expect(text).toMatch(/\n +login:[\da-f]{16}: plan for 7 days: 98 % left until/);
  });
});

describe('auth list', () => {
  let home: string;
  let sim: SimulatedProvider;
  let gateway: GatewayProcess | undefined;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'holdfast-limits-'));
    sim = await startSimulatedProvider({});
    const provider = { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-plan-40' };
    const config = { main: 'sim/sim/plain', providers: { sim: provider } };
    writeFileSync(join(home, 'config.yaml'), JSON.stringify(config));
    gateway = await startGatewayProcess(home);
  });
  afterAll(async () => {
    await gateway?.stop();
    await sim.close();
    rmSync(home, { recursive: true });
  });

  it('asks the running gateway of this home, and says nothing of limits where none runs', async () => {
    const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
    const env = { PATH: process.env['PATH'] ?? '', HOLDFAST_HOME: home };
    const list = () => promisify(execFile)(process.execPath, [launcher, 'auth', 'list'], { env });
    expect((await gateway?.ask('main'))?.status).toBe(200);
    const listed = await list();
    expect(listed.stdout).toMatch(/\n +limit +plan for 5 h: 60 % left until .+, said at .+\n/);
    expect(listed.stdout).toMatch(/\n +limit +plan for 7 days: 98 % left until .+, said at .+\n/);
    await gateway?.stop();
    gateway = undefined;
    const alone = await list();
    expect(alone.stdout).toContain('last success');
    expect(alone.stdout).not.toContain('limit ');
  });
});
