import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { askTitle, sayWhole, textOf } from '../../../test/fakes/title-stage.ts';
import { createRuntime, type Runtime } from '../../runtime.ts';

const title = 'Fix login redirect loop';

function start(main: string, titles = {}): { host: FakeHost; runtime: Runtime } {
  const host = createFakeHost();
  const providers = { ollama: {}, vllm: {} };
  return {
    host,
    runtime: createRuntime({
      host,
      config: { main, providers, auxiliary: { title_generation: titles } },
    }),
  };
}

describe('a title at a server that answers one request at a time', () => {
  it('waits for the end of the conversation’s request, and goes then', async () => {
    const { host, runtime } = start('ollama/m');
    host.upstream.enqueue(
      { ...sayWhole({ content: 'yes' }), delayMs: 5000 },
      sayWhole({ content: title }),
    );
    const main = askTitle(runtime, { model: 'main' });
    await host.advance(0);
    const named = askTitle(runtime);
    await host.advance(4999);
    expect(host.upstream.requests).toHaveLength(1);
    await host.advance(1);
    expect(textOf(main)).toBe('yes');
    expect(textOf(named)).toBe(title);
  });

  it('waits no longer than its own time, and then has that for its answer', async () => {
    const { host, runtime } = start('ollama/m', { timeout: 20 });
    const late = { ...sayWhole({ content: title }), delayMs: 19_000 };
    host.upstream.enqueue({ ...sayWhole({ content: 'yes' }), delayMs: 60_000 }, late);
    askTitle(runtime, { model: 'main' });
    await host.advance(0);
    const named = askTitle(runtime);
    await host.advance(18_900);
    expect(host.upstream.requests).toHaveLength(1);
    await host.advance(20_000);
    expect(textOf(named)).toBe(title);
  });

  it('does not hold up the conversation', async () => {
    const { host, runtime } = start('ollama/m');
    host.upstream.enqueue(
      { ...sayWhole({ content: title }), delayMs: 5000 },
      sayWhole({ content: 'yes' }),
    );
    askTitle(runtime);
    await host.advance(0);
    const main = askTitle(runtime, { model: 'main' });
    await host.advance(0);
    expect(textOf(main)).toBe('yes');
  });
});

it.each([
  ['that answers many', 'vllm/m', {}],
  ['elsewhere', 'ollama/m', { provider: 'vllm', model: 'm' }],
])('does not wait at a server %s', async (_name, mainTarget, titles) => {
  const { host, runtime } = start(mainTarget, titles);
  host.upstream.enqueue(
    { ...sayWhole({ content: 'yes' }), delayMs: 5000 },
    sayWhole({ content: title }),
  );
  askTitle(runtime, { model: 'main' });
  await host.advance(0);
  const named = askTitle(runtime);
  await host.advance(0);
  expect(textOf(named)).toBe(title);
});
