/**
 * Which servers answer one request at a time: by what they say, else by their software, and nobody
 * is blamed for the question.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost, type UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import { askTitle, sayWhole, textOf } from '../../../test/fakes/title-stage.ts';
import { createRuntime, type Runtime } from '../../runtime.ts';
import { hasOneSlot } from './server-slots.ts';

const title = 'Fix login redirect loop';
const json = (value: unknown, status = 200): UpstreamStep => ({
  status,
  chunks: [JSON.stringify(value)],
});
const missing = json({ error: 'not found' }, 404);

interface Stage {
  readonly host: FakeHost;
  readonly runtime: Runtime;
  readonly store: ReferenceStore;
  /** Whether a title gives way to a turn of main that is under way. */
  gives(): Promise<boolean>;
}

/** `props`, `version`: what the server says at `/props` and `/api/version`. */
function start(
  provider: string,
  { props = missing, version = missing }: { props?: UpstreamStep; version?: UpstreamStep },
): Stage {
  const host = createFakeHost();
  const store = new ReferenceStore();
  const own = {
    base_url: 'http://127.0.0.1:9999/v1',
    protocol: 'openai-chat',
    api_key: 'sk-test-slots',
  };
  const known = ['ollama', 'llamacpp', 'vllm', 'lmstudio'].includes(provider);
  const runtime = createRuntime({
    host,
    store,
    config: {
      main: `${provider}/m`,
      providers: { [provider]: known ? {} : own },
      auxiliary: { title_generation: {} },
    },
  });
  host.upstream.answerBy(({ path, body }) => {
    if (path === '/props') return props;
    if (path === '/api/version') return version;
    const isMain = String(body).includes('slow');
    return isMain
      ? { ...sayWhole({ content: 'yes' }), delayMs: 5000 }
      : sayWhole({ content: title });
  });
  const gives = async (): Promise<boolean> => {
    const main = askTitle(runtime, {
      model: 'main',
      messages: [{ role: 'user', content: 'slow' }],
    });
    await host.advance(0);
    const named = askTitle(runtime);
    await host.advance(100);
    const hasGivenWay = named.body === '';
    await host.advance(30_000);
    expect([textOf(main), textOf(named)]).toEqual(['yes', title]);
    return hasGivenWay;
  };
  return { host, runtime, store, gives };
}

describe('a server of one’s own', () => {
  it.each<[string, string, { props?: UpstreamStep; version?: UpstreamStep }, boolean]>([
    ['any software that says it has one slot', 'mine', { props: json({ total_slots: 1 }) }, true],
    ['llama.cpp with four slots', 'llamacpp', { props: json({ total_slots: 4 }) }, false],
    ['llama.cpp that does not say', 'llamacpp', {}, true],
    ['Ollama with one by default', 'ollama', { version: json({ version: '0.24.1' }) }, true],
    [
      'Ollama from the time when it had four',
      'ollama',
      { version: json({ version: '0.5.7' }) },
      false,
    ],
    ['Ollama that does not say', 'ollama', { version: json('soon') }, true],
    ['LM Studio, which has four by default', 'lmstudio', {}, false],
    ['an unknown one', 'mine', {}, false],
    [
      'an unknown one that talks nonsense',
      'mine',
      { props: json({ total_slots: 'one' }), version: json(7) },
      false,
    ],
    [
      'one that is down',
      'mine',
      { props: { error: new Error('refused') }, version: { silent: true } },
      false,
    ],
    ['vLLM', 'vllm', { version: json({ version: 12 }) }, false],
  ])('takes turns or not: %s', async (_name, provider, said, expected) => {
    const { host, runtime, store, gives } = start(provider, said);
    const stop = runtime.watchSlots();
    await host.advance(10_000);
    expect(await gives()).toBe(expected);
    expect((await store.readHealth()).marks).toEqual([]);
    stop();
  });

  it('is asked again every ten minutes, and keeps what it said while it is down', async () => {
    const { host, runtime, gives } = start('mine', {});
    const stop = runtime.watchSlots();
    await host.advance(1000);
    expect(await gives()).toBe(false);
    let props = json({ total_slots: 1 });
    host.upstream.answerBy(({ path, body }) => {
      if (path === '/props') return props;
      return String(body).includes('slow')
        ? { ...sayWhole({ content: 'yes' }), delayMs: 5000 }
        : sayWhole({ content: title });
    });
    await host.advance(600_000);
    expect(await gives()).toBe(true);
    props = { error: new Error('refused') };
    await host.advance(600_000);
    expect(await gives()).toBe(true);
    stop();
    const before = host.upstream.requests.length;
    await host.advance(3_600_000);
    expect(host.upstream.requests).toHaveLength(before);
  });

  it('is shown its own key, and a hosted one is never asked', async () => {
    const host = createFakeHost();
    const at = (base_url: string): object => ({
      base_url,
      protocol: 'openai-chat',
      api_key: 'sk-test-slots',
    });
    const runtime = createRuntime({
      host,
      config: {
        main: 'near/m',
        providers: { near: at('http://10.0.0.7:8080/v1'), far: at('https://far.test/v1') },
      },
    });
    host.upstream.answerBy(() => missing);
    const stop = runtime.watchSlots();
    await host.advance(1000);
    stop();
    expect(
      host.upstream.requests.map(({ origin, path, method }) => `${method} ${origin}${path}`),
    ).toEqual(['GET http://10.0.0.7:8080/props', 'GET http://10.0.0.7:8080/api/version']);
    expect(host.upstream.requests[0]?.headers['authorization']).toBe('Bearer sk-test-slots');
  });
});

it('runs no program to find the key for it', async () => {
  const host = createFakeHost();
  const credentials = [{ label: 'k', command: 'print-key' }];
  const near = { base_url: 'http://10.0.0.7:8080/v1', protocol: 'openai-chat', credentials };
  const runtime = createRuntime({ host, config: { main: 'near/m', providers: { near } } });
  host.upstream.answerBy(() => missing);
  const stop = runtime.watchSlots();
  await host.advance(1000);
  stop();
  expect(host.programs.runs).toEqual([]);
  expect(host.upstream.requests).toHaveLength(2);
});

it.each([
  ['0.1.48', true],
  ['0.2.0', false],
  ['0.9.6', false],
  ['0.10.0', true],
  ['0.24.0-rc1', true],
  ['v1.0.0', true],
  ['soon', undefined],
])('knows how many slots Ollama %s has by default', (version, expected) => {
  expect(hasOneSlot(version)).toBe(expected);
});
