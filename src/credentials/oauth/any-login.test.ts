/**
 * Laws of a login that a fleet shares, over random stories: members are cut off, the engine is
 * frozen and emptied, processes are killed at any moment, answers of the server are lost. No
 * refresh token is sent again while its answer is written down anywhere, and in the end all
 * members have the same tokens.
 */

import { expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { MemoryEngine } from '../../../test/fakes/memory-log.ts';
import { login as bare, format, now } from '../../../test/oauth/stage.ts';
import { Random } from '../../../test/simulation/random.ts';
import { createCredentialsFile } from '../../config/files/credentials-file.ts';
import type { Host } from '../../host.ts';
import { FleetChannel } from '../../store/fleet/fleet-channel.ts';
import { createSeal } from '../../store/fleet/seal.ts';
import { SharedValues } from '../../store/fleet/shared-values.ts';
import { createInPlaceChannel } from '../../store/sqlite/in-place.ts';
import { SqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { Redactor } from '../redact/redact.ts';
import type { Login } from './login.ts';
import { type Renewal, Renewer } from './renewer.ts';
import { SharedLogins } from './shared-logins.ts';
import { LoginVault } from './vault.ts';

const homes = ['a', 'b', 'c'];
const stories = 60;
/** In these a member of an emptied log sent a token before others had told of its answer. */
const emptied = [7753, 7782, 7865, 8391, 8398, 8502, 8584, 8760, 8928, 9208];
const steps = 40;
const never = new Promise<never>(() => undefined);
/** It is due, and has not ended: so it is renewed. */
const first: Login = {
  ...bare,
  tokens: { ...bare.tokens, refresh: 'rt-test-0.', expiresAt: now + 4 * 60_000 },
};

const pathOf = (home: string): string => `/${home}/credentials.json`;
const tokenOf = (number: number): string => `rt-test-${number}.`;

/** Gives each refresh token out once, and takes each once. */
class LoginServer {
  current = 0;
  /** Sent again while the answer was written down somewhere: what must never happen. */
  readonly wasted: string[] = [];
  lost = 0;
  sent = 0;
  readonly #host: FakeHost;
  readonly #random: Random;

  constructor(host: FakeHost, random: Random) {
    this.#host = host;
    this.#random = random;
  }

  readonly dispatch: Host['dispatch'] = (request, handler) => {
    const token = new URLSearchParams(request.body?.toString()).get('refresh_token') ?? '';
    const number = Number(/rt-test-(\d+)\./.exec(token)?.[1]);
    this.sent += 1;
    const isSaved = homes.some((home) =>
      this.#host.fileText(pathOf(home))?.includes(tokenOf(number + 1)),
    );
    if (isSaved) this.wasted.push(token);
    const isGood = number === this.current;
    if (isGood) this.current += 1;
    else if (!isSaved) this.lost += 1;
    const body = isGood
      ? {
          access_token: `at-test-${this.current}`,
          refresh_token: tokenOf(this.current),
          token_type: 'Bearer',
          expires_in: 3600,
        }
      : { error: 'invalid_grant' };
    this.#host.clock.startTimer(this.#random.integer(0, 3) * 400, () => {
      handler.onHead(isGood ? 200 : 400, { 'content-type': 'application/json' });
      handler.onData(Buffer.from(JSON.stringify(body)));
      handler.onEnd();
    });
    return { pause: () => undefined, resume: () => undefined, abort: () => undefined };
  };
}

/** A process does nothing any more once it is killed: no write, no answer, no waking up. */
function createProcess(host: FakeHost, server: LoginServer) {
  let isDead = false;
  const alive = <Call extends (...given: never[]) => unknown>(call: Call): Call =>
    ((...given: Parameters<Call>) => {
      if (isDead) throw new Error('killed');
      return call(...given);
    }) as Call;
  const { files } = host;
  const own: Host = {
    ...host,
    dispatch: (request, handler) =>
      server.dispatch(request, {
        onHead: (status, headers) => isDead || handler.onHead(status, headers),
        onData: (chunk) => isDead || handler.onData(chunk),
        onEnd: () => isDead || handler.onEnd(),
        onError: (error, isUnsent) => isDead || handler.onError(error, isUnsent),
      }),
    clock: {
      ...host.clock,
      sleep: async (ms, signal) => {
        await host.clock.sleep(ms, signal);
        if (isDead) await never;
      },
    },
    files: {
      ...files,
      writeAtomic: alive(files.writeAtomic),
      createExclusive: alive(files.createExclusive),
      remove: alive(files.remove),
    },
  };
  return {
    host: own,
    kill: () => {
      isDead = true;
    },
  };
}

