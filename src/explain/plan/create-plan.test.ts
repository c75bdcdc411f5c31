/** What a plan tells: the route, keys and verdicts of the engine itself, seen on a fake host. */

import { describe, expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  refused,
  stageEngine,
} from '../../../test/fakes/engine-stage.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { createRuntime } from '../../runtime.ts';
import type { FailurePlan, KeyPlan, Plan, TargetPlan } from './plan.ts';

const { signal } = new AbortController();
const key = (label: string): object => ({ label, api_key: `sk-test-${label}` });
const config = {
  main: 'one/m',
  fallback_chain: ['two/n'],
  auxiliary: { title_generation: { provider: 'two', model: 'n' }, vision: { provider: 'none' } },
  providers: {
    one: {
      base_url: 'https://one.test/v1',
      protocol: 'openai-chat',
      credentials: [key('a'), key('b')],
    },
    two: { base_url: 'https://two.test/v1', protocol: 'openai-chat', api_key: 'sk-test-spare' },
  },
};

const plan = (stage: EngineStage, name?: string): Promise<Plan> =>
  stage.runtime.plan({ name, signal });
const firstTarget = ({ routes }: Plan): TargetPlan | undefined => routes[0]?.targets[0];
const keysOf = (told: Plan): readonly KeyPlan[] => firstTarget(told)?.keys ?? [];

const onFailure = ({ routes }: Plan, met: string): FailurePlan | undefined =>
  routes[0]?.failing?.failures.find((failure) => failure.met === met);
describe('a key that is missing', () => {
  const file = '/h/.env';
  type Written = [string, string | undefined, Readonly<Record<string, string>>, string];
  it.each<Written>([
    ['nowhere', undefined, {}, `neither ${file} nor the environment sets DEEPSEEK_API_KEY`],
    [
      'written as in YAML',
      '# keys\nDEEPSEEK_API_KEY: sk-test-a',
      {},
      `${file}:2 writes "DEEPSEEK_API_KEY: …", which sets nothing; write DEEPSEEK_API_KEY=…; the environment does not set DEEPSEEK_API_KEY`,
    ],
    [
      'commented out',
      '#DEEPSEEK_API_KEY=sk-test-a',
      {},
      `neither ${file} nor the environment sets DEEPSEEK_API_KEY; ${file}:1 has it in a comment: take out the #`,
    ],
    ...['$env:', 'set ', 'setx ', '$', 'set -gx '].map((before): Written => {
      const detail = `${file}:1 writes "${before}DEEPSEEK_API_KEY=…", which sets nothing; write DEEPSEEK_API_KEY=…; the environment does not set DEEPSEEK_API_KEY`;
      return ['as another shell has it', `${before}DEEPSEEK_API_KEY=sk-test-a`, {}, detail];
    }),
    ...['DEEPSEEK_APIKEY', 'DEEPSEEK_KEY', 'DEEPSEK_API_KEY'].flatMap((name): Written[] => {
      const key = `sk-test-${'a'.repeat(20)}`;
      const detail = `neither ${file} nor the environment sets DEEPSEEK_API_KEY`;
      const meant = `sets ${name}: was DEEPSEEK_API_KEY meant?`;
      return [
        ['under a name nearby', `${name}=${key}`, {}, `${detail}; ${file}:1 ${meant}`],
        ['under a name nearby', '', { [name]: key }, `${detail}; the environment ${meant}`],
      ];
    }),
    [
      'under the name of another vendor',
      'OPENAI_API_KEY=sk-test-aaaaaaaaaaaaaaaaaaaa',
      {},
      `neither ${file} nor the environment sets DEEPSEEK_API_KEY`,
    ],
    [
      'in a file of another encoding',
      'D\0E\0E\0P\0',
      {},
      `${file} cannot be read: it holds NUL bytes, as UTF-16 does; the environment does not set DEEPSEEK_API_KEY`,
    ],
  ])('is described by the look that was taken: %s', async (_name, text, environment, detail) => {
    const host = createFakeHost({
      environment: { HOLDFAST_HOME: '/h', ...environment },
      files: { ...(text === undefined ? {} : { [file]: text }) },
    });
    const runtime = createRuntime({ host, config: { main: 'deepseek/m' }, mayLackKeys: true });
    const { routes } = await runtime.plan({ signal });
    expect(routes[0]?.targets[0]?.standing).toMatchObject({ state: 'missing', detail });
    const there = await runtime.plan({ signal, environment: "the gateway's environment" });
    const ofGateway = detail.replaceAll('the environment', "the gateway's environment");
    expect(there.routes[0]?.targets[0]?.standing.detail).toBe(ofGateway);
    await runtime.close();
  });
});

