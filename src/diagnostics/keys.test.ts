/**
 * Keys as people see them: order, shadows, states and resets, through a runtime with a fake host.
 */

import { afterEach, describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.ts';
import { createRuntime, type Runtime } from '../runtime.ts';

const origin = 'https://llm.example';
const keyA = `sk-test-${'a'.repeat(20)}`;
const keyB = `sk-test-${'b'.repeat(20)}`;
const signal = new AbortController().signal;
const answer = {
  headers: { 'content-type': 'application/json' },
  chunks: ['{"choices":[{"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}'],
};
const spent = {
  status: 429,
  headers: { 'content-type': 'application/json' },
  chunks: [
    '{"error":{"code":"429","message":"The quota of Token Plan has been exhausted","type":"limitation"}}',
  ],
};

let runtime: Runtime | undefined;
afterEach(async () => runtime?.close());

function start(
  provider: object,
  variables: Record<string, string> = {},
): { readonly host: FakeHost; readonly runtime: Runtime } {
  const host = createFakeHost({ environment: { HOLDFAST_HOME: '/h', ...variables } });
  const config = {
    main: 'xiaomi/mimo',
    providers: { xiaomi: { base_url: `${origin}/v1`, ...provider } },
  };
  runtime = createRuntime({ host, config });
  return { host, runtime };
}

async function ask({ exchange }: Runtime, host: FakeHost, model: string): Promise<void> {
  let isOver = false;
  const nobody = {
    head: () => undefined,
    write: () => true,
    onDrain: () => undefined,
    end: () => undefined,
  };
  const body = Buffer.from(JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }));
  const asked = {
    method: 'POST',
    path: '/v1/chat/completions',
    query: undefined,
    headers: {},
    body,
    signal,
  };
  const answered = exchange(asked, nobody).finally(() => {
    isOver = true;
  });
  while (!isOver) await host.advance(500);
  await answered;
}

async function testAll({ keys }: Runtime): Promise<readonly string[]> {
  const seen: string[] = [];
  for await (const { id, verdict, attempts } of keys.test({ signal }))
    seen.push(`${id} ${verdict} ${attempts}`);
  return seen;
}

describe('the report of keys', () => {
  it('lists the first marks of single models, however many models callers have named, and says how many more there are', async () => {
    const { host, runtime } = start({ api_key: keyA });
    host.upstream.answerBy(() => ({
      status: 404,
      headers: { 'content-type': 'application/json' },
      chunks: ['{"error":{"code":"model_not_found","message":"The model does not exist"}}'],
    }));
    for (let index = 0; index < 50; index++) await ask(runtime, host, `xiaomi/m${index}`);
    const [pool] = await runtime.keys.report({ signal });
    expect(pool?.keys[0]).toMatchObject({ moreMarks: 30 });
    expect(pool?.keys[0]?.marks).toHaveLength(20);
  });

  it('equal values in two sources are one key with two places', async () => {
    const { runtime } = start({ api_key: keyA }, { XIAOMI_API_KEY: keyA });
    const [pool] = await runtime.keys.report({ signal });
    expect(pool?.keys.map(({ id, alsoAt, state }) => ({ id, alsoAt, state }))).toEqual([
      { id: 'xiaomi:config', alsoAt: ['environment XIAOMI_API_KEY'], state: 'untried' },
    ]);
  });

  it('a different value of a lower source stands behind, and names what shadows it', async () => {
    const { runtime } = start({ api_key: keyB }, { XIAOMI_API_KEY: keyA });
    const [pool] = await runtime.keys.report({ name: 'xiaomi', signal });
    expect(pool?.keys.map(({ order, id, shadowedBy }) => [order, id, shadowedBy])).toEqual([
      [1, 'xiaomi:config', undefined],
      [2, 'xiaomi:env:XIAOMI_API_KEY', 'config'],
    ]);
  });

  it('several keys that config names are a pool, and shadow nothing', async () => {
    const credentials = [
      { label: 'one', api_key: keyA },
      { label: 'two', api_key: keyB },
    ];
    const { runtime } = start({ credentials });
    const [pool] = await runtime.keys.report({ signal });
    expect(pool?.keys.map(({ shadowedBy }) => shadowedBy)).toEqual([undefined, undefined]);
  });

  it('tells a key that was never set from one that is empty', async () => {
    const credentials = [
      { label: 'ok', api_key: keyA },
      { label: 'unset', env: 'NOT_THERE' },
      { label: 'empty', env: 'BLANK' },
    ];
    const { runtime } = start({ credentials }, { BLANK: '' });
    const [pool] = await runtime.keys.report({ signal });
    expect(pool?.keys.map(({ state, detail }) => [state, detail])).toEqual([
      ['untried', undefined],
      ['missing', expect.stringMatching(/^not set: looked for NOT_THERE/)],
      ['missing', expect.stringMatching(/BLANK is set but empty$/)],
    ]);
  });

  it('an unknown name names the nearest', async () => {
    const { runtime } = start({ api_key: keyA });
    await expect(runtime.keys.report({ name: 'xiaomy', signal })).rejects.toMatchObject({
      fix: { text: 'did you mean xiaomi?' },
    });
  });
});

