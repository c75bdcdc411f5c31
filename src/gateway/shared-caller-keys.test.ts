/** Callers' keys, and a home's own, are the same on all members of a fleet. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { MemoryEngine } from '../../test/fakes/memory-log.ts';
import { resolvePaths } from '../config/files/paths.ts';
import { Redactor } from '../credentials/redact/redact.ts';
import { SharedHome } from '../runtime/shared-home.ts';
import { FleetChannel } from '../store/fleet/fleet-channel.ts';
import { createSeal } from '../store/fleet/seal.ts';
import { createInPlaceChannel } from '../store/sqlite/in-place.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import {
  addCallerKey,
  createCallerKeys,
  editCallerKey,
  hashKey,
  listCallerKeys,
  revokeCallerKey,
} from './caller-keys.ts';
import { createSharedCallerKeys } from './shared-caller-keys.ts';

type Keys = readonly [string, ...string[]];

function openFleet(fleetKeys: readonly Keys[] = [['sk-test-one'], ['sk-test-one']]) {
  const engine = new MemoryEngine();
  const cut = new Set<number>();
  // One clock for all, and a disk for each.
  const clock = createFakeHost();
  const members = fleetKeys.map((keys, index) => {
    const own = createFakeHost();
    const host = {
      ...own,
      clock: clock.clock,
      randomToken: (bytes: number) => `${index}${clock.randomToken(bytes)}`,
    };
    const paths = resolvePaths(host.environment);
    const place = { host, path: paths.callerKeysFile };
    const open = (given: Keys) => {
      const channel = new FleetChannel({
        host,
        file: createInPlaceChannel(own.files),
        log: engine.open(() => cut.has(index)),
        seal: createSeal(given),
      });
      const store = new SqliteStore(host, channel);
      const faults: unknown[] = [];
      const home = new SharedHome({
        host,
        paths,
        store,
        fleet: { keys: given, home: `home ${index}` },
        redactor: new Redactor(),
        onFault: (fault) => faults.push(fault),
      });
      home.share(createSharedCallerKeys(place));
      home.start();
      const keysNow = createCallerKeys(host, place.path, (text) => faults.push(text));
      return { home, store, faults, keysNow };
    };
    return { own, place, paths, open, ...open(keys) };
  });
  return { members, cut, advance: (ms: number) => clock.advance(ms) };
}

/** The two members of a fleet. */
function pairOf<Member>(members: readonly Member[]): readonly [Member, Member] {
  const [one, other] = members;
  if (one === undefined || other === undefined) throw new RangeError('there are no two members');
  return [one, other];
}

it('a key made on one member works on all within a second, and is dead within a second', async () => {
  const { members, advance } = openFleet();
  const [one, other] = pairOf(members);
  await advance(2000);
  const made = addCallerKey(one.place, { name: 'codex', scope: 'call' });
  await advance(1000);
  const key = await made;
  expect(other.keysNow.find(hashKey(key))).toMatchObject({ name: 'codex', scope: 'call' });
  const edited = editCallerKey(other.place, 'codex', { budget: undefined, isShared: true });
  await advance(1000);
  await edited;
  expect(one.keysNow.find(hashKey(key))).toMatchObject({ isShared: true });
  const revoked = revokeCallerKey(other.place, 'codex');
  await advance(1000);
  await revoked;
  expect(one.keysNow.find(hashKey(key))).toBeUndefined();
  expect(one.keysNow.findRevoked(hashKey(key))).toMatchObject({ name: 'codex' });
  for (const { faults } of members) expect(faults).toEqual([]);
});

it('a key revoked on a member that is alone is dead on all when it is back, whatever was changed meanwhile', async () => {
  const { members, cut, advance } = openFleet();
  const [one, other] = pairOf(members);
  const made = addCallerKey(one.place, { name: 'codex', scope: 'call' });
  await advance(2000);
  const key = await made;
  cut.add(0);
  const tasks = [
    revokeCallerKey(one.place, 'codex'),
    editCallerKey(other.place, 'codex', { isShared: true }),
  ];
  await advance(5000);
  await Promise.all(tasks);
  expect(one.keysNow.find(hashKey(key))).toBeUndefined();
  expect(other.keysNow.find(hashKey(key))).toMatchObject({ isShared: true });
  cut.clear();
  await advance(4000);
  for (const { keysNow, place } of members) {
    expect(keysNow.find(hashKey(key))).toBeUndefined();
    expect(listCallerKeys(place)).toEqual([]);
  }
});

