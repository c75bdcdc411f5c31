/** What members are told of each other, over one engine. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { MemoryEngine } from '../../../test/fakes/memory-log.ts';
import { describeFleet, listFleetFaults } from './describe-fleet.ts';
import { createDigest, Heartbeat } from './heartbeat.ts';
import { createSeal } from './seal.ts';

interface Said {
  readonly key: string;
  readonly home: string;
  readonly machine: string;
  readonly version: string;
  readonly digest: ReturnType<typeof createDigest>;
}

function openMember(
  engine: MemoryEngine,
  id: string,
  {
    key = 'one',
    version = '1',
    home = id,
    machine = `machine-${id}`,
    digest = createDigest(['test key']),
  }: Partial<Said> = {},
) {
  const host = createFakeHost();
  const facts = {
    id,
    machine,
    home,
    version,
    settings: { providers: digest('same') },
    variables: { ACME_KEY: digest(key) },
    digestOf: digest(''),
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

async function openTwo(other: Partial<Said> = {}) {
  const engine = new MemoryEngine();
  const one = openMember(engine, 'a');
  const two = openMember(engine, 'b', { key: 'two', version: '2', ...other });
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

it.each([
  ['1', true],
  ['2', false],
])(
  'settings of a member of version %s are compared with those of version 1: %s',
  async (version, is) => {
    const { one } = await openTwo({ version });
    const { members } = one.heart.standing();
    const differing = members.map((member) => ({ ...member, otherSettings: ['budget'] }));
    const faults = listFleetFaults({ engine: 'engine', members: differing, engineFaults: [] }, 0);
    expect(faults.some(({ what }) => what.includes('configuration'))).toBe(is);
  },
);

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

it('beats once in two seconds, however often the member was alone meanwhile, and not after it left', async () => {
  const engine = new MemoryEngine();
  const host = createFakeHost();
  let beats = 0;
  const log = engine.open();
  const counted = new Heartbeat({
    host,
    seal: createSeal(['test key']),
    describe: () => ({
      id: 'a',
      machine: 'm',
      home: 'h',
      version: '1',
      settings: {},
      variables: {},
      digestOf: '',
    }),
    position: () => undefined,
    log: {
      ...log,
      meet: async (id, text) => {
        if (text !== 'gone') beats += 1;
        await host.clock.sleep(700);
        return log.meet(id, text);
      },
    },
  });
  for (let times = 0; times < 5; times += 1) {
    counted.start();
    await host.advance(100);
  }
  const atStart = beats;
  await host.advance(30_000);
  expect(beats - atStart).toBeLessThan(13);
  counted.start();
  const left = counted.leave();
  await host.advance(1000);
  await left;
  const before = beats;
  await host.advance(30_000);
  expect(beats).toBe(before);
});

it.each([
  ['no JSON', 'hello'],
  ['nothing', 'null'],
  ['no facts of its configuration', '{"id":"c","machine":"m","version":"9","saidAt":1}'],
  ['a position of another form', '{"id":"c","machine":"m","version":"9","saidAt":1,"position":7}'],
  ['facts of another form', '{"id":"c","machine":"m","version":"9","settings":[1],"variables":7}'],
])(
  'a member of another version that says %s keeps nothing from being told',
  async (_name, text) => {
    const { engine, one } = await openTwo();
    await engine.open().meet('c', createSeal(['test key']).sign('members', text));
    await one.heart.look();
    const standing = { engine: 'engine', ...one.heart.standing() };
    expect(standing.members.map(({ id }) => id)).toEqual(expect.arrayContaining(['a', 'b']));
    const whats = listFleetFaults(standing, one.host.clock.now()).map(({ what }) => what);
    expect(whats.join('\n')).not.toMatch(/configuration of m |NaN|undefined/);
    expect(one.heart.listBehind()).toContain('b machine-b');
  },
);

it('compares nothing where a member has the old key of the fleet no more', async () => {
  const { one } = await openTwo({ key: 'one', digest: createDigest(['new key']) });
  expect(createDigest(['new key', 'test key'])('')).toBe(createDigest(['test key'])(''));
  const [, member] = one.heart.standing().members;
  expect(member).toMatchObject({ id: 'b', otherVariables: [], otherSettings: [] });
});

it.each([
  ['its log is of members with another HOLDFAST_FLEET_KEY', /HOLDFAST_FLEET_KEY into .env here/],
  ['MISCONF Redis is configured to save RDB snapshots, but it cannot', /disk/],
  ["OOM command not allowed when used memory > 'maxmemory'", /maxmemory/],
  ["READONLY You can't write against a read only replica.", /primary in state$/],
  ['WRONGPASS invalid username-password pair', /password in state, and restart/],
  ["NOPERM this user has no permissions to run the 'eval' command", /ACL/],
  ['WRONGTYPE Operation against a key holding the wrong kind of value', /prefix/],
  ['NOREPLICAS Not enough good replicas to write.', /^the engine runs, and refuses this/],
  [
    'the state file /s/state.db: database or disk is full',
    /its disk.* the engine is not at fault$/,
  ],
  ['it did not answer within 750 ms', /^start the engine, .* slow .* state$/],
  ["Hostname/IP does not match certificate's altnames: Host: localhost.", /into state$/],
  ['self-signed certificate; if the root CA is installed locally, try', /NODE_EXTRA_CA_CERTS/],
  ['unable to verify the first certificate', /NODE_EXTRA_CA_CERTS/],
  ['connect ECONNREFUSED 127.0.0.1:6379', /^start the engine, or correct state$/],
])('an engine that cannot be used because of %s is mended there', (alone, fix) => {
  const standing = { engine: '127.0.0.1:6379', alone, members: [], engineFaults: [] };
  const [fault] = listFleetFaults(standing, 0);
  expect(fault?.fix).toMatch(fix);
  expect(fault?.what.includes('the engine at')).toBe(!alone.startsWith('the state file'));
});
