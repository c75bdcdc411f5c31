/**
 * Renewal of a login across real processes and a real authorization server: one token request,
 * whoever asks and whoever dies (law 8).
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createHome, type LoggedInHome, logIn, runOut } from './home.ts';
import { type IdentityProvider, startIdentityProvider } from './identity-provider.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Told {
  readonly answers: readonly { readonly status: number; readonly text: string }[];
  readonly said: readonly string[];
}

interface Script {
  /** Resolves when this stands on its output. */
  prints(text: string): Promise<void>;
  write(text: string): void;
  kill(): void;
  /** All it printed, at its end. */
  readonly output: Promise<string>;
}

function run(home: LoggedInHome, name: string, argv: readonly string[] = []): Script {
  const child = spawn(process.execPath, [join(import.meta.dirname, name), ...argv], {
    env: { PATH: process.env['PATH'], HOLDFAST_HOME: home.path },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const kill = (): void => void child.kill('SIGKILL');
  cleanups.push(kill);
  const ended = once(child, 'close').then(() => output);
  return {
    prints: async (text) => {
      while (!output.includes(text)) await Promise.race([once(child.stdout, 'data'), ended]);
    },
    write: (text) => void child.stdin.write(text),
    kill,
    output: ended,
  };
}

/** A worker that begins at this time, epoch ms; default: at once. */
async function work(script: Script, at = 0): Promise<Told> {
  await script.prints('ready\n');
  script.write(`${at}\n`);
  return JSON.parse((await script.output).split('\n')[1] ?? '');
}

async function enter(
  options: Parameters<typeof startIdentityProvider>[0],
): Promise<{ readonly idp: IdentityProvider; readonly home: LoggedInHome }> {
  const idp = await startIdentityProvider(options);
  cleanups.push(() => idp.close());
  const home = createHome(idp);
  cleanups.push(() => home.remove());
  return { idp, home };
}

const refreshes = (idp: IdentityProvider): readonly string[] =>
  idp.tokenRequests
    .filter(({ grantType }) => grantType === 'refresh_token')
    .map(({ outcome }) => outcome);

describe('four processes with one login', () => {
  it('send one refresh token once over 50 requests across the end of its access token', async () => {
    // A server this slow lets every process come to its renewal while the first is still at it.
    const { idp, home } = await enter({
      lifetime: (grant) => (grant === 0 ? 8 : 3600),
      beforeAnswer: (grantType) => (grantType === 'refresh_token' ? sleep(900) : undefined),
    });
    const first = await logIn(idp, home);
    const workers = [13, 13, 12, 12].map((count) => run(home, 'worker.ts', [String(count), '300']));
    await Promise.all(workers.map(({ prints }) => prints('ready\n')));
    const { expiresAt = 0 } = first.tokens;
    const told = await Promise.all(workers.map((worker) => work(worker, expiresAt - 2500)));
    const answers = told.flatMap((one) => one.answers);
    expect(answers).toHaveLength(50);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(refreshes(idp)).toEqual(['granted']);
    expect(Date.now()).toBeGreaterThan(expiresAt);
    const [kept] = home.logins();
    expect(kept?.tokens.refresh).not.toBe(first.tokens.refresh);
    expect({ ...kept, tokens: undefined }).toEqual({ ...first, tokens: undefined });
  });

  it('send it once too when some see a store and some do not', async () => {
    const { idp, home } = await enter({
      beforeAnswer: (grantType) => (grantType === 'refresh_token' ? sleep(500) : undefined),
    });
    await logIn(idp, home);
    runOut(home);
    const stores = ['thread', 'memory', 'thread', 'memory'];
    const workers = stores.map((store) => run(home, 'worker.ts', ['5', '0', store]));
    await Promise.all(workers.map(({ prints }) => prints('ready\n')));
    const told = await Promise.all(workers.map((worker) => work(worker, Date.now() + 200)));
    expect(told.flatMap(({ answers }) => answers.map(({ status }) => status))).toEqual(
      Array(20).fill(200),
    );
    expect(refreshes(idp)).toEqual(['granted']);
  });

  it('whose store is damaged send it once', async () => {
    const { idp, home } = await enter({});
    await logIn(idp, home);
    runOut(home);
    const damage = Buffer.alloc(4096, 'no database');
    writeFileSync(join(home.path, 'state.db'), damage);
    const workers = [5, 5, 5, 5].map((count) => run(home, 'worker.ts', [String(count), '0']));
    await Promise.all(workers.map(({ prints }) => prints('ready\n')));
    const told = await Promise.all(workers.map((worker) => work(worker, Date.now() + 200)));
    expect(told.flatMap(({ answers }) => answers.map(({ status }) => status))).toEqual(
      Array(20).fill(200),
    );
    expect(refreshes(idp)).toEqual(['granted']);
    expect(readFileSync(join(home.path, 'state.db'))).toEqual(damage);
  });

  it('that all find the token run out send the refresh token once', async () => {
    const { idp, home } = await enter({});
    await logIn(idp, home);
    runOut(home);
    const workers = [5, 5, 5, 5].map((count) => run(home, 'worker.ts', [String(count), '0']));
    await Promise.all(workers.map(({ prints }) => prints('ready\n')));
    const told = await Promise.all(workers.map((worker) => work(worker, Date.now() + 200)));
    const answers = told.flatMap((one) => one.answers);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(refreshes(idp)).toEqual(['granted']);
  });
});

describe('a process that is killed in the middle of a token request', () => {
  it('leaves its noted answer to the next one, which sends nothing', async () => {
    const { idp, home } = await enter({});
    const first = await logIn(idp, home);
    runOut(home);
    const stopped = run(home, 'stopped-worker.ts');
    await stopped.prints('noted\n');
    stopped.kill();
    await stopped.output;
    const [between] = home.logins();
    expect(between?.tokens.refresh).toBe(first.tokens.refresh);
    expect(between?.exchange?.answer).toBeDefined();
    const { answers, said } = await work(run(home, 'worker.ts', ['3', '0']));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(said).toEqual([]);
    expect(refreshes(idp)).toEqual(['granted']);
    const [after] = home.logins();
    expect(after?.tokens).toMatchObject(between?.exchange?.answer?.tokens ?? {});
    expect(after?.exchange).toBeUndefined();
  });

  it('before the answer reached it leaves what was stored; the next one asks once and says log in again', async () => {
    let granted = 0;
    const { idp, home } = await enter({
      beforeAnswer: (grantType) => {
        if (grantType !== 'refresh_token' || granted++ > 0) return undefined;
        killed.kill();
        return killed.output.then(() => undefined);
      },
    });
    const first = await logIn(idp, home);
    runOut(home);
    const [before] = home.logins();
    const killed = run(home, 'worker.ts', ['1', '0']);
    await killed.prints('ready\n');
    killed.write('0\n');
    await killed.output;
    const [between] = home.logins();
    expect(between?.tokens).toEqual(before?.tokens);
    expect(between?.tokens.refresh).toBe(first.tokens.refresh);
    const { answers, said } = await work(run(home, 'worker.ts', ['4', '0']));
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    expect(answers[0]?.text).toContain('log in again: holdfast auth login corp');
    expect(said.filter((text) => text.includes('log in again'))).toHaveLength(1);
    expect(refreshes(idp)).toEqual(['granted', 'invalid_grant']);
    const [after] = home.logins();
    expect(after?.tokens).toEqual(before?.tokens);
    await logIn(idp, home);
    expect(
      (await work(run(home, 'worker.ts', ['1', '0']))).answers.map(({ status }) => status),
    ).toEqual([200]);
  });

  it('loses nothing where the server takes a refresh token again', async () => {
    let granted = 0;
    const { idp, home } = await enter({
      rotates: false,
      beforeAnswer: (grantType) => {
        if (grantType !== 'refresh_token' || granted++ > 0) return undefined;
        killed.kill();
        return killed.output.then(() => undefined);
      },
    });
    const first = await logIn(idp, home);
    runOut(home);
    const killed = run(home, 'worker.ts', ['1', '0']);
    await killed.prints('ready\n');
    killed.write('0\n');
    await killed.output;
    const { answers } = await work(run(home, 'worker.ts', ['2', '0']));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(refreshes(idp)).toEqual(['granted', 'granted']);
    expect(home.logins()[0]?.tokens.refresh).toBe(first.tokens.refresh);
  });
});
