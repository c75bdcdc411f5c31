/** A gateway's garbage of large bodies, which lies beside V8's heap, is collected without a walk through all of it. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startGatewayProcess } from './gateway-process.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-heap-'));
  const up = 'up: {base_url: "http://127.0.0.1:9/v1", protocol: openai-chat, api_key: sk-test-heap}';
  writeFileSync(join(home, 'config.yaml'), `main: up/m\nproviders:\n  ${up}\n`);
});
afterEach(() => rmSync(home, { recursive: true }));

/**
 * In a process that is told to with SIGUSR2 it makes 1 GB of bodies, three times, and writes down how often all of its heap was
 * collected meanwhile: the least of the three, for a program that is still loading is collected for what it loads.
 */
const probe = (counted: string): string => `
import { renameSync, writeFileSync } from 'node:fs';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
let whole = 0;
const count = (entries) => {
  for (const { detail: { kind } } of entries) if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) whole++;
};
process.once('SIGUSR2', async () => {
  const observer = new PerformanceObserver((list) => count(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  const rounds = [];
  for (let round = 0; round < 3; round++) {
    whole = 0;
    for (let body = 0; body < 16384; body++) {
      Buffer.alloc(65536);
      if (body % 64 === 0) await setImmediate();
    }
    count(observer.takeRecords());
    rounds.push(whole);
  }
  writeFileSync('${counted}.new', String(Math.min(...rounds)));
  renameSync('${counted}.new', '${counted}');
});`;

it.skipIf(process.platform === 'win32')(
  'a gigabyte of bodies hardly ever asks for a collection of the whole heap',
  async () => {
    const counted = join(home, 'counted');
    writeFileSync(join(home, 'probe.mjs'), probe(counted));
    const gateway = await startGatewayProcess(home, { NODE_OPTIONS: `--import ${join(home, 'probe.mjs')}` });
    process.kill(gateway.pid, 'SIGUSR2');
    const count = await vi.waitFor(() => readFileSync(counted, 'utf8'), { timeout: 60_000, interval: 50 });
    await gateway.stop();
    expect(Number(count)).toBeLessThan(7); // 13 where each 64 MB asks for one; 0 to 3 by how busy the machine is
  },
);
