/**
 * Which key carries the next attempt, over time: marks, windows and probes seen through whole
 * requests on a fake host.
 */

import { describe, expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  refused,
  stageEngine,
} from '../../../test/fakes/engine-stage.ts';

const one = 'https://one.test/v1';
const provider = (credentials: readonly object[], more: object = {}): object => ({
  base_url: one,
  protocol: 'openai-chat',
  credentials,
  ...more,
});
const key = (name: string, more: object = {}): object => ({
  label: name,
  api_key: `sk-test-${name}`,
  ...more,
});
const two = { base_url: 'https://two.test/v1', protocol: 'openai-chat', api_key: 'sk-test-spare' };

/** A main route at provider `one` with these keys. */
const only = (...credentials: readonly object[]): object => ({
  main: 'one/m',
  providers: { one: provider(credentials) },
});
const withFallback = (...credentials: readonly object[]): object => ({
  main: 'one/m',
  fallback_chain: ['two/m'],
  providers: { one: provider(credentials), two },
});

/** Statuses of requests made one after the other. */
async function askTimes(stage: EngineStage, times: number): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let count = 0; count < times; count += 1) statuses.push((await stage.ask()).status);
  return statuses;
}

describe('money that ran out', () => {
  it('benches every key of the account after one request, and takes one of another account', async () => {
    const stage = stageEngine(
      only(key('a', { account: 'team' }), key('b', { account: 'team' }), key('c')),
    );
    stage.host.upstream.enqueue(refused(402), answered, answered);
    expect(await askTimes(stage, 2)).toEqual([200, 200]);
    expect(stage.sent()).toEqual(['one a', 'one c', 'one c']);
  });

  it('with none left says so with its reason', async () => {
    const stage = stageEngine(only(key('a', { account: 'team' }), key('b', { account: 'team' })));
    stage.host.upstream.enqueue(refused(402, { message: 'Insufficient Balance' }));
    const answer = await stage.ask();
    expect(answer.status).toBe(400);
    expect(answer.headers['x-should-retry']).toBe('false');
    expect(answer.text).toMatch(/billing[\s\S]*Insufficient Balance/);
    stage.host.upstream.assertAllUsed();
  });

  it('is asked about again within a minute on an only route, and free again once it is topped up', async () => {
    const stage = stageEngine(only(key('a')));
    stage.host.upstream.enqueue(refused(402));
    expect(await askTimes(stage, 2)).toEqual([400, 400]);
    expect(stage.sent()).toHaveLength(1);
    await stage.host.advance(60_001);
    stage.host.upstream.enqueue(answered, answered);
    expect(await askTimes(stage, 2)).toEqual([200, 200]);
  });

  it('does not keep a person from the model he picks, asked once each time', async () => {
    const stage = stageEngine(only(key('a', { account: 'team' }), key('b', { account: 'team' })));
    stage.host.upstream.enqueue(refused(402), refused(402), answered, answered);
    expect((await stage.ask()).status).toBe(400);
    expect((await stage.ask({ model: 'one/m' })).status).toBe(400);
    expect(stage.sent()).toEqual(['one a']);
    expect((await stage.ask({ model: 'one/m', isPicked: true })).status).toBe(400);
    expect((await stage.ask({ model: 'one/m', isPicked: true })).status).toBe(200);
    expect(await askTimes(stage, 1)).toEqual([200]);
    expect(stage.sent()).toEqual(['one a', 'one a', 'one a', 'one a']);
  });

  it('is asked alone where the caller wants that, though its route has others', async () => {
    const stage = stageEngine(withFallback(key('a')));
    stage.host.upstream.enqueue(refused(402), answered);
    expect((await stage.ask({ model: 'one/m', isAlone: true })).status).toBe(400);
    expect((await stage.ask({ model: 'one/m' })).status).toBe(200);
    expect(stage.lastRecord()?.answeredBy).toBe('two/m');
  });

  it('is asked about again after its window where another target answers meanwhile', async () => {
    const stage = stageEngine(withFallback(key('a')));
    stage.host.upstream.enqueue(refused(402), answered, answered, answered, answered);
    await askTimes(stage, 2);
    await stage.host.advance(16 * 60_000);
    await askTimes(stage, 2);
    expect(stage.sent()).toEqual(['one a', 'two spare', 'two spare', 'one a', 'one a']);
  });
});

