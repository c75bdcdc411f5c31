/**
 * Eight processes of one home meet an outage: each window of a mark costs the state file two
 * commits, the claim of its probe and what the probe found, and is probed once.
 */

import { expect, it } from 'vitest';
import { createRuntime } from '../../src/runtime.ts';
import { answered, refused } from '../fakes/engine-stage.ts';
import { createFakeHost } from '../fakes/fake-host.ts';
import { ReferenceStore } from '../fakes/reference-store.ts';
import type { Life } from './home/shared-store.ts';
import { StoreWatch, viewStore } from './home/shared-store.ts';

/** Counts what changes the rows of marks and probes: each is one commit of the state file. */
class CountedStore extends ReferenceStore {
  readonly commits: string[] = [];

  override async openMark(...[mark, at]: Parameters<ReferenceStore['openMark']>) {
    const inForce = await super.openMark(mark, at);
    if (inForce === mark) this.commits.push('open');
    return inForce;
  }

  override async closeMarks(...given: Parameters<ReferenceStore['closeMarks']>) {
    const closed = await super.closeMarks(...given);
    if (closed.length > 0) this.commits.push('close');
    return closed;
  }

  override async claimProbes(...given: Parameters<ReferenceStore['claimProbes']>) {
    const isTaken = await super.claimProbes(...given);
    if (isTaken) this.commits.push('claim');
    return isTaken;
  }

  override async releaseProbes(...given: Parameters<ReferenceStore['releaseProbes']>) {
    this.commits.push('release');
    return super.releaseProbes(...given);
  }
}

const server = (name: string): object => ({
  base_url: `https://${name}.test/v1`,
  protocol: 'openai-chat',
  api_key: `sk-test-${name}`,
});
const config = {
  main: 'one/m',
  fallback_chain: ['two/m'],
  providers: { one: server('one'), two: server('two') },
};
const request = {
  method: 'POST',
  path: '/v1/chat/completions',
  headers: {},
  body: Buffer.from('{"model":"main","messages":[{"role":"user","content":"hello"}]}'),
};

it.each([
  ['answers 503', 503],
  ['says too many requests', 429],
])('eight processes, a provider that %s for 20 s', async (_, status) => {
  const host = createFakeHost({ random: [0.1, 0.5, 0.9, 0.3, 0.7] });
  const store = new CountedStore();
  const watch = new StoreWatch(host.clock);
  let isDown = true;
  host.upstream.answerBy(({ origin }) => ({
    ...(isDown && origin.includes('one') ? refused(status) : answered),
    delayMs: 20,
  }));
  const processes = Array.from({ length: 8 }, (_item, index) => {
    const life: Life = {
      name: `p${index}`,
      clock: host.clock,
      isOver: false,
      isTold: false,
      storeMs: 1,
    };
    return createRuntime({ host, config, store: viewStore(store, watch, life) });
  });
  const asked: number[] = [];
  const ask = (index: number): void => {
    void processes[index % 8]?.exchange(
      { ...request, signal: new AbortController().signal },
      {
        head: (code) => void asked.push(code),
        write: () => true,
        onDrain: (resume) => resume(),
        end: () => undefined,
      },
    );
  };
  for (let index = 0; index < 8; index += 1) ask(index);
  await host.advance(1000);
  expect(store.commits.splice(0)).toEqual(['open']);
  for (let step = 0; step < 400; step += 1) {
    ask(step);
    await host.advance(50);
  }
  const windows = store.commits.length / 2;
  expect(windows).toBeGreaterThan(1);
  expect(store.commits.splice(0)).toEqual(
    Array.from({ length: windows }, () => ['claim', 'open']).flat(),
  );
  isDown = false;
  for (let step = 0; step < 400; step += 1) {
    ask(step);
    await host.advance(50);
  }
  // Who asks before it has heard of the end takes a probe, too: each process once.
  const [claim, close, ...others] = store.commits;
  expect([claim, close]).toEqual(['claim', 'close']);
  expect(others.filter((one) => one !== 'claim')).toEqual([]);
  expect(others.length).toBeLessThan(8);
  expect(new Set(asked)).toEqual(new Set([200]));
  const closed = Promise.all(processes.map((one) => one.close()));
  await host.advance(1000);
  await closed;
});
