/** The link between a primary and a worker, in one process. */

import { expect, it } from 'vitest';
import { createLinkedPeers } from '../../test/fakes/linked-peers.ts';
import { StoreError } from '../errors.ts';
import { WorkerLink } from './link.ts';

const start = {
  host: '127.0.0.1',
  port: 1,
  workers: 2,
  socketPath: '/s',
  token: 't',
  key: 'key of callers',
  promptKey: 'key',
  news: [],
};

it('hears what is told in its order, and only what it listens for', async () => {
  const { primary, worker } = createLinkedPeers();
  const heard: string[] = [];
  new WorkerLink(primary, {
    leaving: (because = '') => void heard.push(because),
    listening: () => void heard.push('listening'),
  });
  const link = new WorkerLink(worker, {});
  link.tell('leaving', 'one');
  link.tell('healthChanged');
  link.tell('listening');
  link.tell('leaving', 'two');
  await Promise.resolve();
  expect(heard).toEqual(['one', 'listening', 'two']);
});

it('gives each question its own answer, whatever their order', async () => {
  const { primary, worker } = createLinkedPeers();
  const open = new Map<string, (answer: typeof start) => void>();
  new WorkerLink(primary, {
    start: (version) => new Promise((resolve) => void open.set(version, resolve)),
  });
  const link = new WorkerLink(worker, {});
  const [first, second] = ['1', '2'].map((version) => link.ask('start', version));
  await Promise.resolve();
  open.get('2')?.({ ...start, port: 2 });
  open.get('1')?.(start);
  expect([await first, await second]).toEqual([start, { ...start, port: 2 }]);
});

it('brings the error of the other end, of the same class, with its fix', async () => {
  const { primary, worker } = createLinkedPeers();
  new WorkerLink(primary, {
    store: () => {
      throw new StoreError('store-busy', 'locked', { fix: 'wait' });
    },
  });
  const asking = new WorkerLink(worker, {}).ask('store', 'readHealth', []);
  await expect(asking).rejects.toBeInstanceOf(StoreError);
  await expect(asking).rejects.toMatchObject({ code: 'store-busy', fix: { text: 'wait' } });
});

it('rejects every question once the other end is gone', async () => {
  const { worker } = createLinkedPeers();
  const link = new WorkerLink(worker, {});
  const before = link.ask('start', '1');
  link.end(new Error('gone'));
  await expect(before).rejects.toThrow('gone');
  await expect(link.ask('start', '1')).rejects.toThrow('gone');
});