describe('a plan', () => {
  it('has each task with its targets in order, and why each stands there', async () => {
    const told = await plan(stageEngine(config));
    expect(told.tasksOff).toEqual(['vision']);
    expect(
      told.routes.map(({ task, isUsable, next }) => [task, isUsable, next?.target, next?.key]),
    ).toEqual([
      ['main', true, 'one/m', 'one:config:a'],
      ['title_generation', true, 'two/n', 'two:config'],
    ]);
    expect(told.routes[1]?.targets.map(({ id, reason }) => `${id} ${reason}`)).toEqual([
      'two/n auxiliary.title_generation',
      'one/m main',
    ]);
    expect(told.routes[0]?.failing).toBeUndefined();
  });

  it('names the tasks that the configuration does not mention, and shows one by its name', async () => {
    const stage = stageEngine({ ...config, aliases: { 'commit_*': 'two/n' } });
    const { tasksAsMain } = await plan(stage);
    expect(tasksAsMain).toContain('compression');
    for (const named of ['title_generation', 'vision', 'commit_message'])
      expect(tasksAsMain).not.toContain(named);
    const { asked, routes } = await plan(stage, 'compression');
    expect(asked).toEqual({ name: 'compression', kind: 'task', also: [] });
    expect(routes.map(({ task, targets }) => [task, targets[0]?.id])).toEqual([
      ['compression', 'one/m'],
    ]);
    expect((await plan(stage, 'commit_message')).asked?.kind).toBe('model');
  });

  it('sends nothing, and has no secret in it', async () => {
    const stage = stageEngine(config);
    const told = await plan(stage, 'main');
    expect(stage.sent()).toEqual([]);
    expect(JSON.stringify(told)).not.toMatch(/sk-test/);
  });

  it('tells a key that is out from one that works, with cause, end, and who set it', async () => {
    const stage = stageEngine(config);
    stage.host.upstream.enqueue(refused(402, { message: 'Insufficient Balance' }), answered);
    await stage.ask();
    const told = await plan(stage, 'main');
    expect(
      keysOf(told).map(({ label, state, cause, endSetBy }) => [label, state, cause, endSetBy]),
    ).toEqual([
      ['a', 'out', 'billing', 'ours'],
      ['b', 'works', undefined, undefined],
    ]);
    expect(keysOf(told)[0]?.until).toBeGreaterThan(told.at);
    expect(keysOf(told)[0]?.evidence).toBe('Insufficient Balance');
    expect(told.routes[0]?.next).toEqual({ target: 'one/m', key: 'one:config:b' });
  });

  it('is unusable where every key is out, and usable where capacity comes back', async () => {
    const alone = { main: 'one/m', providers: { one: config.providers.one } };
    const stage = stageEngine(alone);
    stage.host.upstream.enqueue(refused(402), refused(402));
    await stage.ask();
    expect((await plan(stage)).routes[0]).toMatchObject({ isUsable: false });
    const busy = stageEngine(alone);
    busy.host.upstream.enqueue(
      refused(429, {}, { 'retry-after': '50' }),
      refused(429, {}, { 'retry-after': '50' }),
    );
    void busy.ask();
    await busy.host.advance(10);
    expect((await plan(busy)).routes[0]).toMatchObject({
      isUsable: true,
      targets: [{ standing: { state: 'rests' } }],
    });
  });

  it('says what would happen by the engine’s own decisions', async () => {
    const stage = stageEngine(config);
    stage.host.upstream.enqueue(answered);
    const untried = await plan(stage, 'main');
    expect(onFailure(untried, '401')).toMatchObject({
      class: 'auth-rejected',
      steps: ["reads the key's source again", 'takes another key', 'goes to the next target'],
      mark: { scope: ['origin', 'fingerprint'], forMs: 900_000 },
    });
    await stage.ask();
    expect(onFailure(await plan(stage, 'main'), '401')?.class).toBe('auth-suspect');
    const last = await plan(stage, 'title_generation');
    expect(onFailure(last, '402')?.steps).toEqual(['goes to the next target']);
    const pinned = await plan(stage, 'two/other');
    expect(onFailure(pinned, '402')?.steps).toEqual(['ends: no other target or key is available']);
  });

  it.each([
    ['main', 'task', ['main']],
    ['one', 'provider', ['main', 'title_generation']],
    ['two/n', 'model', ['title_generation']],
    ['b', 'credential', ['main', 'title_generation']],
    ['one:config:b', 'credential', ['main', 'title_generation']],
  ] as const)('%s is a %s', async (name, kind, tasks) => {
    const told = await plan(stageEngine(config), name);
    expect(told.asked).toEqual({ name, kind, also: [] });
    expect(told.routes.map(({ task }) => task)).toEqual(tasks);
  });

  it('of a provider has only its targets, of a credential only that key', async () => {
    const stage = stageEngine(config);
    expect((await plan(stage, 'one')).routes[0]?.targets.map(({ id }) => id)).toEqual(['one/m']);
    expect(keysOf(await plan(stage, 'b')).map(({ label }) => label)).toEqual(['b']);
  });

  describe('of images', () => {
    const route = { ...config, main: 'two/n', fallback_chain: ['one/m'] };
    const seen = async (stage: EngineStage): Promise<unknown> =>
      firstTarget(await plan(stage, 'main'))?.images;

    it('does not say what nobody knows', async () => {
      expect(await seen(stageEngine(route))).toEqual({ seen: 'unknown' });
    });

    it('says since when a target is known to see none, and who is asked in its place', async () => {
      const stage = stageEngine(route);
      const content = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }];
      stage.host.upstream.enqueue(
        refused(400, { message: 'does not support image input' }),
        answered,
      );
      await stage.ask({ body: { messages: [{ role: 'user', content }] } });
      expect(await seen(stage)).toEqual({
        seen: 'no',
        source: 'its refusal',
        learnedAt: expect.any(Number),
        instead: 'one/m is asked in its place (blind_models: route)',
      });
    });

    it.each([
      ['describe', 'two/n describes them (auxiliary.vision)'],
      ['refuse', 'a request with images is refused (blind_models: refuse, given config)'],
      ['route', 'one/m is asked in its place (blind_models: route, given config)'],
    ])('says what becomes of them by blind_models: %s', async (mode, instead) => {
      const two = { ...config.providers.two, models: { n: { images: false } } };
      const auxiliary = { vision: { provider: 'two', model: 'n' } };
      const providers = { ...config.providers, two };
      const stage = stageEngine({ ...route, blind_models: mode, auxiliary, providers });
      expect(await seen(stage)).toMatchObject({ seen: 'no', instead });
    });
  });

  it('says what else bears the name', async () => {
    const providers = { ...config.providers, main: config.providers.two };
    const told = await plan(stageEngine({ ...config, providers }), 'main');
    expect(told.asked).toEqual({ name: 'main', kind: 'task', also: ['provider'] });
  });

  it('asks whether a near name was meant', async () => {
    await expect(plan(stageEngine(config), 'tittle_generation')).rejects.toMatchObject({
      status: 404,
      fix: { text: expect.stringMatching(/title_generation/) },
    });
  });

  it('names what hides a key, with both fingerprints', async () => {
    const xiaomi = {
      main: 'xiaomi/mimo',
      providers: { xiaomi: { api_key: 'sk-test-written-on-purpose' } },
    };
    const told = await plan(
      stageEngine(xiaomi, { XIAOMI_API_KEY: 'sk-test-of-the-shell-itself' }),
      'xiaomi',
    );
    const [first, second] = keysOf(told);
    expect(second?.shadowedBy).toBe(first?.foundAt);
    expect(second?.foundAt).toBe('environment XIAOMI_API_KEY');
    expect(second?.fingerprint).not.toBe(first?.fingerprint);
  });
});

it.each([
  ['its vendor', {}, 'deepseek-v4-pro'],
  ['a server of its own', { base_url: 'http://127.0.0.1:9/v1' }, undefined],
  ['another vendor', { base_url: 'https://router.example/v1' }, undefined],
])('the catalogue knows what %s offers, or does not', async (_where, at, nearest) => {
  const providers = { deepseek: { ...at, api_key: 'sk-test-near' } };
  const stage = stageEngine({ main: 'deepseek/deepseek-v4-pra', providers });
  expect(firstTarget(await plan(stage))?.nearest).toBe(nearest);
});
