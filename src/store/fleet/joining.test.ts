/**
 * What a log can contain that a member does not expect: what it does not know is skipped and said,
 * and a log that it cannot join is named with the reason. And who begins a log anew.
 */

import { describe, expect, it } from 'vitest';
import { markOf, oneUse } from '../../../test/contracts/store/rows.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { MemoryEngine } from '../../../test/fakes/memory-log.ts';
import { sharedNames } from '../replica.ts';
import { createInPlaceChannel } from '../sqlite/in-place.ts';
import { SqliteStore } from '../sqlite/sqlite-store.ts';
import { FleetChannel } from './fleet-channel.ts';
import { createSeal } from './seal.ts';

const seal = createSeal(['test key']);

function createStage() {
  const host = createFakeHost();
  const engine = new MemoryEngine();
  const open = (key = 'test key') => {
    const heard: string[] = [];
    let isCut = false;
    let skipped = 0;
    const file = createInPlaceChannel(host.files);
    const channel = new FleetChannel({
      host,
      file,
      log: engine.open(() => isCut),
      seal: createSeal([key]),
      onMembership: (membership, why) => heard.push(`${membership} ${why}`.trim()),
      onUnknown: () => {
        skipped += 1;
      },
    });
    const cut = (is: boolean): void => {
      isCut = is;
    };
    const readUsed = async (): Promise<number> =>
      (await file.ask('readUsage', [{}])).reduce((sum, { requests }) => sum + requests, 0);
    const readEpoch = async (): Promise<string> =>
      (await file.ask('readPosition', []))?.epoch ?? '';
    const store = new SqliteStore(host, channel);
    return { heard, file, store, cut, readUsed, readEpoch, skipped: () => skipped };
  };
  const use = async ({ store }: ReturnType<typeof open>, times: number): Promise<void> => {
    const all = Promise.all(Array.from({ length: times }, () => store.addUsage([oneUse])));
    await host.advance(1000);
    await all;
  };
  return { host, engine, open, use };
}

const sent = (change: object): string => JSON.stringify({ after: 0, change });
const misfits = [null, 1, 'x', [], {}, [null], [{}], [{ usd: 'x', requests: null }]];

const strangeEntries: readonly (readonly [string, string])[] = [
  [
    'a bare change, as the first version wrote it',
    '{"id":"x","name":"addUsage","parameters":[[]]}',
  ],
  ['an operation to come', sent({ id: 'x', name: 'putWeather', parameters: [1] })],
  ['a change to come, without an id', sent({ key: 'x' })],
  ['parameters to come', sent({ id: 'x', name: 'addUsage', parameters: { rows: [] } })],
  ['another form', '{"format":2,"changes":[]}'],
  ['no object', '7'],
  ['nothing', 'null'],
  ...['close', 'appendRecords', 'toString', 'replaceShared'].map(
    (name) => [`${name}, which is not shared`, sent({ id: 'x', name, parameters: [[]] })] as const,
  ),
];

describe('entries that are skipped', () => {
  it.each(strangeEntries)('%s', async (_, text) => {
    const { host, engine, open, use } = createStage();
    const first = open();
    await use(first, 2);
    engine.forge(seal.sign(await first.readEpoch(), text));
    await use(first, 1);
    const late = open();
    await use(late, 1);
    await host.advance(2000);
    for (const member of [first, late]) {
      expect(member.heard).toEqual(['member']);
      expect(member.skipped()).toBeGreaterThan(0);
      expect(await member.readUsed()).toBe(4);
      void member.store.close();
    }
    await host.advance(5000);
  });

  it.each(sharedNames)('%s with parameters of another version stops nobody', async (name) => {
    const { host, engine, open, use } = createStage();
    const first = open();
    await use(first, 2);
    const epoch = await first.readEpoch();
    for (const [index, one] of misfits.entries())
      for (const parameters of [[one], [one, one], [[one], one, one]])
        engine.forge(
          seal.sign(
            epoch,
            sent({ id: `${index} ${JSON.stringify(parameters)}`, name, parameters }),
          ),
        );
    const late = open();
    for (const member of [first, late]) await use(member, 1);
    const [one, other] = await Promise.all(
      [first, late].map(({ file }) => file.ask('readShared', [])),
    );
    expect(first.heard).toEqual(['member']);
    expect(late.heard).toEqual(['member']);
    expect(other).toEqual(one);
    for (const { store } of [first, late]) void store.close();
    await host.advance(5000);
  });
});

