import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { askTitle, key, sayWhole, startTitles } from '../../../test/fakes/title-stage.ts';
import { defaults } from '../../model/defaults.ts';
import { createRuntime } from '../../runtime.ts';

const title = 'Fix login redirect loop';

describe('three answers of no use in a row', () => {
  it('start the task at the next target for a quarter of an hour', async () => {
    const { host, runtime } = startTitles();
    for (let round = 0; round < 3; round++) {
      host.upstream.enqueue(sayWhole({ content: '' }), sayWhole({ content: title }));
      askTitle(runtime);
      await host.advance(0);
    }
    host.upstream.enqueue(sayWhole({ content: title }));
    askTitle(runtime);
    await host.advance(0);
    expect(runtime.records()[3]?.attempts.map(({ target }) => target)).toEqual(['chain/m']);
    expect(runtime.records()[3]?.notes.join()).toMatch(/own\/m comes after the others/);
    await host.advance(15 * 60_000);
    host.upstream.enqueue(sayWhole({ content: title }));
    askTitle(runtime);
    await host.advance(0);
    expect(runtime.records()[4]?.attempts.map(({ target }) => target)).toEqual(['own/m']);
  });

  it('say nothing of the task next to it, nor of main', async () => {
    const { host, runtime } = startTitles();
    for (let round = 0; round < 3; round++) {
      host.upstream.enqueue(sayWhole({ content: '' }), sayWhole({ content: title }));
      askTitle(runtime);
      await host.advance(0);
    }
    host.upstream.enqueue(sayWhole({ content: 'ok' }));
    askTitle(runtime, { model: 'translation' });
    await host.advance(0);
    expect(runtime.records()[3]?.answeredBy).toBe('own/m');
  });
});

describe('reasoning', () => {
  const thinking = { deepseek: { api_key: key } };
  const bodyOf = (host: FakeHost, index: number): Record<string, unknown> =>
    JSON.parse(String(host.upstream.requests[index]?.body));

  it('is switched off for a title where the entry knows how', async () => {
    const { host, runtime } = startTitles(
      { provider: 'deepseek', model: 'deepseek-flash' },
      thinking,
    );
    host.upstream.enqueue(sayWhole({ content: title }));
    askTitle(runtime);
    await host.advance(0);
    expect(bodyOf(host, 0)['thinking']).toEqual({ type: 'disabled' });
  });

  it('stays as the caller or the configuration wants it', async () => {
    const { host, runtime } = startTitles(
      { provider: 'deepseek', model: 'deepseek-flash', reasoning_effort: 'low' },
      thinking,
    );
    host.upstream.enqueue(sayWhole({ content: title }));
    askTitle(runtime);
    await host.advance(0);
    expect(bodyOf(host, 0)['thinking']).toBeUndefined();
    const plain = startTitles({ provider: 'deepseek', model: 'deepseek-flash' }, thinking);
    plain.host.upstream.enqueue(sayWhole({ content: title }));
    askTitle(plain.runtime, { reasoning_effort: 'high' });
    await plain.host.advance(0);
    expect(bodyOf(plain.host, 0)['thinking']).toBeUndefined();
  });

  it('is never touched for main', async () => {
    const { host, runtime } = startTitles(
      { provider: 'deepseek', model: 'deepseek-flash' },
      thinking,
    );
    host.upstream.enqueue(sayWhole({ content: 'yes' }));
    askTitle(runtime, { model: 'deepseek/deepseek-chat' });
    await host.advance(0);
    expect(bodyOf(host, 0)['thinking']).toBeUndefined();
  });
});

describe('a task that the configuration does not name', () => {
  it.each(Object.keys(defaults.taskTimeout))('takes the main route: %s', async (model) => {
    const host = createFakeHost();
    const config = {
      main: 'main/m',
      providers: {
        main: { protocol: 'openai-chat', api_key: key, base_url: 'https://main.test/v1' },
      },
    };
    const runtime = createRuntime({ host, config });
    host.upstream.enqueue(sayWhole({ content: title }));
    askTitle(runtime, { model });
    await host.advance(0);
    expect(JSON.parse(String(host.upstream.requests[0]?.body)).model).toBe('m');
    expect(runtime.records()[0]).toMatchObject({ task: model, answeredBy: 'main/m' });
  });
});
