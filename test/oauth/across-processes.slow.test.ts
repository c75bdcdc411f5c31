/** Renewal of a login across real processes and a real authorization server: one exchange, whoever asks (law 8). */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createHome, type LoggedInHome, logIn } from './home.ts';
import { type IdentityProvider, startIdentityProvider } from './identity-provider.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Told {
  readonly answers: readonly { readonly status: number; readonly text: string }[];
  readonly said: readonly string[];
}

interface Worker {
  readonly child: ChildProcess;
  /** Resolves when it waits for `go`. */
  readonly ready: Promise<void>;
  /** Begins at this time, epoch ms. */
  go(at: number): void;
  /** What it told at its end. */
  readonly told: Promise<Told>;
}

function startWorker(home: LoggedInHome, argv: readonly string[]): Worker {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'worker.ts'), ...argv], {
    env: { PATH: process.env['PATH'], HOLDFAST_HOME: home.path },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.includes('ready\n')) isReady();
  });
  const told = once(child, 'close').then(() =>
    JSON.parse(output.split('\n')[1] || '{"answers":[],"said":[]}'),
  );
  cleanups.push(() => void child.kill('SIGKILL'));
  return { child, ready, go: (at) => void child.stdin.write(`${at}\n`), told };
}

async function start(
  options: Parameters<typeof startIdentityProvider>[0],
): Promise<{ readonly idp: IdentityProvider; readonly home: LoggedInHome }> {
  const idp = await startIdentityProvider(options);
  cleanups.push(() => idp.close());
  const home = createHome(idp);
  cleanups.push(() => home.remove());
  return { idp, home };
}

const refreshes = (idp: IdentityProvider): readonly string[] =>
  idp.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token').map(({ outcome }) => outcome);

describe('four processes with one login', () => {
  it('send one refresh token once over 50 requests across the end of its access token (A42, A44, B74)', async () => {
    const { idp, home } = await start({ lifetime: (grant) => (grant === 0 ? 8 : 3600) });
    const first = await logIn(idp, home);
    const counts = [13, 13, 12, 12];
    const workers = counts.map((count) => startWorker(home, [String(count), '300']));
    await Promise.all(workers.map(({ ready }) => ready));
    const { expiresAt = 0 } = first.tokens;
    for (const { go } of workers) go(expiresAt - 2500);
    const told = await Promise.all(workers.map((worker) => worker.told));
    const answers = told.flatMap((one) => one.answers);
    expect(answers).toHaveLength(50);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(refreshes(idp)).toEqual(['granted']);
    expect(Date.now()).toBeGreaterThan(expiresAt);
    const [kept] = home.logins();
    expect(kept?.tokens.refresh).not.toBe(first.tokens.refresh);
    expect({ ...kept, tokens: undefined }).toEqual({ ...first, tokens: undefined });
  });
});
