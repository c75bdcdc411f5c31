/**
 * What a primary keeps of its worker's requests is bounded: whatever new ids, callers, models, keys
 * and texts they have, no more lives after the next thousands than after those before.
 */

import { getHeapSpaceStatistics, queryObjects } from 'node:v8';
import { expect, it } from 'vitest';
import { makeFolder } from '../../test/contracts/folder.ts';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { createLinkedPeers } from '../../test/fakes/linked-peers.ts';
import { recordOf } from '../../test/fakes/record.ts';
import { Telemetry } from '../gateway/admin/telemetry.ts';
import { createNodeFiles } from '../host/node-files.ts';
import { WorkerLink } from './link.ts';
import { encodeBatch, type ToldRequest } from './messages.ts';
import { openPrimaryRuntime } from './primary-runtime.ts';
import { WorkerChild } from './worker-child.ts';

/** Requests of one batch, and of one part of the story. */
const [batchSize, partSize] = [100, 6000];
/** Less than an entry of a map for each request of a part: that has 70 bytes without its key. */
const mostBytes = 400_000;

it('holds no more after 18,000 requests than after 12,000', async () => {
  const folder = makeFolder();
  const fake = createFakeHost({ environment: { HOLDFAST_HOME: folder.path } });
  const host = { ...fake, files: createNodeFiles() };
  const provider = { base_url: 'http://127.0.0.1:1', protocol: 'openai-chat', auth: 'none' };
  const config = { main: 'one/m', providers: { one: provider } };
  const { runtime, store } = openPrimaryRuntime({
    ...{ host, config, recordLimit: 0 },
    onEvent: () => undefined,
  });
  const { tally } = new Telemetry(runtime);
  const { primary, worker } = createLinkedPeers();
  const child = new WorkerChild(
    {
      ...{ pid: 1, pass: () => undefined, kill: () => undefined },
      send: (message) => primary.send(message),
      onMessage: (listener) => primary.onMessage(listener),
      onGone: (listener) => primary.onGone(listener),
    },
    {
      ...{ runtime, store, tally, version: '1' },
      start: () => {
        throw new Error('nobody starts');
      },
    },
    {
      onNews: (news) => runtime.shared.hear(news),
      onTaking: () => undefined,
      onLost: () => undefined,
    },
  );
  const link = new WorkerLink(worker, {});

  async function tellBatch(first: number): Promise<void> {
    const names = Array.from({ length: batchSize }, (_, index) => first + index);
    const ended = names.map((name) => endOf(name, fake.clock.now()));
    const begun = ended.map(({ record }): ToldRequest => ({ begun: record }));
    link.tell('requests', encodeBatch({ requests: begun, refused: [] }));
    const [refusal] = names.map((name) => refusalOf(name));
    link.tell('requests', encodeBatch({ requests: ended, refused: refusal ? [refusal] : [] }));
    link.tell('event', { type: 'warning', code: 'odd', text: `a warning about ${first}` });
    const origin = `http://127.0.0.1:${first}`;
    for (const isUnderWay of [true, false]) link.tell('news', { kind: 'main', origin, isUnderWay });
    const wish = { id: first, task: 'title_generation', limit: 1, withinMs: 1 };
    await link.ask('slot', wish);
    link.tell('slotOver', first);
    await fake.advance(2000);
    await runtime.history.findRecords({ limit: 1 }); // the thread of the state file has written all
  }

  async function play(from: number): Promise<number> {
    for (let first = from; first < from + partSize; first += batchSize) await tellBatch(first);
    await fake.advance(60_000);
    return bytesAlive();
  }

  await play(0); // fills what is bounded, and compiles
  const before = await play(partSize);
  const after = await play(2 * partSize);
  expect(child.requests.count).toBe(0);
  expect(after - before).toBeLessThan(mostBytes);
  await runtime.close();
  folder.remove();
}, 60_000);

function endOf(name: number, at: number) {
  const target = `one/m${name}`;
  const attempt = { target, credential: `key ${name}`, fingerprint: `f${name}` };
  const record = recordOf({
    ...{ id: `hfr_${name}`, at, task: `task ${name}`, model: `m${name}`, caller: `c${name}` },
    attempts: [{ ...attempt, startedAt: at, durationMs: 1 }],
    answeredBy: target,
  });
  return { record, isCounted: true };
}

function refusalOf(name: number) {
  const facts = { requestId: `hfr_${name}`, code: 'model-unknown', status: 404 } as const;
  return { ...facts, text: `nobody has the model m${name}`, fix: undefined };
}

/** Of what is no code, behind a collection. */
function bytesAlive(): number {
  queryObjects(WorkerLink, { format: 'count' }); // it collects all first
  return getHeapSpaceStatistics()
    .filter(({ space_name: name }) => /^(new|old|large_object)_/.test(name))
    .reduce((sum, { space_used_size: used }) => sum + used, 0);
}
