import { describe, expect, it } from 'vitest';
import { createFakeHost, type UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import { createRuntime } from '../../runtime.ts';

const key = 'sk-test-model-lists';
const signal = new AbortController().signal;

function start(steps: readonly UpstreamStep[], provider: object = {}, main = 'one/m') {
  const host = createFakeHost();
  const shape = { protocol: 'openai-chat', api_key: key };
  const runtime = createRuntime({
    host,
    // What is learned is shared with other processes: a config object alone would keep it in
    // memory.
    store: new ReferenceStore(),
    config: {
      main,
      providers: {
        one: { ...shape, base_url: 'https://one.test/v1', ...provider },
        two: { ...shape, base_url: 'https://two.test/v1' },
      },
    },
  });
  host.upstream.enqueue(...steps);
  return { host, runtime };
}

async function ask(
  runtime: ReturnType<typeof start>['runtime'],
  method: 'GET' | 'POST',
  path: string,
  body = '',
) {
  const answer = { status: 0, text: '' };
  await runtime.exchange(
    { method, path, headers: {}, body: Buffer.from(body), signal },
    {
      head: (status) => {
        answer.status = status;
      },
      write: () => true,
      onDrain: (resume) => resume(),
      end: (chunk) => {
        answer.text = Buffer.from(chunk ?? []).toString();
      },
    },
  );
  return answer;
}

const listOf = (...ids: readonly string[]): UpstreamStep => ({
  chunks: [JSON.stringify({ object: 'list', data: ids.map((id) => ({ id })) })],
});

describe("the providers' own lists of models", () => {
  it('are asked with GET, each with its own key, and say what a request may name', async () => {
    const { host, runtime } = start([listOf('alpha', 'both'), listOf('beta', 'both')]);
    const listings = await runtime.refreshModels(signal);
    expect(listings).toEqual([
      { provider: 'one', count: 2 },
      { provider: 'two', count: 2 },
    ]);
    expect(host.upstream.requests).toMatchObject([
      {
        method: 'GET',
        origin: 'https://one.test',
        path: '/v1/models',
        headers: { authorization: `Bearer ${key}` },
      },
      { method: 'GET', origin: 'https://two.test', path: '/v1/models' },
    ]);
    const names = runtime.modelNames().map(({ name }) => name);
    expect(names).toEqual(['main', 'one/m', 'one/alpha', 'one/both', 'two/beta', 'two/both']);
    expect(JSON.parse((await ask(runtime, 'GET', '/v1/models/two/beta')).text)).toMatchObject({
      owned_by: 'two',
    });
  });

  it('are kept without a name that holds the key', async () => {
    const { runtime } = start([listOf('alpha', `tuned-for-${key}`), listOf('beta')]);
    expect((await runtime.refreshModels(signal))[0]).toEqual({ provider: 'one', count: 1 });
    expect(runtime.modelNames().map(({ name }) => name)).toEqual([
      'main',
      'one/m',
      'one/alpha',
      'two/beta',
    ]);
  });

  it('lead a model that one provider lists to it, and no model that two list', async () => {
    const { host, runtime } = start([listOf('alpha', 'both'), listOf('beta', 'both')]);
    await runtime.refreshModels(signal);
    const body = (model: string): string => `{"model":"${model}","messages":[]}`;
    host.upstream.enqueue({ chunks: ['{"choices":[{"message":{"content":"hi"}}]}'] });
    expect((await ask(runtime, 'POST', '/v1/chat/completions', body('beta'))).status).toBe(200);
    expect(host.upstream.requests.at(-1)).toMatchObject({ origin: 'https://two.test' });
    expect((await ask(runtime, 'POST', '/v1/chat/completions', body('both'))).status).toBe(404);
  });

  it.each<[string, UpstreamStep, RegExp]>([
    ['a refusal', { status: 401, chunks: ['{}'] }, /^it answered 401$/],
    ['a page', { chunks: ['<html>'] }, /^its answer is not a list of models$/],
    [
      'a failed connection',
      { error: new Error(`no route for ${key}`) },
      /^no route for \[redacted\]$/,
    ],
    ['too much', { chunks: ['x'.repeat(9_000_000)] }, /^its list of models is larger than 8 MB$/],
  ])(
    'say why they cannot be read: %s; the last list stays, and no key is blamed',
    async (_name, step, problem) => {
      const { host, runtime } = start([listOf('alpha'), listOf('beta'), step, listOf('beta')]);
      await runtime.refreshModels(signal);
      const [one] = await runtime.refreshModels(signal);
      expect(one).toEqual({ provider: 'one', problem: expect.stringMatching(problem) });
      expect(runtime.modelNames().map(({ name }) => name)).toContain('one/alpha');
      host.upstream.enqueue({ chunks: ['{"choices":[{"message":{"content":"hi"}}]}'] });
      expect(
        (await ask(runtime, 'POST', '/v1/chat/completions', '{"model":"main","messages":[]}'))
          .status,
      ).toBe(200);
    },
  );

  it('are given up after 10 s, and when nobody waits any more', async () => {
    const caller = new AbortController();
    const { host, runtime } = start([{ silent: true }, { silent: true }]);
    const slow = runtime.refreshModels(caller.signal);
    await host.advance(10_000);
    expect((await slow)[0]?.problem).toBe('it gave no list within 10 s');
    host.upstream.enqueue({ silent: true }, { silent: true });
    const abandoned = runtime.refreshModels(caller.signal);
    await host.advance(1);
    caller.abort();
    expect((await abandoned)[0]?.problem).toBe('no request waits for it any more');
    expect(host.upstream.abortedCount).toBe(4);
  });

  it('are not asked for without a key', async () => {
    const { host, runtime } = start([listOf('beta')], { api_key: `\${NO_KEY}` }, 'two/m');
    const listings = await runtime.refreshModels(signal);
    expect(listings[0]).toEqual({ provider: 'one', problem: 'no key of it can be read' });
    expect(host.upstream.requests.map(({ origin }) => origin)).toEqual(['https://two.test']);
  });

  const credentials = ['bad', 'good'].map((label) => ({ label, api_key: `${key}-${label}` }));
  const refusal: UpstreamStep = { status: 401, chunks: ['{"error":{"code":"invalid_api_key"}}'] };
  const usedLast = ({ upstream }: ReturnType<typeof start>['host']): unknown =>
    upstream.requests.findLast(({ origin }) => origin === 'https://one.test')?.headers[
      'authorization'
    ];

  it('are asked for with a key that works, although one that was refused stands before it', async () => {
    const answer = { chunks: ['{"choices":[{"message":{"content":"hi"}}]}'] };
    const { host, runtime } = start([refusal, answer], { api_key: undefined, credentials });
    await ask(runtime, 'POST', '/v1/chat/completions', '{"model":"main","messages":[]}');
    host.upstream.enqueue(listOf('alpha'), listOf('beta'));
    expect((await runtime.refreshModels(signal))[0]).toEqual({ provider: 'one', count: 1 });
    expect(usedLast(host)).toBe(`Bearer ${key}-good`);
  });

  it('are asked for all the same where every key was refused', async () => {
    const { host, runtime } = start([refusal, refusal], { api_key: undefined, credentials });
    await ask(runtime, 'POST', '/v1/chat/completions', '{"model":"main","messages":[]}');
    host.upstream.enqueue(listOf('alpha'), listOf('beta'));
    expect((await runtime.refreshModels(signal))[0]).toEqual({ provider: 'one', count: 1 });
    expect(usedLast(host)).toBe(`Bearer ${key}-bad`);
  });

  it('are kept for every process, and count only for the origin that gave them', async () => {
    const { host, runtime } = start([listOf('alpha'), listOf('beta')]);
    await runtime.refreshModels(signal);
    const provider = { protocol: 'openai-chat', api_key: key };
    const other = createRuntime({
      host,
      store: new ReferenceStore(),
      config: {
        main: 'one/m',
        providers: {
          one: { ...provider, base_url: 'https://elsewhere.test/v1' },
          two: { ...provider, base_url: 'https://two.test/v1' },
        },
      },
    });
    expect(other.modelNames().map(({ name }) => name)).toEqual(['main', 'one/m', 'two/beta']);
    expect(JSON.stringify(host.fileText('/.local/state/holdfast/models.json'))).not.toContain(key);
  });

  it('that cannot be kept are a fault of this machine, and not of the provider', async () => {
    const { host, runtime } = start([listOf('alpha'), listOf('beta')]);
    host.files.writeAtomic = () => {
      throw Object.assign(new Error('EACCES: permission denied, open'), { code: 'EACCES' });
    };
    expect(await runtime.refreshModels(signal)).toMatchObject([
      {
        count: 1,
        notKept: expect.stringMatching(/models\.json cannot be written: this user may not/),
      },
      { count: 1, notKept: expect.any(String) },
    ]);
  });

  it('are as good as none when their file is damaged', async () => {
    const { host, runtime } = start([listOf('alpha'), listOf('beta')]);
    host.setFile('/.local/state/holdfast/models.json', '{"schema":');
    expect(runtime.modelNames().map(({ name }) => name)).toEqual(['main', 'one/m']);
    await runtime.refreshModels(signal);
    expect(runtime.modelNames()).toHaveLength(4);
  });

  it('take what servers call models, and leave out what is no name', async () => {
    const odd =
      '{"models":[{"name":"llama"},{"id":"  "},{"id":7},{"id":"a\\nb"},"plain",{"name":"llama"}]}';
    const { runtime } = start([{ chunks: [odd] }, listOf()]);
    await runtime.refreshModels(signal);
    expect(runtime.modelNames().map(({ name }) => name)).toEqual([
      'main',
      'one/m',
      'one/llama',
      'one/plain',
    ]);
  });
});
