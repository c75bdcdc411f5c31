/**
 * The store behind a running engine: never asked by a healthy request, and remembered by the next
 * process.
 */

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { EngineEvent } from '../../src/model/events.ts';
import { createRuntime, type RuntimeOptions } from '../../src/runtime.ts';
import { createInPlaceStore } from '../../src/store/sqlite/in-place.ts';
import type { Store } from '../../src/store/store.ts';
import { ReferenceStore } from '../fakes/reference-store.ts';
import { ask } from './harness.ts';
import { useSimAndHome } from './sim-and-home.ts';

const stage = useSimAndHome();

const configWith = (key: string): object => ({
  main: { provider: 'sim', model: 'sim/echo' },
  providers: { sim: { base_url: stage.sim.url, protocol: 'openai-chat', api_key: key } },
});

function start(options: RuntimeOptions) {
  const host = createNodeHost({ HOLDFAST_HOME: stage.home });
  const said: string[] = [];
  const onEvent = (event: EngineEvent): void => {
    if (event.type === 'warning') said.push(`${event.code}: ${event.text}`);
  };
  const runtime = createRuntime({ host, onEvent, ...options });
  const stop = async (): Promise<void> => {
    await runtime.close();
    await host.close();
  };
  return { host, said, runtime, stop };
}

/** Every call of every method, by name. */
function count(store: Store): { store: Store; calls: string[] } {
  const calls: string[] = [];
  const counting = new Proxy(store, {
    get: (target, name) => {
      const member = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        calls.push(String(name));
        return member.apply(target, given);
      };
    },
  });
  return { store: counting, calls };
}

it('a healthy request asks the store nothing; the first success of a key is told once, records in one batch', async () => {
  const { store, calls } = count(new ReferenceStore());
  const { runtime, stop } = start({ config: configWith('sk-sim-good'), store });
  expect((await ask(runtime)).status).toBe(200);
  expect(calls).toEqual(['readHealth', 'subscribe', 'putProven']);
  for (let request = 0; request < 20; request++) await ask(runtime, { stream: request % 2 === 0 });
  const batched = ['appendRecords', 'addUsage'];
  expect(calls.filter((name) => !batched.includes(name))).toHaveLength(3);
  await stop();
  for (const batch of batched)
    expect(calls.filter((name) => name === batch).length).toBeLessThanOrEqual(2);
  expect(calls.slice(-1)).toEqual(['close']);
  expect(await store.findRecords({ limit: 100 })).toHaveLength(21);
});

describe.each(['in-place', 'thread'] as const)('a runtime with its store %s', (kind) => {
  it('knows after a restart what was proven, what is held back and why, and what was asked', async () => {
    const first = start({ config: configWith('sk-sim-good'), store: kind });
    await ask(first.runtime);
    await first.stop();
    const second = start({ config: configWith('sk-sim-broke'), store: kind });
    expect((await ask(second.runtime)).status).not.toBe(200);
    await second.stop();

    const store = createInPlaceStore(createNodeHost({}), join(stage.home, 'state.db'));
    const { marks, proven } = await store.readHealth();
    const records = await store.findRecords({ limit: 10 });
    await store.close();
    const { url } = stage.sim;
    expect(proven.map(({ site, model }) => [site, model])).toEqual([
      [url, undefined],
      [url, 'sim/echo'],
    ]);
    expect(marks.map(({ cause }) => cause)).toEqual(['billing']);
    expect(records.map(({ outcome }) => outcome)).toEqual(['failed', 'answered']);
    expect(statSync(join(stage.home, 'state.db')).mode & 0o777).toBe(0o600);

    stage.sim.clearLog();
    const third = start({ config: configWith('sk-sim-broke'), store: kind });
    const refused = await ask(third.runtime);
    await third.stop();
    expect(refused.text).toContain('billing');
    expect(stage.sim.log()).toEqual([]);
  });

  it('no secret and no word of the conversation is in the state file', async () => {
    const { runtime, stop } = start({ config: configWith('sk-sim-good'), store: kind });
    await ask(runtime, { messages: [{ role: 'user', content: 'a most private question' }] });
    await stop();
    const bytes = readFileSync(join(stage.home, 'state.db')).toString('latin1');
    expect(bytes).toContain('sha256:');
    expect(bytes).not.toMatch(/sk-sim-good|private question/);
  });

  it('with a damaged state file it says so once, with path and fix, and answers from memory', async () => {
    writeFileSync(join(stage.home, 'state.db'), 'not a database\n'.repeat(999));
    const { runtime, said, stop } = start({ config: configWith('sk-sim-good'), store: kind });
    const answers = [await ask(runtime), await ask(runtime)];
    await expect(
      runtime.keys.reset({ signal: new AbortController().signal }),
    ).rejects.toMatchObject({
      code: 'store-corrupt',
    });
    await stop();
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /^store-corrupt: .*state\.db[\s\S]*To fix: put a good copy back, or move it away/,
    );
    expect(readFileSync(join(stage.home, 'state.db'), 'utf8')).toBe('not a database\n'.repeat(999));
  });
});
