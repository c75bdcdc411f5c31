/**
 * A gateway that is told to stop behind a balancer: until that one has noticed, its requests are
 * answered, and none fails. A real process, alone and with workers.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type GatewayProcess, startGatewayProcess } from '../integration/gateway-process.ts';

let home: string;
let sim: SimulatedProvider;
let gateway: GatewayProcess;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-delay-'));
  sim = await startSimulatedProvider({});
  writeFileSync(
    join(home, 'config.yaml'),
    // long enough for a balancer that asks twice on a busy machine
    `main: sim/sim/echo
gateway: {drain_delay: 8}
providers:
  sim: {base_url: '${sim.url}', protocol: openai-chat, api_key: sk-sim-good}
`,
    { mode: 0o600 },
  );
});
afterEach(async () => {
  await gateway.stop();
  await sim.close();
  rmSync(home, { recursive: true });
});

async function ask(): Promise<number> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'hi' }] }),
  });
  await response.text();
  return response.status;
}

it.each([
  ['alone', 1000, []],
  ['with workers', 1000, ['--workers', '2']],
  ['while its workers start', 500, ['--workers', '4']],
])('%s: no request fails until the balancer has noticed', async (_what, serveMs, flags) => {
  gateway = await startGatewayProcess(home, {}, flags);
  let isReady = true;
  const answers: number[] = [];
  const clients = Array.from({ length: 4 }, async () => {
    while (isReady) answers.push(await ask());
  });
  await sleep(serveMs);
  const before = answers.length;
  process.kill(gateway.pid, 'SIGTERM');
  // As balancers ask: each half second, and two failures are wanted.
  for (let failures = 0; failures < 2; await sleep(500)) {
    const { ok } = await fetch(`${gateway.url}/readyz`);
    failures = ok ? 0 : failures + 1;
  }
  isReady = false;
  await Promise.all(clients);
  expect(answers.length).toBeGreaterThan(before);
  expect(new Set(answers)).toEqual(new Set([200]));
  await expect.poll(() => ask().catch(() => 'refused')).toBe('refused');
});