describe('the test of a key', () => {
  it('asks for a completion with that key and no other, and a success proves it', async () => {
    const { host, runtime } = start({ api_key: keyB }, { XIAOMI_API_KEY: keyA });
    host.upstream.enqueue(answer, answer);
    expect(await testAll(runtime)).toEqual([
      'xiaomi:config works 1',
      'xiaomi:env:XIAOMI_API_KEY works 1',
    ]);
    expect(host.upstream.requests.map(({ headers }) => headers['authorization'])).toEqual([
      `Bearer ${keyB}`,
      `Bearer ${keyA}`,
    ]);
    const [pool] = await runtime.keys.report({ signal });
    expect(pool?.keys.map(({ state }) => state)).toEqual(['works', 'works']);
  });

  it('a key whose thoughts are passed on for want of a better answer works', async () => {
    const host = createFakeHost({ environment: { HOLDFAST_HOME: '/h' } });
    const xiaomi = { base_url: `${origin}/v1`, api_key: keyA };
    const title = { provider: 'xiaomi', model: 'mimo', api_key: keyB };
    const config = {
      main: 'xiaomi/mimo',
      providers: { xiaomi },
      auxiliary: { title_generation: title },
    };
    runtime = createRuntime({ host, config });
    const content = '<think>Okay, the user wants to see ok.</think>\\nok';
    const thought = {
      ...answer,
      chunks: [answer.chunks.join('').replace('"ok"', () => `"${content}"`)],
    };
    host.upstream.enqueue(thought, thought);
    for await (const { verdict, attempts, failure } of runtime.keys.test({
      signal,
      name: 'auxiliary.title_generation',
    }))
      expect({ verdict, attempts, failure }).toEqual({
        verdict: 'works',
        attempts: 1,
        failure: undefined,
      });
  });

  it('sends nothing where there is no secret', async () => {
    const credentials = [
      { label: 'ok', api_key: keyA },
      { label: 'gone', env: 'NOT_THERE' },
    ];
    const { host, runtime } = start({ credentials });
    host.upstream.enqueue(answer);
    expect(await testAll(runtime)).toEqual([
      'xiaomi:config:ok works 1',
      'xiaomi:config:gone missing 0',
    ]);
    expect(host.upstream.requests).toHaveLength(1);
  });

  it('ends with the signal, and says nothing of a key whose answer nobody waited for', async () => {
    const { host, runtime } = start({ api_key: keyB }, { XIAOMI_API_KEY: keyA });
    host.upstream.enqueue({ silent: true });
    const caller = new AbortController();
    const testing = runtime.keys.test({ signal: caller.signal })[Symbol.asyncIterator]().next();
    await host.advance(1000);
    caller.abort();
    await expect(testing).rejects.toMatchObject({ name: 'AbortError' });
    expect(host.upstream.requests).toHaveLength(1);
  });

  it('a held-back key is asked all the same, and its success ends the mark (law 6)', async () => {
    const { host, runtime } = start({ api_key: keyA });
    host.upstream.enqueue(spent);
    expect(await testAll(runtime)).toEqual(['xiaomi:config limited 1']);
    expect((await runtime.keys.report({ signal }))[0]?.keys[0]).toMatchObject({
      state: 'out',
      marks: [{ cause: 'quota', endSetBy: 'ours' }],
    });
    await host.advance(1000);
    host.upstream.enqueue(answer);
    expect(await testAll(runtime)).toEqual(['xiaomi:config works 1']);
    expect((await runtime.keys.report({ signal }))[0]?.keys[0]).toMatchObject({
      state: 'works',
      marks: [],
    });
  });
});

describe('the reset of health', () => {
  it.each([
    ['by provider', 'xiaomi', 1],
    ['by key', 'xiaomi:config', 1],
    ['of everything', undefined, 1],
    ['of another key clears nothing', 'xiaomi:env:XIAOMI_API_KEY', 0],
  ])('%s', async (_what, name, count) => {
    const { host, runtime } = start({ api_key: keyA }, { XIAOMI_API_KEY: keyB });
    host.upstream.enqueue(spent, answer);
    await testAll(runtime);
    const cleared = await runtime.keys.reset({ signal, ...(name === undefined ? {} : { name }) });
    expect(cleared.map(({ cause }) => cause)).toEqual(Array(count).fill('quota'));
    const [pool] = await runtime.keys.report({ signal });
    expect(pool?.keys[0]?.state).toBe(count === 1 ? 'untried' : 'out');
  });
});

