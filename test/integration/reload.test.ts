/**
 * Configuration under a running engine: an edit counts with the next request, a broken one is
 * refused and the old stays.
 */

import { createHash } from 'node:crypto';
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { EngineEvent } from '../../src/model/events.ts';
import { createRuntime } from '../../src/runtime.ts';
import { ask } from './harness.ts';
import { useSimAndHome } from './sim-and-home.ts';

const stage = useSimAndHome();

function write(name: string, text: string): void {
  writeFileSync(join(stage.home, name), text);
  // Past the 300 ms in which a broken file may be a half-written one.
  const old = new Date(Date.now() - 5000);
  utimesSync(join(stage.home, name), old, old);
}

const configWith = (key: string, extra = ''): string =>
  `main: sim/sim/echo\nproviders:\n  sim:\n    base_url: ${stage.sim.url}\n    protocol: openai-chat\n    api_key: ${key}\n${extra}`;

function start() {
  const host = createNodeHost({ HOLDFAST_HOME: stage.home });
  const events: EngineEvent[] = [];
  const runtime = createRuntime({ host, onEvent: (event) => events.push(event) });
  return { runtime, events, stop: () => Promise.all([runtime.close(), host.close()]) };
}

it('uses a replaced key with the next request, without its history', async () => {
  write('config.yaml', configWith('sk-sim-exhausted'));
  const { runtime, stop } = start();
  const refused = await ask(runtime);
  write('config.yaml', configWith('sk-sim-good'));
  const answered = await ask(runtime);
  await stop();
  // An account without money is not back within a minute, so a client had better not try again (law
  // 11).
  expect([refused.status, answered.status]).toEqual([400, 200]);
});

it('uses an edited .env with the next request', async () => {
  write('config.yaml', configWith(`\${SIM_KEY}`));
  write('.env', 'SIM_KEY=sk-sim-never\n');
  const { runtime, stop } = start();
  const refused = await ask(runtime);
  write('.env', 'SIM_KEY=sk-sim-good+fresh\n');
  const answered = await ask(runtime);
  await stop();
  expect([refused.status, answered.status]).toEqual([400, 200]);
});

it("uses a key of another program's .env as it is now, and leaves the same variable elsewhere alone", async () => {
  const keys = `    credentials:\n      - {label: theirs, env: SIM_KEY, env_file: ${join(stage.home, 'agent.env')}}\n`;
  write('config.yaml', configWith('sk-sim-never').replace('    api_key: sk-sim-never\n', keys));
  write('.env', 'SIM_KEY=sk-sim-good+ours\n');
  const { runtime, stop } = start();
  const absent = await ask(runtime);
  write('agent.env', 'SIM_KEY=sk-sim-good+theirs\n');
  const answered = await ask(runtime);
  await stop();
  expect([absent.status, answered.status]).toEqual([400, 200]);
  expect(absent.text).toContain(`SIM_KEY in ${join(stage.home, 'agent.env')}`);
  expect(
    runtime
      .records()
      .at(-1)
      ?.attempts.map(({ credential }) => credential),
  ).toEqual(['sim:config:theirs']);
});

it('answers with the old key while an editor has truncated the file, and with the new one once it is written', async () => {
  const files = ['.env', 'the.key'];
  write('the.key', 'sk-sim-good+old');
  write('.env', 'SIM_KEY=sk-sim-good+old\n');
  const provider = (name: string, key: string): string =>
    `  ${name}: {base_url: "${stage.sim.url}", protocol: openai-chat, ${key}}\n`;
  const providers = [
    provider('dotenv', `api_key: "\${SIM_KEY}"`),
    provider('file', 'credentials: [{file: the.key}]'),
  ];
  write('config.yaml', `main: dotenv/sim/echo\nproviders:\n${providers.join('')}`);
  const { runtime, stop } = start();
  const askBoth = async (): Promise<readonly number[]> => {
    const answers = [await ask(runtime), await ask(runtime, { model: 'file/sim/echo' })];
    return answers.map(({ status }) => status);
  };
  const before = await askBoth();
  // The file is young for 300 ms only: truncated anew should this machine be slower than that.
  const during = await vi.waitFor(async () => {
    for (const name of files) writeFileSync(join(stage.home, name), '');
    const statuses = await askBoth();
    expect(statuses).toEqual([200, 200]);
    return statuses;
  });
  stage.sim.clearLog();
  writeFileSync(join(stage.home, '.env'), 'SIM_KEY=sk-sim-good+new\n');
  writeFileSync(join(stage.home, 'the.key'), 'sk-sim-good+new');
  const after = await askBoth();
  await stop();
  expect([before, during, after]).toEqual([
    [200, 200],
    [200, 200],
    [200, 200],
  ]);
  const fingerprint = createHash('sha256').update('sk-sim-good+new').digest('hex').slice(0, 16);
  expect(new Set(stage.sim.log().map(({ keyFingerprint }) => keyFingerprint))).toEqual(
    new Set([`sha256:${fingerprint}`]),
  );
});

it("uses the token in another program's login file as it is now, and never writes that file", async () => {
  const path = join(stage.home, 'login.json');
  const loginWith = (token: string): string => JSON.stringify({ oauth: { accessToken: token } });
  const keys = `    credentials:\n      - {label: theirs, file: ${path}, pointer: /oauth/accessToken}\n`;
  write('config.yaml', configWith('sk-sim-never').replace('    api_key: sk-sim-never\n', keys));
  write('login.json', loginWith('sk-sim-never'));
  const { runtime, stop } = start();
  const refused = await ask(runtime);
  write('login.json', loginWith('sk-sim-good+rotated'));
  const before = statSync(path, { bigint: true }).ctimeNs;
  const answered = await ask(runtime);
  await stop();
  expect([refused.status, answered.status]).toEqual([400, 200]);
  expect(readFileSync(path, 'utf8')).toBe(loginWith('sk-sim-good+rotated'));
  expect(statSync(path, { bigint: true }).ctimeNs).toBe(before);
});

it('refuses a broken edit with its place and goes on with the last good configuration', async () => {
  write('config.yaml', configWith('sk-sim-good'));
  const { runtime, events, stop } = start();
  write('config.yaml', configWith('sk-sim-good', 'gatway: {}\n'));
  const answers = [await ask(runtime), await ask(runtime)];
  await stop();
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  const refusals = events.filter((event) => event.type === 'config-refused');
  expect(refusals).toHaveLength(1);
  expect(refusals[0]?.text).toMatch(/config\.yaml:7:1 .*gatway[\s\S]*gateway/);
});
