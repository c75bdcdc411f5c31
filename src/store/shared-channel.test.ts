/** One channel for several stores, over a file that is scripted: who is told, and what is read. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { StoreError } from '../errors.ts';
import { SharedChannel } from './shared-channel.ts';
import type { OperationName, ParametersOf } from './sqlite/asked.ts';
import { createHealthOperations } from './sqlite/health-operations.ts';
import type { Channel } from './sqlite/sqlite-store.ts';
import { StateFile } from './sqlite/state-file.ts';

/** The primary and two workers. The file answers with `play`. */
function setUp(play: (name: OperationName) => unknown) {
  const asked: OperationName[] = [];
  const file: Channel = {
    isShared: true,
    ask: async (name) => {
      asked.push(name);
      return parseAnswer(await play(name));
    },
  };
  const shared = new SharedChannel(file);
  const told: string[] = [];
  const join = (name: string): Channel => {
    const channel = shared.join();
    channel.onChanged?.(() => told.push(name));
    return channel;
  };
  return { asked, told, primary: join('primary'), one: join('one'), two: join('two') };
}

/** A script answers every operation, each with what is its own. */
function parseAnswer<Answer>(answer: unknown): Answer {
  return answer as Answer;
}

/** The script does not look at them. */
function nothingOf<Name extends OperationName>(_name: Name): ParametersOf<Name> {
  return parseAnswer([]);
}

const health = createHealthOperations(
  new StateFile({ files: createFakeHost().files, path: ':memory:' }),
);
const writes = Object.keys(health).filter(
  (name) => !/^(read|poll)|Probes$/.test(name),
) as OperationName[];

it.each(writes)('tells the others of %s, and each reads health once more', async (name) => {
  const { asked, told, primary, one, two } = setUp(() => ['it']);
  await one.ask(name, nothingOf(name));
  expect(told).toEqual(['primary', 'two']);
  for (const channel of [one, two, two, primary]) await channel.ask('pollHealth', []);
  // The primary alone polls the file.
  expect(asked).toEqual([name, 'readHealth', 'readHealth']);
});

it.each<[OperationName, unknown]>([
  ['closeMarks', []],
  ['claimProbes', true],
  ['releaseProbes', undefined],
])('tells nobody of %s: %s, after which health is as before', async (name, result) => {
  const { told, one } = setUp(() => result);
  await one.ask(name, nothingOf(name));
  expect(told).toEqual([]);
});

it('tells the workers of what another process has changed, which the primary finds', async () => {
  const { told, primary, one } = setUp(() => ['it']);
  await one.ask('pollHealth', []);
  expect(told).toEqual([]);
  await primary.ask('pollHealth', []);
  expect(told).toEqual(['one', 'two']);
});

it('reads health at the next poll where the file was locked at this one', async () => {
  let isLocked = true;
  const { one, two } = setUp((name) => {
    if (name === 'readHealth' && isLocked) throw new StoreError('store-busy', 'locked');
    return 'it';
  });
  await one.ask('openMark', nothingOf('openMark'));
  await expect(two.ask('pollHealth', [])).rejects.toThrow('locked');
  isLocked = false;
  await expect(two.ask('pollHealth', [])).resolves.toBe('it');
  await expect(two.ask('pollHealth', [])).resolves.toBeUndefined();
});