describe('what is set and not used', () => {
  const ignoring = (...names: readonly string[]): object => ({ ignore_sources: names });
  const file = '/h/.env';

  it.each([
    ['nothing is ignored', {}, []],
    ['only another source is ignored', ignoring('stored'), []],
    ['the environment is ignored', ignoring('env'), ['the environment']],
    ['.env is ignored', ignoring('dotenv'), [file]],
    ['both are ignored', ignoring('env', 'dotenv'), [file, 'the environment']],
  ])('is named with its place and the rule, where %s', async (_what, settings, places) => {
    const { host, runtime } = start({ api_key: keyB, ...settings }, { XIAOMI_API_KEY: keyA });
    host.setFile(file, `XIAOMI_API_KEY=${keyA}\n`);
    await host.advance(1000);
    const told = runtime.keys.ignored('xiaomi');
    expect(told).toHaveLength(places.length);
    for (const [index, place] of places.entries())
      expect(told[index]).toMatch(
        new RegExp(
          `^XIAOMI_API_KEY is set in ${place} and not used: providers.xiaomi.ignore_sources names`,
        ),
      );
  });

  it.each([
    [
      'says of a .env that cannot be read that it cannot, and not that a variable is not set',
      'X\0I\0',
      {},
      /cannot be read: .*as UTF-16 does; the environment does not set XIAOMI_API_KEY or MIMO_API_KEY$/,
    ],
    ['names both places where nothing is', '', {}, /^neither \/h\/\.env nor the environment sets/],
    ['names what is ignored', `XIAOMI_API_KEY=${keyA}\n`, ignoring('dotenv'), /names dotenv$/],
  ])('%s', async (_what, text, settings, detail) => {
    const { host, runtime } = start({ api_key: keyB, ...settings });
    host.setFile(file, text);
    await host.advance(1000);
    expect(runtime.keys.describeAbsence('xiaomi')?.detail).toMatch(detail);
  });
});

describe('a key that is handed to us', () => {
  const refused = {
    status: 401,
    headers: { 'content-type': 'application/json' },
    chunks: ['{"error":{"message":"Incorrect API key provided.","code":"invalid_api_key"}}'],
  };
  const given = { provider: 'xiaomi', secret: `${keyB}\n`, verify: true, signal };

  it('is tried with one completion on the configured model, and stored as verified', async () => {
    const { host, runtime } = start({ api_key: keyA });
    host.upstream.enqueue(answer);
    const { key, test } = await runtime.keys.accept(given);
    expect(test).toMatchObject({ verdict: 'works', model: 'xiaomi/mimo', attempts: 1 });
    expect(key).toMatchObject({ label: 'key-1', origin, verified: 'completion' });
    expect(host.upstream.requests.map(({ headers }) => headers['authorization'])).toEqual([
      `Bearer ${keyB}`,
    ]);
  });

  it('a network failure stores it as unverified', async () => {
    const { host, runtime } = start({ api_key: keyA });
    const reset = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    host.upstream.enqueue({ error: reset }, { error: reset });
    const taking = runtime.keys.accept(given);
    await host.advance(30_000);
    expect(await taking).toMatchObject({
      test: { verdict: 'unreachable' },
      key: { verified: 'unverified' },
    });
  });

  it('is not stored when the provider refuses it', async () => {
    const { host, runtime } = start({ api_key: keyA });
    host.upstream.enqueue(refused);
    const taken = await runtime.keys.accept(given);
    expect(taken).toMatchObject({ test: { verdict: 'refused', attempts: 1 }, wasThere: false });
    expect(taken.key).toBeUndefined();
    expect(runtime.keys.stored.list()).toEqual([]);
  });

  it('a dry run tries it and stores nothing', async () => {
    const { host, runtime } = start({ api_key: keyA });
    host.upstream.enqueue(answer);
    const taken = await runtime.keys.accept({ ...given, dryRun: true });
    expect(taken.test?.verdict).toBe('works');
    expect(host.fileText('/h/credentials.json')).toBeUndefined();
  });

  it('without a trial nothing is sent', async () => {
    const { host, runtime } = start({ api_key: keyA });
    expect(await runtime.keys.accept({ ...given, verify: false })).toMatchObject({
      key: { verified: 'unverified' },
    });
    expect(host.upstream.requests).toEqual([]);
  });

  it('is not stored when nobody waits for its trial any more', async () => {
    const { host, runtime } = start({ api_key: keyA });
    host.upstream.enqueue({ silent: true });
    const caller = new AbortController();
    const taking = runtime.keys.accept({ ...given, signal: caller.signal });
    await host.advance(1000);
    caller.abort();
    await expect(taking).rejects.toMatchObject({ name: 'AbortError' });
    expect([host.upstream.requests.length, runtime.keys.stored.list()]).toEqual([1, []]);
  });

  it('law 12: takes another origin only after it worked there', async () => {
    const { host, runtime } = start({ api_key: keyA });
    const stored = { provider: 'xiaomi', secret: keyB, origin: 'https://old.example' };
    const { key } = await runtime.keys.stored.add(stored);
    host.upstream.enqueue(refused);
    const asked = { name: key.credentialId, signal };
    expect(await runtime.keys.acceptOrigin(asked)).toMatchObject({ verdict: 'refused' });
    expect(runtime.keys.stored.list()[0]?.origin).toBe('https://old.example');
    host.upstream.enqueue(answer);
    expect(await runtime.keys.acceptOrigin({ name: key.id, signal })).toMatchObject({
      verdict: 'works',
    });
    expect(runtime.keys.stored.list()[0]?.origin).toBe(origin);
  });
});
