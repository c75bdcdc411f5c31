/**
 * The first users' story: a title and two main requests were refused one morning, the key in `.env`
 * was changed, and all has gone well since. It took a person three days of logs and five functions
 * to say so; here four commands do.
 */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { AttemptRecord, RequestRecord } from '../../src/model/record.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { createInPlaceStore } from '../../src/store/sqlite/in-place.ts';
import { recordOf } from '../fakes/record.ts';

const hourMs = 3_600_000;
const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
const home = mkdtempSync(join(tmpdir(), 'holdfast-story-'));
/** Three days ago, at an hour that is the same day everywhere it matters. */
const bad = Date.now() - 72 * hourMs;
let sim: SimulatedProvider;

beforeAll(async () => {
  sim = await startSimulatedProvider();
  const config = `main: xiaomi/mimo\nauxiliary: {title_generation: {provider: auto}}\nproviders: {xiaomi: {base_url: "${sim.url}"}}\ngateway: {port: 0}\n`;
  writeFileSync(join(home, 'config.yaml'), config);
  writeFileSync(join(home, '.env'), 'XIAOMI_API_KEY=sk-sim-good\n', { mode: 0o600 });
  const host = createNodeHost({ HOLDFAST_HOME: home });
  const store = createInPlaceStore(host, join(home, 'state.db'));
  await store.appendRecords(recordStory());
  await store.close();
  await host.close();
});
afterAll(async () => {
  await sim.close();
  rmSync(home, { recursive: true });
});

/** 412 answers after three refusals, every tenth of them a title. */
function recordStory(): readonly RequestRecord[] {
  const refused = ['main', 'title_generation', 'main'].map((task, index) => {
    const failure = {
      class: 'auth-rejected',
      rule: 'status-401',
      message: 'Invalid API Key',
    } as const;
    const at = bad + index * 1000;
    const attempt = { ...attemptAt(at, 'sha256:0d0d0d0d0d0d0d0d'), status: 401, failure };
    const outcome = { outcome: 'failed', cause: 'auth-rejected', attempts: [attempt] } as const;
    return recordOf({ id: `hfr_refused${index}`, at, task, caller: 'hermes', ...outcome });
  });
  const answered = Array.from({ length: 412 }, (_, index) => {
    const at = bad + hourMs + index * 600_000;
    const attempts = [attemptAt(at, 'sha256:ee00ee00ee00ee00')];
    const task = index % 10 === 0 ? 'title_generation' : 'main';
    return recordOf({ id: `hfr_ok${index}`, at, task, answeredBy: 'xiaomi/mimo', attempts });
  });
  return [...refused, ...answered];
}

function attemptAt(startedAt: number, fingerprint: string): AttemptRecord {
  const asked = {
    target: 'xiaomi/mimo',
    credential: 'xiaomi:dotenv:XIAOMI_API_KEY',
    foundAt: '.env:1',
  };
  return { ...asked, fingerprint, startedAt, durationMs: 200 };
}

async function holdfast(...argv: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: home, HOLDFAST_HOME: home, NO_COLOR: '1' };
  const { stdout } = await promisify(execFile)(process.execPath, [launcher, ...argv], { env });
  return stdout;
}

it('is told by doctor in one line, with the command that verifies the key', {
  timeout: 60_000,
}, async () => {
  const [, month = '', day = ''] = new Date(bad).toDateString().split(' ');
  const said = await holdfast('doctor');
  expect(said).toContain(
    `– ${Number(day)} ${month}: 3 × 401 from xiaomi with the key sha256:0d0d0d0d0d0d0d0d; since then 412 answers with another key\n` +
      '  → if it comes again, see whether the key works: holdfast auth test xiaomi\n',
  );
  expect(await holdfast('auth', 'test', 'xiaomi')).toMatch(/works/);
});

it('is told by why, as the incidents it consists of', { timeout: 60_000 }, async () => {
  const lines = (await holdfast('why', '--failed', '--since', '4d')).trim().split('\n');
  expect(lines.map((line) => /hfr_\S+ +\S+/.exec(line)?.[0].replace(/ +/, ' '))).toEqual([
    'hfr_refused2 main',
    'hfr_refused1 title_generation',
    'hfr_refused0 main',
  ]);
  expect(lines.every((line) => line.includes('xiaomi/mimo rejected its key'))).toBe(true);
});

it('is told by explain, which names what answers titles now', { timeout: 60_000 }, async () => {
  await holdfast('auth', 'test', 'xiaomi');
  const said = await holdfast('explain', 'title_generation');
  expect(said).toMatch(
    /^title_generation: xiaomi\/mimo is asked first with the key in \.env:1 \(sha256:\w+\); worked \d+ s ago/,
  );
});
