/**
 * One budget over a fleet, in random stories: members take chunks out of it, spend them, give them
 * back and are killed, while they are cut off and the engine is gone. What was spent and what is
 * still held is never more than the budget.
 */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { MemoryEngine } from '../../../test/fakes/memory-log.ts';
import { Random } from '../../../test/simulation/random.ts';
import type { SpendingSum, Spent } from '../../model/spending.ts';
import { createInPlaceChannel } from '../sqlite/in-place.ts';
import { SqliteStore } from '../sqlite/sqlite-store.ts';
import { FleetChannel } from './fleet-channel.ts';
import { createSeal } from './seal.ts';

const stories = 60;
const steps = 80;
const limit = 60;
const window = { budget: 'all requests per day', since: 0 };
const requests = (count: number): Spent => ({ usd: 0, tokens: 0, requests: count });

async function playStory(seed: number) {
  const random = new Random(seed);
  const host = createFakeHost();
  const engine = new MemoryEngine();
  // What one member alone has heard cannot be known to a log that begins without it.
  const mayCut = random.chance(0.5);
  const cut = new Set<number>();
  const files = Array.from({ length: 4 }, () => createInPlaceChannel(host.files));
  const open = (index: number) => {
    const file = files[index];
    if (file === undefined) throw new Error('no such member');
    const log = engine.open(() => cut.has(index));
    const channel = new FleetChannel({ host, file, log, seal: createSeal(['test key']) });
    return { store: new SqliteStore(host, channel), room: 0, isDead: false };
  };
  const members = files.map((_, index) => open(index));
  const asked: Promise<unknown>[] = [];
  let spent = 0;
  let withheld = 0;
  const take = async (member: (typeof members)[number]): Promise<void> => {
    const ahead = { least: requests(1), most: requests(5), limits: { requests: limit } };
    const [sum]: readonly SpendingSum[] = await member.store.addSpending([
      { ...window, ...requests(0), ahead },
    ]);
    if (sum?.isWithheld === true) withheld += 1;
    if (!member.isDead) member.room += sum?.taken?.requests ?? 0;
  };
  for (let step = 0; step < steps; step += 1) {
    const index = random.integer(0, members.length - 1);
    const member = members[index];
    if (member === undefined) continue;
    const part = random.integer(0, member.room);
    switch (random.integer(0, 9)) {
      case 0:
      case 1:
      case 2:
        asked.push(take(member));
        break;
      case 3:
      case 4:
        member.room -= part;
        spent += part;
        break;
      case 5:
        member.room -= part;
        asked.push(member.store.addSpending([{ ...window, ...requests(-part) }]));
        break;
      case 6:
        if (cut.has(index)) cut.delete(index);
        else if (mayCut) cut.add(index);
        break;
      case 7:
        engine.go(random.chance(0.5));
        break;
      case 8:
        if (!mayCut && random.chance(0.2)) engine.empty();
        break;
      default:
        engine.writeAgain(random.integer(0, 1000));
    }
    await host.advance(random.integer(0, 20) * 50);
    const held = members.reduce((sum, { room }) => sum + room, 0);
    expect(spent + held).toBeLessThanOrEqual(limit);
  }
  cut.clear();
  engine.go(false);
  await host.advance(20_000);
  await Promise.all(asked);
  const held = members.reduce((sum, { room }) => sum + room, 0);
  const sums = await Promise.all(files.map((file) => file.ask('readSpending', [])));
  for (const { store } of members) void store.close();
  await host.advance(5000);
  return { real: spent + held, sums: sums.map(([row]) => row?.requests ?? 0), withheld };
}

it.each(Array.from({ length: stories }, (_, seed) => seed))('story %i', async (seed) => {
  const { real, sums } = await playStory(seed);
  expect(real).toBeLessThanOrEqual(limit);
  for (const sum of sums) {
    expect(sum).toBe(sums[0]);
    expect(sum).toBeGreaterThanOrEqual(real);
    expect(sum).toBeLessThanOrEqual(limit);
  }
});