describe('a withdrawn key', () => {
  const withdrawn = refused(401, { code: 'token_invalidated' });

  it('is asked again after an hour and not before, by one request', async () => {
    const stage = stageEngine(withFallback(key('a')));
    stage.host.upstream.enqueue(withdrawn, answered, answered);
    await stage.ask();
    await stage.host.advance(59 * 60_000);
    await stage.ask();
    expect(stage.sent()).toEqual(['one a', 'two spare', 'two spare']);
    await stage.host.advance(5 * 60_000);
    stage.host.upstream.enqueue({ ...withdrawn, delayMs: 100 }, answered, answered);
    const both = [stage.begin(), stage.begin()];
    await stage.host.advance(1000);
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
    expect(stage.sent().filter((request) => request === 'one a')).toHaveLength(2);
  });

  it('is replaced at once by a new secret', async () => {
    const config = only({ label: 'k', env: 'ONE_KEY' });
    const stage = stageEngine(config, { ONE_KEY: 'sk-test-old' });
    stage.host.upstream.enqueue(withdrawn);
    expect((await stage.ask()).status).toBe(400);
    stage.host.setEnvironment('ONE_KEY', 'sk-test-new');
    stage.host.upstream.enqueue(answered);
    expect((await stage.ask()).status).toBe(200);
    expect(stage.sent()).toEqual(['one old', 'one new']);
  });
});

describe('a key that worked and is refused', () => {
  it('is asked five times within half a minute where nothing else is free, and again a while later', async () => {
    const stage = stageEngine(only(key('a')));
    stage.host.upstream.enqueue(answered, ...new Array(5).fill(refused(401)));
    expect(await askTimes(stage, 2)).toEqual([200, 400]);
    expect(stage.sent()).toHaveLength(6);
    const { attempts = [], durationMs } = stage.lastRecord() ?? {};
    expect(attempts.map(({ failure }) => failure?.class)).toEqual(
      new Array(5).fill('auth-suspect'),
    );
    expect(durationMs).toBeLessThanOrEqual(30_000);
    await stage.host.advance(30_001);
    stage.host.upstream.enqueue(answered);
    expect((await stage.ask()).status).toBe(200);
  });

  it('is left alone for its window, then asked by exactly one request', async () => {
    const stage = stageEngine(withFallback(key('a')));
    stage.host.upstream.enqueue(answered, ...new Array(3).fill(refused(401)), answered, answered);
    await askTimes(stage, 3);
    expect(stage.sent().slice(4)).toEqual(['two spare', 'two spare']);
    await stage.host.advance(32_000);
    stage.host.upstream.enqueue({ ...answered, delayMs: 100 }, answered);
    const both = [stage.begin(), stage.begin()];
    await stage.host.advance(1000);
    await Promise.all(both);
    expect(stage.sent().slice(6)).toEqual(['one a', 'two spare']);
    stage.host.upstream.enqueue(answered);
    await stage.ask();
    expect(stage.sent().at(-1)).toBe('one a');
  });
});

