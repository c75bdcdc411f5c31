/**
 * What three members do while a real engine is frozen, killed, emptied, full, set back, or written
 * to by strangers: they go on, and are one again two seconds after it is over.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import { connectValkey } from '../../src/host/node-valkey.ts';
import { FleetChannel, type Membership } from '../../src/store/fleet/fleet-channel.ts';
import { createSeal } from '../../src/store/fleet/seal.ts';
import { ValkeyLog } from '../../src/store/fleet/valkey-log.ts';
import { createInPlaceChannel } from '../../src/store/sqlite/in-place.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { markOf } from '../contracts/store/rows.ts';
import { type EngineProcess, startRedis } from '../fakes/redis-server.ts';

const host = createNodeHost();
const names = ['a', 'b', 'c'];
const minute = 60_000;
const noPassword = 'NOAUTH Authentication required.';

/** For what the engine saves. */
let folder: string;
let engine: EngineProcess;
let members: ReturnType<typeof openMember>[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-engine-'));
  engine = await startRedis(['--dir', folder]);
  members = names.map(() => openMember());
  await Promise.all(members.map(({ store }) => store.putProven([])));
});
afterEach(async () => {
  engine.process.kill('SIGCONT');
  for (const { store } of members) await store.close();
  await engine.stop();
  rmSync(folder, { recursive: true });
});

function openMember() {
  const heard: Membership[] = [];
  const reasons = new Set<string>();
  const file = createInPlaceChannel(host.files);
  const channel = new FleetChannel({
    host,
    file,
    log: new ValkeyLog({ clock: host.clock, url: engine.url, prefix: 'test' }),
    seal: createSeal(['test key']),
    onMembership: (membership, why) => {
      heard.push(membership);
      if (why !== '') reasons.add(why);
    },
  });
  return { heard, reasons, file, store: new SqliteStore(host, channel) };
}

/** Each member opens a mark of its own; the first resets one that the second has opened before. */
async function work(): Promise<void> {
  const now = host.clock.now();
  for (const [index, { store }] of members.entries()) {
    const key = `${names[index]} ${now}`;
    const scope = { origin: `https://${names[index]}.test` };
    const mark = markOf({ key, scope, since: now, until: now + 10 * minute });
    await store.openMark(mark, { leasedAt: now, now });
  }
}

async function waitUntil(limitMs: number, isSo: () => Promise<boolean> | boolean): Promise<number> {
  const start = host.clock.monotonic();
  while (!(await isSo())) {
    if (host.clock.monotonic() - start > limitMs) throw new Error(`not so after ${limitMs} ms`);
    await host.clock.sleep(20);
  }
  return host.clock.monotonic() - start;
}

async function readStates() {
  const states = await Promise.all(members.map(({ file }) => file.ask('readShared', [])));
  return states.map(({ health, position }) => ({ health, position }));
}

async function areOne(marks: number): Promise<boolean> {
  const [first, ...others] = await readStates();
  return (
    first?.health.marks.length === marks &&
    others.every((other) => JSON.stringify(other) === JSON.stringify(first))
  );
}

const areAlone = (): boolean => members.every(({ heard }) => heard.at(-1) === 'alone');

it('frozen: each goes on alone, and all marks are known to all when it is back', async () => {
  engine.process.kill('SIGSTOP');
  await waitUntil(5000, areAlone);
  const start = host.clock.monotonic();
  await work();
  expect(host.clock.monotonic() - start).toBeLessThan(500);
  engine.process.kill('SIGCONT');
  await waitUntil(5000, () => areOne(3));
});

it('not heard by a program that is busy at its start: it is not alone for that', async () => {
  const late = openMember();
  members.push(late);
  const joined = late.store.putProven([]);
  for (let turns = 0; turns < 4; turns += 1) {
    const until = host.clock.monotonic() + 900;
    while (host.clock.monotonic() < until); // as one that compiles
    await new Promise((resolve) => setImmediate(resolve));
  }
  await joined;
  expect(late.heard).toEqual(['member']);
});

