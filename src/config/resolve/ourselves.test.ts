/** An upstream that is this gateway itself is ignored with a named warning (law 12). */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { defaults } from '../../model/defaults.ts';
import type { EngineEvent } from '../../model/events.ts';
import { createRuntime, type Runtime } from '../../runtime.ts';

const elsewhere = { base_url: 'https://one.test/v1', protocol: 'openai-chat', auth: 'none' };
const ourselves = (base_url: string): object => ({
  base_url,
  protocol: 'openai-chat',
  auth: 'none',
});

function open(config: object): {
  readonly runtime: Runtime;
  readonly events: readonly EngineEvent[];
} {
  const events: EngineEvent[] = [];
  return {
    runtime: createRuntime({
      host: createFakeHost(),
      config,
      onEvent: (event) => events.push(event),
    }),
    events,
  };
}

const targetsOf = (runtime: Runtime, task: string): readonly string[] | undefined =>
  runtime
    .config()
    .routes.get(task)
    ?.targets.map(({ target }) => target.id);

describe('an upstream that is ourselves', () => {
  it.each([
    `http://127.0.0.1:${defaults.gateway.port}/v1`,
    `http://localhost:${defaults.gateway.port}/v1`,
    `http://[::1]:${defaults.gateway.port}/v1`,
    `http://127.0.0.9:${defaults.gateway.port}`,
    `http://[::]:${defaults.gateway.port}`,
  ])('is left out of every route and of every name: %s', (url) => {
    const { runtime, events } = open({
      main: 'us/m',
      fallback_chain: ['one/m'],
      auxiliary: { title_generation: { base_url: url, model: 'm', auth: 'none' } },
      providers: { us: ourselves(url), one: elsewhere },
    });
    expect(targetsOf(runtime, 'main')).toEqual(['one/m']);
    expect(targetsOf(runtime, 'title_generation')).toEqual(['one/m']);
    expect([...runtime.config().providers.keys()]).toEqual(['one']);
    const said = events.flatMap((event) => (event.type === 'warning' ? [event] : []));
    expect(said.map(({ code }) => code)).toEqual([
      'upstream-is-ourselves',
      'upstream-is-ourselves',
    ]);
    expect(said[0]?.text).toMatch(/providers\.us\.base_url .* it is ignored/);
  });

  it('is a problem where the route has nothing else', () => {
    const config = {
      main: 'us/m',
      providers: { us: ourselves(`http://127.0.0.1:${defaults.gateway.port}/v1`) },
    };
    expect(() => open(config)).toThrow(
      /providers\.us\.base_url: is the address of this gateway itself.*write the address of the server itself/s,
    );
  });

  it.each(['openai', 'anthropic', 'deepseek'])(
    'is taken out where %s has an address of its own',
    (name) => {
      const base_url = `http://127.0.0.1:${defaults.gateway.port}/v1`;
      const config = { main: `${name}/m`, providers: { [name]: { base_url, api_key: 'k' } } };
      expect(() => open(config)).toThrow(
        new RegExp(`is the address of this .* config unset providers\\.${name}\\.base_url`, 's'),
      );
    },
  );

  it('is the address of a task where the task has it', () => {
    const base_url = `http://127.0.0.1:${defaults.gateway.port}/v1`;
    const auxiliary = {
      title_generation: { base_url, model: 'm', auth: 'none', fallback: 'none' },
    };
    expect(() => open({ main: 'one/m', auxiliary, providers: { one: elsewhere } })).toThrow(
      /names only this gateway itself/,
    );
  });

  it('is another server when its port is another', () => {
    const { runtime } = open({
      main: 'us/m',
      providers: { us: ourselves('http://127.0.0.1:4654/v1') },
    });
    expect(targetsOf(runtime, 'main')).toEqual(['us/m']);
  });
});
