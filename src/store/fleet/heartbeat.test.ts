/** What members are told of each other, over one engine. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { MemoryEngine } from '../../../test/fakes/memory-log.ts';
import { describeFleet, listFleetFaults } from './describe-fleet.ts';
import { createDigest, Heartbeat } from './heartbeat.ts';
import { createSeal } from './seal.ts';

const digest = createDigest(['test key']);

function openMember(
  engine: MemoryEngine,
  id: string,
  { key = 'one', version = '1', home = id, machine = `machine-${id}` } = {},
) {
  const host = createFakeHost();
  const facts = {
    id,
    machine,
    home,
    version,
    settings: { providers: digest('same') },
    variables: { ACME_KEY: digest(key) },
  };
  const heart = new Heartbeat({
    host,
    log: engine.open(),
    seal: createSeal(['test key']),
    describe: () => facts,
    position: () => `epoch ${id === 'a' ? 7 : 5}`,
  });
  return { host, heart };
}

async function openTwo() {
  const engine = new MemoryEngine();
  const one = openMember(engine, 'a');
  const two = openMember(engine, 'b', { key: 'two', version: '2' });
  engine.now = one.host.clock.now() - 5000;
  for (const { heart } of [one, two]) heart.start();
  for (const { host } of [one, two, one]) await host.advance(2100);
  await one.heart.look();
  return { engine, one, two };
}

it('names versions, variables and clocks that differ, and who has not heard', async () => {
  const { one } = await openTwo();
  const standing = { engine: 'engine', ...one.heart.standing() };
  expect(describeFleet(standing)).toBe('2 members');
  const [self, other] = standing.members;
  expect(self).toMatchObject({ id: 'a', isSelf: true, otherVariables: [] });
  expect(other).toMatchObject({ id: 'b', version: '2', otherVariables: ['ACME_KEY'] });
  expect(other?.otherSettings).toEqual([]);
  const whats = listFleetFaults(standing, one.host.clock.now()).map(({ what }) => what);
  expect(whats.join('\n')).toMatch(/clock of machine-b \(b\) is \d+\.\d s ahead of/);
  expect(whats).toContain('the .env of machine-b (b) differs: ACME_KEY');
  expect(one.heart.listBehind()).toEqual(['b machine-b']);
});

it('believes nobody without the key, and misses nobody that has left', async () => {
  const { engine, one, two } = await openTwo();
  await engine.open().meet('c', `${'0'.repeat(32)} {"id":"c"}`);
  await two.heart.leave();
  await one.heart.look();
  expect(one.heart.standing().members.map(({ id }) => id)).toEqual(['a']);
});

it.each([
  ['two containers with one name', { machine: 'web', home: 'x' }, { machine: 'web', home: 'y' }],
  ['two machines with copies of one folder', { machine: 'web-1' }, { machine: 'web-2' }],
])('%s are two members', async (_, first, second) => {
  const engine = new MemoryEngine();
  const members = [first, second].map((one) => openMember(engine, 'a', one));
  for (const { heart } of members) heart.start();
  for (const { host } of [...members, ...members]) await host.advance(2100);
  for (const { heart } of members) {
    await heart.look();
    expect(
      heart
        .standing()
        .members.map(({ isSelf }) => isSelf)
        .toSorted(),
    ).toEqual([false, true]);
    expect(heart.listBehind()).toHaveLength(0);
    heart.stop();
  }
});