it('killed and started again with nothing: what was known before and meanwhile is known to all', async () => {
  await work();
  await waitUntil(5000, () => areOne(3));
  await engine.stop();
  await waitUntil(5000, areAlone);
  await work();
  engine = await startRedis(['--port', new URL(engine.url).port]);
  await waitUntil(8000, () => areOne(6));
});

it('killed and started again with an old save: nothing is forgotten', async () => {
  const stranger = await connectValkey(engine.url);
  await work();
  await waitUntil(5000, () => areOne(3));
  await stranger.call('SAVE', []);
  stranger.close();
  await work();
  await waitUntil(5000, () => areOne(6));
  await engine.stop();
  await waitUntil(5000, areAlone);
  engine = await startRedis(['--port', new URL(engine.url).port, '--dir', folder]);
  await waitUntil(5000, () => members.every(({ heard }) => heard.at(-1) === 'member'));
  await work();
  await waitUntil(8000, () => areOne(9));
});

it('emptied: nothing is forgotten', async () => {
  await work();
  await waitUntil(5000, () => areOne(3));
  const stranger = await connectValkey(engine.url);
  await stranger.call('FLUSHALL', []);
  await waitUntil(8000, async () => (await stranger.call('EXISTS', ['{test}:head'])) === 1);
  await work();
  await waitUntil(8000, () => areOne(6));
  stranger.close();
});

it('full: it refuses every write, and each member goes on alone', async () => {
  const stranger = await connectValkey(engine.url);
  await stranger.call('CONFIG', ['SET', 'maxmemory', 1]);
  await work();
  expect(members.map(({ heard }) => heard.at(-1))).toEqual(['alone', 'alone', 'alone']);
  await stranger.call('CONFIG', ['SET', 'maxmemory', 0]);
  await waitUntil(8000, () => areOne(3));
  stranger.close();
});

it('with a password that was changed: what they say is true, and none needs a restart', async () => {
  const stranger = await connectValkey(engine.url);
  await stranger.call('CONFIG', ['SET', 'requirepass', 'sk-test-other']);
  await stranger.call('AUTH', ['sk-test-other']);
  await stranger.call('CLIENT', ['KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
  await work();
  await waitUntil(5000, () => members.every(({ reasons }) => reasons.has(noPassword)));
  for (const { reasons } of members)
    for (const why of reasons) expect(['it hung up', noPassword]).toContain(why);
  await stranger.call('CONFIG', ['SET', 'requirepass', '']);
  await waitUntil(8000, () => areOne(3));
  stranger.close();
});

it('that refuses a command, and its settings: members are there, and say what it refuses', async () => {
  const stranger = await connectValkey(engine.url);
  await stranger.call('ACL', ['SETUSER', 'default', '-info', '-config']);
  const log = new ValkeyLog({ clock: host.clock, url: engine.url, prefix: 'test' });
  expect(await log.readFaults()).toEqual([]);
  log.close();
  await stranger.call('ACL', ['SETUSER', 'default', '-eval']);
  await work();
  await host.clock.sleep(3000);
  for (const { reasons } of members)
    expect([...reasons]).toEqual([expect.stringContaining("to run the 'eval' command")]);
  await stranger.call('ACL', ['SETUSER', 'default', '+@all']);
  await waitUntil(8000, () => areOne(3));
  stranger.close();
});

it('written to by a stranger: nothing of it counts, and nobody is alone for it', async () => {
  await work();
  const stranger = await connectValkey(engine.url);
  const at = Number(await stranger.call('HINCRBY', ['{test}:head', 'at', 1]));
  const change = { id: 'x', name: 'resetMarks', parameters: [{}, host.clock.now()] };
  const forged = `${'0'.repeat(32)} ${JSON.stringify(change)}`;
  await stranger.call('XADD', ['{test}:entries', `${at}-0`, 'text', forged]);
  await waitUntil(5000, async () =>
    (await readStates()).every(({ position }) => position.at === at),
  );
  expect(await areOne(3)).toBe(true);
  expect(members.map(({ heard }) => heard.at(-1))).toEqual(['member', 'member', 'member']);
  stranger.close();
});
