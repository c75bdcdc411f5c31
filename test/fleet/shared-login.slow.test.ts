/**
 * One login on two members, with four processes each, on a real engine, under kill -9: no refresh
 * token is sent again while its answer is written down anywhere. An answer is lost only where a
 * process was killed between the server and the disk, and each is named.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { startRedis } from '../fakes/redis-server.ts';
import { Random } from '../simulation/random.ts';

const killedForMs = 60_000;
/** A lock of a killed process is waited for. */
const recoveryMs = 60_000;
const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Gives each refresh token out once, and takes each once. */
async function startLoginServer(readHomes: () => readonly string[]) {
  const current: number[] = [];
  const wasted: string[] = [];
  /** Logins that ended because an answer is nowhere. */
  const lost = new Set<string>();
  const seen = { granted: 0 };
  let unsaved: { readonly answer: string; readonly socket: Socket }[] = [];
  /** How many answers were on their way to a process that is dead; each is counted once. */
  const countCutOff = (): number => {
    const texts = readHomes();
    unsaved = unsaved.filter(({ answer }) => !texts.some((text) => text.includes(answer)));
    const dead = unsaved.filter(({ socket }) => socket.destroyed);
    unsaved = unsaved.filter(({ socket }) => !socket.destroyed);
    return dead.length;
  };
  const nameOf = (family: number, number: number) => `rt-test-${family}-${number}.`;
  const server = createServer(async (request, response) => {
    if (request.url === '/login') {
      current.push(0);
      return response.end(nameOf(current.length - 1, 0));
    }
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const token = new URLSearchParams(body).get('refresh_token') ?? '';
    const [, family = 0, number = 0] = (/rt-test-(\d+)-(\d+)\./.exec(token) ?? []).map(Number);
    const isSaved = readHomes().some((text) => text.includes(nameOf(family, number + 1)));
    if (isSaved) wasted.push(token);
    const isGood = current[family] === number;
    if (isGood) {
      current[family] = number + 1;
      seen.granted += 1;
      unsaved.push({ answer: nameOf(family, number + 1), socket: request.socket });
    } else if (!isSaved) lost.add(`rt-test-${family}-`);
    await sleep(20);
    response.writeHead(isGood ? 200 : 400, { 'content-type': 'application/json' });
    return response.end(
      JSON.stringify(
        isGood
          ? {
              access_token: `at-test-${family}-${number + 1}`,
              refresh_token: nameOf(family, number + 1),
              token_type: 'Bearer',
              expires_in: 3600,
            }
          : { error: 'invalid_grant' },
      ),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, wasted, lost, seen, countCutOff };
}

function makeHome(engine: string): string {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-shared-login-'));
  cleanups.push(() => rmSync(home, { recursive: true, force: true }));
  const provider = '{ base_url: "http://127.0.0.1:9/v1", protocol: openai-chat }';
  const config = `main: corp/m\nstate: ${engine}\nproviders:\n  corp: ${provider}\n`;
  writeFileSync(join(home, 'config.yaml'), config);
  return home;
}

function textOf(home: string): string {
  try {
    return readFileSync(join(home, 'credentials.json'), 'utf8');
  } catch {
    return ''; // not there yet
  }
}

it('two members of four processes each, killed for 60 s', async () => {
  const engine = await startRedis();
  cleanups.push(() => engine.stop());
  const homes = [makeHome(engine.url), makeHome(engine.url)];
  const server = await startLoginServer(() => homes.map(textOf));
  const said: string[] = [];
  const begun = new Set<ChildProcess>();
  const start = (home: string): ChildProcess => {
    const script = join(import.meta.dirname, 'login-process.ts');
    const child = spawn(process.execPath, [script, server.url], {
      env: {
        PATH: process.env['PATH'],
        HOLDFAST_HOME: home,
        HOLDFAST_FLEET_KEY: 'sk-test-fleet',
        NODE_COMPILE_CACHE: join(homes[0] ?? '', 'compiled'), // each starts in half the time
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      begun.add(child);
      said.push(...chunk.toString().split('\n'));
    });
    return child;
  };
  const end = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const running = homes.flatMap((home) => [0, 1, 2, 3].map(() => ({ home, child: start(home) })));
  cleanups.push(() => Promise.all(running.map(({ child }) => end(child))));
  const random = new Random(1);
  let kills = 0;
  let cutOff = 0;
  const over = Date.now() + killedForMs;
  while (Date.now() < over) {
    await sleep(random.integer(500, 2500));
    const working = running.filter(({ child }) => begun.has(child));
    if (working.length === 0) continue;
    const one = random.pick(working);
    await end(one.child);
    kills += 1;
    await sleep(50); // the server sees its connections end
    cutOff += Math.min(1, server.countCutOff());
    one.child = start(one.home);
  }
  const { granted } = server.seen;
  const recovered = Date.now() + recoveryMs;
  while (server.seen.granted === granted && Date.now() < recovered) await sleep(200);
  const facts = { ...server.seen, kills, cutOff, lost: [...server.lost], wasted: server.wasted };
  process.stdout.write(`${JSON.stringify(facts)}\n`);
  expect(server.wasted).toEqual([]);
  expect(server.seen.granted).toBeGreaterThan(granted);
  expect(server.lost.size).toBeLessThanOrEqual(cutOff);
  const named = said.filter((line) => line.includes('it was lost'));
  for (const login of server.lost)
    await expect.poll(() => named.some((line) => line.startsWith(login))).toBe(true);
}, 180_000);