describe('who is charged', () => {
  it('the secret that was sent, when its key was replaced meanwhile', async () => {
    const stage = stageEngine(only({ label: 'k', env: 'ONE_KEY' }), { ONE_KEY: 'sk-test-old' });
    stage.host.upstream.enqueue({ ...refused(402), delayMs: 1000 }, answered, answered);
    const slow = stage.begin();
    await stage.host.advance(10);
    stage.host.setEnvironment('ONE_KEY', 'sk-test-new');
    await stage.ask();
    await stage.host.advance(2000);
    expect((await slow).status).toBe(400);
    expect((await stage.ask()).status).toBe(200);
    expect(stage.sent()).toEqual(['one old', 'one new', 'one new']);
  });

  it('the key of the request that failed, whichever is used meanwhile', async () => {
    const config = {
      main: 'one/m',
      providers: { one: provider([key('a'), key('b')], { selection: 'round-robin' }) },
    };
    const stage = stageEngine(config);
    stage.host.upstream.enqueue({ ...refused(402), delayMs: 1000 }, ...new Array(4).fill(answered));
    const slow = stage.begin();
    await stage.host.advance(10);
    await stage.ask();
    await stage.host.advance(2000);
    await slow;
    await askTimes(stage, 2);
    expect(stage.sent()).toEqual(['one a', 'one b', 'one b', 'one b', 'one b']);
  });

  it('nobody, when the answer says nothing about anybody; each target is asked once', async () => {
    const stage = stageEngine(withFallback(key('a'), key('b')));
    stage.host.upstream.enqueue(refused(418), refused(418), answered);
    expect(await askTimes(stage, 2)).toEqual([400, 200]);
    expect(stage.sent()).toEqual(['one a', 'two spare', 'one a']);
  });
});