describe('a log that cannot be joined', () => {
  const state = { health: {}, probes: [], usage: [], spending: [], applied: [] };
  it.each([
    ['of another key', 'another key', 'epoch state', {}, 'another HOLDFAST_FLEET_KEY'],
    ['of the first version', 'test key', 'epoch', {}, 'an older version of holdfast'],
    [
      'of a version to come',
      'test key',
      'epoch state',
      { format: 2 },
      'a newer version of holdfast',
    ],
    [
      'whose state is not complete',
      'test key',
      'epoch state',
      {},
      'TypeError|not iterable|undefined',
    ],
  ])('%s', async (_, key, label, more, why) => {
    const { host, engine, open, use } = createStage();
    const position = { epoch: 'epoch', at: 1 };
    const text = createSeal([key]).sign(label, JSON.stringify({ ...state, position, ...more }));
    await engine.open().begin({ position, text });
    const member = open();
    await use(member, 2);
    await host.advance(5000);
    expect(member.heard).toEqual([expect.stringMatching(new RegExp(`^alone .*(${why})`))]);
    expect(await member.readUsed()).toBe(2);
    expect(await engine.open().readPosition()).toEqual(position);
    void member.store.close();
    await host.advance(5000);
  });

  it('because its state is of another one is begun anew', async () => {
    const { host, engine, open, use } = createStage();
    const first = open();
    await use(first, 2);
    const { readState } = engine.open();
    const old = await readState();
    engine.empty();
    await host.advance(3000);
    await engine
      .open()
      .keepState({ position: { epoch: await first.readEpoch(), at: 2 }, text: '' });
    const log = engine.open();
    const file = createInPlaceChannel(host.files);
    const heard: string[] = [];
    const channel = new FleetChannel({
      host,
      file,
      log: { ...log, readState: async () => (heard.length === 0 ? old : log.readState()) },
      seal,
      onMembership: (membership) => heard.push(membership),
    });
    const store = new SqliteStore(host, channel);
    await use({ ...first, store }, 1);
    await host.advance(20_000);
    expect(heard).toEqual(['alone', 'member']);
    expect(await first.readUsed()).toBe(3);
    for (const one of [first.store, store]) void one.close();
    await host.advance(5000);
  });
});

/** Changes of a member that was cut off; a newcomer begins a log with two of its own. */
it.each([
  [502, false],
  [503, true],
  [1200, true],
])(
  'a member that knows %i changes, of which the log of a newcomer lacks all: it begins anew %s',
  async (known, isEnded) => {
    const { host, engine, open, use } = createStage();
    const veteran = open();
    await use(veteran, known);
    veteran.cut(true);
    engine.empty();
    const newcomer = open();
    await use(newcomer, 2);
    const begun = await newcomer.readEpoch();
    veteran.cut(false);
    await host.advance(20_000);
    for (const member of [veteran, newcomer]) {
      expect(await member.readUsed()).toBe(known + 2);
      expect(member.heard.at(-1)).toBe('member');
      expect((await member.readEpoch()) === begun).toBe(!isEnded);
      void member.store.close();
    }
    await host.advance(5000);
  },
);

it('an engine that is started again with what it had saved loses nothing', async () => {
  const { host, engine, open, use } = createStage();
  const members = [open(), open()];
  const [first, second] = members;
  if (first === undefined || second === undefined) throw new Error('no member');
  await use(first, 3);
  engine.save();
  await use(first, 4);
  engine.restart();
  await use(second, 1); // nobody reads it: all are further
  const now = host.clock.now();
  const marked = second.store.openMark(markOf({ since: now, until: now + 60_000 }), {
    leasedAt: now,
    now,
  });
  await host.advance(20_000);
  await marked;
  for (const member of members) {
    expect(await member.readUsed()).toBe(8);
    expect((await member.file.ask('readHealth', [])).marks).toHaveLength(1);
    expect(member.heard.at(-1)).toBe('member');
    void member.store.close();
  }
  await host.advance(5000);
});

it('a log that has gone back and grown again takes what a member has heard that was away', async () => {
  const { host, engine, open, use } = createStage();
  const [first, second] = [open(), open()];
  await use(first, 3);
  await use(second, 1);
  engine.save();
  second.cut(true);
  await use(first, 4);
  first.cut(true);
  engine.restart();
  second.cut(false);
  await use(second, 6);
  await host.advance(5000);
  const epoch = await first.readEpoch();
  first.cut(false);
  await host.advance(20_000);
  for (const member of [first, second]) {
    expect(await member.readUsed()).toBe(14);
    expect(await member.readEpoch()).toBe(epoch);
    expect(member.heard.at(-1)).toBe('member');
    void member.store.close();
  }
  await host.advance(5000);
});
