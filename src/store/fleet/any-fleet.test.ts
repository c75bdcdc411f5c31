/**
 * Laws of a fleet, over random stories: members are cut off, the log is frozen, emptied, and
 * written to by strangers. When it is over all copies are the same, nothing was counted twice and
 * nothing is lost, and a reset wins over the marks from before it.
 */

import { expect, it } from 'vitest';
import { markOf, minute, oneUse, start } from '../../../test/contracts/store/rows.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { MemoryEngine } from '../../../test/fakes/memory-log.ts';
import { Random } from '../../../test/simulation/random.ts';
import { createInPlaceChannel } from '../sqlite/in-place.ts';
import { SqliteStore } from '../sqlite/sqlite-store.ts';
import { FleetChannel, type Membership } from './fleet-channel.ts';
import { createSeal } from './seal.ts';

const stories = 100;
const steps = 60;
const keys = ['a', 'b', 'c'];

function openFleet(size: number) {
  const host = createFakeHost();
  const engine = new MemoryEngine();
  const cut = new Set<number>();
  const members = Array.from({ length: size }, (_, index) => {
    const file = createInPlaceChannel(host.files);
    const heard: Membership[] = [];
    const channel = new FleetChannel({
      host,
      file,
      log: engine.open(() => cut.has(index)),
      seal: createSeal(['test key']),
      onMembership: (membership) => heard.push(membership),
    });
    return { file, heard, store: new SqliteStore(host, channel) };
  });
  return { host, engine, cut, members };
}

async function playStory(seed: number) {
  const random = new Random(seed);
  const { host, engine, cut, members } = openFleet(3);
  const asked: Promise<unknown>[] = [];
  const resets: { readonly key: string; readonly at: number }[] = [];
  let used = 0;
  for (let step = 0; step < steps; step += 1) {
    const index = random.integer(0, members.length - 1);
    const store = members[index]?.store;
    if (store === undefined) continue;
    const key = random.pick(keys);
    const now = start + step * 100;
    const scope = { origin: `https://${key}.test` };
    const mark = markOf({ key, scope, since: now, until: now + 10 * minute });
    switch (random.integer(0, 9)) {
      case 0:
      case 1:
        asked.push(store.openMark(mark, { leasedAt: now, now }));
        break;
      case 2:
        asked.push(store.closeMarks([key], now));
        break;
      case 3:
        resets.push({ key, at: now });
        asked.push(store.resetMarks(scope, now));
        break;
      case 4:
      case 5:
        used += 1;
        asked.push(store.addUsage([oneUse]));
        break;
      case 6:
        if (cut.has(index)) cut.delete(index);
        else cut.add(index);
        break;
      case 7:
        engine.go(random.chance(0.5));
        break;
      case 8:
        random.pick([
          () => engine.empty(),
          () => engine.save(),
          () => engine.restart(),
          () => engine.drop('entries'),
          () => engine.drop('state'),
          () => engine.writeAgain(step),
        ])();
        break;
      default:
        engine.forge(`${'0'.repeat(32)} {"id":"x","name":"resetMarks","parameters":[{},${now}]}`);
    }
    await host.advance(random.integer(0, 2) * 50);
  }
  cut.clear();
  engine.go(false);
  await host.advance(20_000);
  await Promise.all(asked);
  const states = await Promise.all(members.map(({ file }) => file.ask('readShared', [])));
  for (const { store } of members) void store.close();
  await host.advance(5000);
  return { states, used, resets, heard: members.map(({ heard }) => heard.at(-1)) };
}

it.each(Array.from({ length: stories }, (_, seed) => seed))('story %i', async (seed) => {
  const { states, used, heard } = await playStory(seed);
  const [first, ...others] = states.map(({ applied, ...state }) => state);
  expect(heard).toEqual(['member', 'member', 'member']);
  for (const other of others) expect(other).toEqual(first);
  expect(first?.usage.reduce((sum, row) => sum + row.requests, 0)).toBe(used);
});