function openHome(home: string, host: FakeHost, engine: MemoryEngine, isCut: () => boolean) {
  const file = createInPlaceChannel(host.files);
  const seal = createSeal(['sk-test-fleet']);
  const store = new SqliteStore(
    host,
    new FleetChannel({ host, file, log: engine.open(isCut), seal }),
  );
  const openProcess = (server: LoginServer) => {
    const path = pathOf(home);
    const process = createProcess(host, server);
    const values = new SharedValues({ host, store, keys: ['sk-test-fleet'] });
    const place = { host: process.host, path };
    const shared = new SharedLogins({ values, place, home });
    const redactor = new Redactor();
    const vault = new LoginVault({
      file: createCredentialsFile(process.host, path),
      place,
      redactor,
      shared,
    });
    const parts = { host: process.host, vault, path, redact: (text: string) => text, shared };
    return { ...process, vault, shared, renewer: new Renewer(parts) };
  };
  return { home, store, openProcess };
}

async function playStory(seed: number) {
  const random = new Random(seed);
  const host = createFakeHost({ now });
  const engine = new MemoryEngine();
  const server = new LoginServer(host, random);
  const cut = new Set<string>();
  const members = homes.map((home) => openHome(home, host, engine, () => cut.has(home)));
  let processes = members.flatMap((member) =>
    [0, 1].map(() => ({ member, ...member.openProcess(server) })),
  );
  host.setFile(pathOf('a'), format(first));
  await pullAll();
  let kills = 0;
  for (let step = 0; step < steps; step += 1) {
    const one = random.pick(processes);
    if (server.lost > 0) break;
    switch (random.integer(0, 9)) {
      case 0:
        if (cut.has(one.member.home)) cut.delete(one.member.home);
        else cut.add(one.member.home);
        break;
      case 1:
        engine.go(random.chance(0.5));
        break;
      case 2:
        if (random.chance(0.25)) engine.empty();
        break;
      case 3:
        one.kill();
        kills += 1;
        processes = [
          ...processes.filter((other) => other !== one),
          { member: one.member, ...one.member.openProcess(server) },
        ];
        break;
      default: {
        const seen = one.vault.find(first.id);
        if (seen !== undefined) one.renewer.renew(seen).catch(() => undefined); // killed
      }
    }
    await host.advance(random.integer(0, 6) * 250);
  }
  cut.clear();
  engine.go(false);
  await host.advance(60_000);
  await pullAll();
  await pullAll();
  let last: Renewal | undefined;
  // Twice, because only the member whose process was killed can say what became of its token.
  for (const { vault, renewer } of [...processes, ...processes]) {
    const seen = vault.find(first.id);
    const task = seen === undefined ? undefined : renewer.renew(seen);
    await host.advance(20_000);
    last = await task;
  }
  await pullAll();
  const files = homes.map((home) => JSON.parse(host.fileText(pathOf(home)) ?? '{}').logins);
  for (const { store } of members) void store.close();
  await host.advance(5000);
  return { server, kills, files, last };

  async function pullAll(): Promise<void> {
    for (const { shared } of processes) {
      const pulled = shared.pull();
      await host.advance(5000);
      await pulled;
    }
  }
}

const seeds = [...Array.from({ length: stories }, (_, seed) => seed), ...emptied];

it.each(seeds)('story %i', async (seed) => {
  const { server, kills, files, last } = await playStory(seed);
  expect(server.wasted).toEqual([]);
  expect(server.lost).toBeLessThanOrEqual(kills);
  expect(server.sent).toBeGreaterThan(0);
  if (server.lost > 0) expect(files[0][0].refusal.reason).toContain('it was lost');
  if (server.lost === 0) {
    expect(last?.kind).toBe('renewed');
    for (const other of files) expect(other).toEqual(files[0]);
    expect(files[0][0].tokens.refresh).toBe(tokenOf(server.current));
  }
});
