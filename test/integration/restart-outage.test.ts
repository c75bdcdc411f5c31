/** For how long a restart refuses connections, measured by connecting again and again. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { measureOutage } from '../../src/cli/service/restart.ts';
import { resolvePaths } from '../../src/config/files/paths.ts';
import { createNodeHost } from '../../src/host/node-host.ts';

let home: string;
let first: Server;
let port: number;
const servers: Server[] = [];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-restart-'));
  first = await listen(0);
  port = (first.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  rmSync(home, { recursive: true });
});

async function listen(at: number): Promise<Server> {
  const server = createServer((_request, response) => response.end());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  return server;
}

/** What a gateway publishes, `token` by `token`. */
function publish(token: string): void {
  const facts = { url: `http://127.0.0.1:${port}`, pid: 1, startedAt: 1, token };
  writeFileSync(join(home, 'running.json'), JSON.stringify(facts));
}

const down = (): Promise<unknown> => new Promise((resolve) => first.close(resolve));

async function measure(work: () => Promise<void>): Promise<number | undefined> {
  const host = createNodeHost({ HOLDFAST_HOME: home });
  publish('before');
  const before = { url: `http://127.0.0.1:${port}`, pid: 1, startedAt: 1, token: 'before' };
  try {
    return await measureOutage({ host, paths: resolvePaths(host.environment) }, before, work);
  } finally {
    await host.close();
  }
}

it.each([
  ['a supervisor that returns when the next gateway listens', true],
  ['a supervisor that returns when the old one has ended', false],
])('is told by the last and the next answer: %s', async (_name, waits) => {
  const refusedMs = await measure(async () => {
    await sleep(50);
    await down();
    const next = sleep(400).then(async () => {
      await listen(port);
      publish('after');
    });
    if (waits) await next;
  });
  expect(refusedMs).toBeGreaterThanOrEqual(395);
  expect(refusedMs).toBeLessThan(2000);
});

it('is 0 where somebody always listens', async () => {
  const refusedMs = await measure(async () => {
    await sleep(50);
    publish('after');
  });
  expect(refusedMs).toBe(0);
});

it('rejects as the work does', async () => {
  const measured = measure(async () => {
    await down();
    await listen(port);
    publish('after');
    throw new Error('the supervisor failed');
  });
  await expect(measured).rejects.toThrow('the supervisor failed');
});