describe('when nobody is free', () => {
  const tomorrow = refused(429, {}, { 'retry-after': '7200' });

  it('answers at once with the soonest end, sends nothing, and lives on', async () => {
    const stage = stageEngine(only(key('a'), key('b')));
    stage.host.upstream.enqueue(tomorrow, refused(429, {}, { 'retry-after': '3600' }));
    await stage.ask();
    const soonest = new Date(stage.host.clock.now() + 3_600_000).toISOString().slice(0, 13);
    const before = stage.host.clock.now();
    const answer = await stage.ask();
    expect(stage.host.clock.now()).toBe(before);
    expect(answer.status).toBe(400);
    expect(answer.headers['x-should-retry']).toBe('false');
    expect(answer.text).toMatch(new RegExp(`"earliest_retry":"${soonest}`));
    expect(answer.text).toMatch(/Earliest retry in 6\d min \(/);
    expect(stage.sent()).toHaveLength(2);
    await stage.host.advance(2 * 3_600_000);
    stage.host.upstream.enqueue(answered);
    expect((await stage.ask()).status).toBe(200);
  });

  it('sends nothing without a key', async () => {
    const stage = stageEngine(
      only({ label: 'k', env: 'ONE_KEY' }, { label: 'l', env: 'TWO_KEY' }),
      {
        TWO_KEY: 'sk-test-b',
      },
    );
    stage.host.setEnvironment('TWO_KEY', undefined);
    expect((await stage.ask()).text).toMatch(/no API key for one: [\s\S]*ONE_KEY/);
    expect(stage.sent()).toEqual([]);
  });

  it('sends no key where none is needed', async () => {
    const stage = stageEngine({
      main: 'one/m',
      providers: { one: { ...two, base_url: one, auth: 'none' } },
    });
    stage.host.upstream.enqueue(answered);
    await stage.ask();
    expect(stage.sent()).toEqual(['one no key']);
  });

  it.each([
    ['402', [refused(402)]],
    ['401 on a key that never worked', [refused(401)]],
    [
      '403 for the model',
      [refused(403, { code: 'model_not_found', message: 'no access to model m' })],
    ],
    ['429 without an end', new Array(4).fill(refused(429))],
    ['503', new Array(9).fill(refused(503))],
    ['404 for the model', [refused(404, { code: 'model_not_found' })]],
  ])('an only key is never left alone for longer than a minute: %s', async (_name, steps) => {
    const stage = stageEngine(only(key('a')));
    stage.host.upstream.enqueue(...steps);
    expect((await stage.ask()).status).not.toBe(200);
    stage.host.upstream.assertAllUsed();
    const asked = stage.sent().length;
    await stage.host.advance(60_001);
    stage.host.upstream.enqueue(...new Array(9).fill(answered));
    expect((await stage.ask()).status).toBe(200);
    expect(stage.sent()).toHaveLength(asked + 1);
  });
});

describe('the route', () => {
  it('a target that the request names answers for itself, and no other does', async () => {
    const stage = stageEngine({
      ...withFallback(key('a')),
      main: 'two/m',
      fallback_chain: ['two/n'],
    });
    stage.host.upstream.enqueue(
      refused(404, { code: 'model_not_found', message: 'no such model' }),
    );
    const answer = await stage.ask({ model: 'one/x' });
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(/no such model/);
    expect(stage.sent()).toEqual(['one a']);
  });

  it('leads back to the first target after its probe', async () => {
    const stage = stageEngine(withFallback(key('a')));
    stage.host.upstream.enqueue(...new Array(3).fill(refused(503)), answered, answered);
    await askTimes(stage, 1);
    stage.host.upstream.enqueue(answered);
    await stage.ask();
    await stage.host.advance(6000);
    await askTimes(stage, 1);
    expect(stage.sent().slice(3)).toEqual(['two spare', 'two spare', 'one a']);
    expect(stage.lastRecord()?.answeredBy).toBe('one/m');
  });

  it('a session leaves a key that fails within the same request, and stays with the new one', async () => {
    const config = {
      main: 'one/m',
      providers: { one: provider([key('a'), key('b'), key('c')], { selection: 'round-robin' }) },
    };
    const stage = stageEngine(config);
    const inSession = { headers: { 'x-holdfast-session': 's1' } };
    stage.host.upstream.enqueue(answered, refused(402), ...new Array(5).fill(answered));
    await stage.ask(inSession);
    expect((await stage.ask(inSession)).status).toBe(200);
    const [home, left, next] = stage.sent();
    expect([left, next === home]).toEqual([home, false]);
    const { notes } = stage.lastRecord() ?? {};
    const labels = [home, next].map((sent) => sent?.replace('one ', ''));
    expect(notes).toContain(`the conversation moved from ${labels[0]} to ${labels[1]}`);
    await stage.ask();
    for (const minutes of [59, 59, 61]) {
      await stage.host.advance(60_000 * minutes);
      await stage.ask(inSession);
    }
    expect(stage.sent().slice(4)).toEqual([next, next, home]);
    expect(stage.lastRecord()?.notes).toEqual([]);
  });

  it.each(['round-robin', 'fill-first'])(
    'a conversation does not move from a key that is not set: %s',
    async (selection) => {
      const unset = ['A', 'B', 'C'].map((name) => ({ label: name, env: `NOT_SET_${name}` }));
      const keys = [...unset, key('d')];
      const stage = stageEngine({
        main: 'one/m',
        providers: { one: provider(keys, { selection }) },
      });
      for (let talk = 0; talk < 8; talk++) {
        stage.host.upstream.enqueue(answered);
        await stage.ask({ headers: { 'x-holdfast-session': `s${talk}` } });
        expect(stage.lastRecord()?.notes).toEqual([]);
      }
      expect(new Set(stage.sent())).toEqual(new Set(['one d']));
    },
  );

  it('a conversation asks the same key of four, whoever else asks in between; a question rotates', async () => {
    const four = ['a', 'b', 'c', 'd'];
    const providers = {
      one: provider(
        four.map((name) => key(name)),
        { selection: 'round-robin' },
      ),
    };
    const stage = stageEngine({ main: 'one/m', providers });
    stage.host.upstream.enqueue(...new Array(80).fill(answered));
    const turns = [{ role: 'user', content: 'Why is the sky blue?' }];
    for (let turn = 0; turn < 20; turn++) {
      turns.push({ role: 'assistant', content: `It scatters ${turn}.` });
      turns.push({ role: 'user', content: `And ${turn}?` });
      await stage.ask({
        body: { messages: [{ role: 'system', content: `It is ${turn}` }, ...turns] },
      });
      await askTimes(stage, 2);
    }
    const sent = stage.sent();
    const own = new Set(sent.filter((_, index) => index % 3 === 0));
    const others = new Set(sent.filter((_, index) => index % 3 !== 0));
    expect([own.size, others.size]).toEqual([1, 2]);
  });
});