it("a home's own keys become those of the fleet, and a new admin key is everybody's", async () => {
  const { members, advance } = openFleet();
  const [one, other] = pairOf(members);
  await advance(3000);
  const files = ['gatewayKeyFile', 'adminKeyFile', 'compactionKeyFile'] as const;
  for (const name of files) {
    const text = one.own.fileText(one.paths[name]);
    expect(text).toMatch(/\S{16,}\n/);
    expect(other.own.fileText(other.paths[name])).toBe(text);
  }
  // a gateway of that home may look at the file before the command has told the fleet
  for (const [afterMs, key] of [
    [0, 'hf_a-new-one-for-everybody'],
    [700, 'hf_and-another-one-for-all'],
  ] as const) {
    other.own.setFile(other.paths.adminKeyFile, `${key}\n`);
    await advance(afterMs);
    const replaced = other.home.replaceKey(other.paths.adminKeyFile, key);
    await advance(1000);
    await replaced;
    for (const { own, paths } of members) expect(own.fileText(paths.adminKeyFile)).toBe(`${key}\n`);
  }
});

it.each(['', 'short', 'two words of a text'])(
  "what is no key (%j) in a file is nobody else's, and that file gets the key of the fleet",
  async (text) => {
    const { members, cut, advance } = openFleet();
    const [one, other] = pairOf(members);
    cut.add(1);
    one.own.setFile(one.paths.gatewayKeyFile, `${text}\n`);
    await advance(3000);
    const made = other.own.fileText(other.paths.gatewayKeyFile);
    expect(made).toMatch(/^hf_\S{16,}\n$/);
    cut.clear();
    await advance(4000);
    for (const { own, paths } of members) expect(own.fileText(paths.gatewayKeyFile)).toBe(made);
    one.own.setFile(one.paths.gatewayKeyFile, `${text}\n`);
    await advance(2000);
    for (const { own, paths } of members) expect(own.fileText(paths.gatewayKeyFile)).toBe(made);
  },
);

it('a key of the fleet is replaced member by member, and what was shared before stays known', async () => {
  const before: Keys = ['sk-test-old'];
  const both: Keys = ['sk-test-new', 'sk-test-old'];
  const { members, advance } = openFleet([before, before]);
  const [one, other] = pairOf(members);
  const add = async (member: typeof one, name: string) => {
    const made = addCallerKey(member.place, { name, scope: 'call' });
    await advance(2000);
    return hashKey(await made);
  };
  const restart = async (member: typeof one, keys: Keys) => {
    const closed = member.home.close().then(() => member.store.close());
    await advance(2000);
    await closed;
    const opened = member.open(keys);
    await advance(4000);
    return { ...member, ...opened };
  };
  const first = await add(one, 'a');
  const oneBoth = await restart(one, both);
  const second = await add(oneBoth, 'b');
  const third = await add(other, 'c');
  expect(other.keysNow.find(second)).toBeDefined();
  expect(oneBoth.keysNow.find(third)).toBeDefined();
  const otherBoth = await restart(other, both);
  const oneNew = await restart(oneBoth, ['sk-test-new']);
  for (const hash of [first, second, third]) {
    expect(oneNew.keysNow.find(hash)).toBeDefined();
    expect(otherBoth.keysNow.find(hash)).toBeDefined();
  }
  const newcomer = await restart(otherBoth, ['sk-test-new']);
  newcomer.own.setFile(newcomer.place.path, undefined);
  await advance(2000);
  for (const hash of [first, second, third]) expect(newcomer.keysNow.find(hash)).toBeDefined();
});

it('two keys of one name, made while two members could not see each other, are changed and revoked together', async () => {
  const { members, cut, advance } = openFleet();
  const [one, other] = pairOf(members);
  await advance(2000);
  cut.add(0);
  const made = members.map(({ place }) => addCallerKey(place, { name: 'ci', scope: 'call' }));
  await advance(2000);
  const hashes = (await Promise.all(made)).map(hashKey);
  cut.clear();
  await advance(4000);
  const budget = { usd: 1, per: 'day' } as const;
  const changed = editCallerKey(one.place, 'ci', { budget });
  await advance(1000);
  await changed;
  for (const hash of hashes) expect(other.keysNow.find(hash)).toMatchObject({ budget });
  const revoked = revokeCallerKey(one.place, 'ci');
  await advance(1000);
  await revoked;
  for (const hash of hashes)
    for (const { keysNow } of members) {
      expect(keysNow.find(hash)).toBeUndefined();
      expect(keysNow.findRevoked(hash)).toMatchObject({ name: 'ci' });
    }
});
