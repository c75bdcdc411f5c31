/**
 * An outage as eight processes of one home meet it: whenever a window of its mark ends, one of them
 * asks for all, and health changes twice at most.
 */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startGatewayProcess } from './gateway-process.ts';

const body = JSON.stringify({
  choices: [{ message: { content: 'fine' }, finish_reason: 'stop' }],
});

/** A server that can refuse, and knows when it did. */
class Provider {
  isDown = false;
  readonly refusedAt: number[] = [];
  readonly #server: Server = createServer((request, response) => {
    request.resume();
    const { isDown } = this;
    if (isDown) this.refusedAt.push(Date.now());
    response.writeHead(isDown ? 503 : 200, { 'content-type': 'application/json' });
    response.end(isDown ? '{"error":{"message":"no capacity"}}' : body);
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** What a home's state file says of health. */
class Health {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { readOnly: true });
  }

  /** The mark that is there. */
  mark(): { readonly since: number; readonly until: number } | undefined {
    const row = this.#database.prepare('SELECT since, until FROM marks').get();
    return row && { since: Number(row['since']), until: Number(row['until']) };
  }

  /** Rises with each change. */
  version(): number {
    const counter = "SELECT value FROM counters WHERE name = 'health'";
    return Number(this.#database.prepare(counter).get()?.['value'] ?? 0);
  }

  close(): void {
    this.#database.close();
  }
}

it('is probed once a window, by one process for all', async () => {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-outage-'));
  const [one, two] = [new Provider(), new Provider()];
  const provider = { protocol: 'openai-chat', api_key: 'sk-test-outage' };
  const config = {
    main: 'one/m',
    fallback_chain: ['two/m'],
    providers: {
      one: { ...provider, base_url: await one.open() },
      two: { ...provider, base_url: await two.open() },
    },
  };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(config), { mode: 0o600 });
  const gateways = await Promise.all(Array.from({ length: 8 }, () => startGatewayProcess(home)));
  let isOver = false;
  const statuses = new Set<number>();
  const callers = gateways.map(async (gateway) => {
    while (!isOver) {
      statuses.add((await gateway.ask('main')).status);
      await sleep(50);
    }
  });
  const stateFile = join(home, 'state.db');
  await expect.poll(() => existsSync(stateFile)).toBe(true);
  await sleep(1000);
  const health = new Health(stateFile);
  one.isDown = true;
  // In the first window the last of them hear of it.
  const first = await pollFor(() => health.mark());
  await sleep(first.until - Date.now() - 20);
  const [probesBefore, versionBefore] = [one.refusedAt.length, health.version()];
  const windows = new Set<number>();
  while (windows.size < 3) {
    const { since } = await pollFor(() => health.mark());
    if (since !== first.since) windows.add(since);
    await sleep(5);
  }
  const [probes, versions] = [one.refusedAt.length, health.version()];
  one.isDown = false;
  isOver = true;
  await Promise.all(callers);
  health.close();
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  one.close();
  two.close();
  rmSync(home, { recursive: true });
  expect(statuses).toEqual(new Set([200]));
  expect(probes - probesBefore).toBe(3);
  expect(versions - versionBefore).toBeLessThanOrEqual(2 * 3);
}, 120_000);

async function pollFor<Found>(find: () => Found | undefined): Promise<Found> {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await sleep(5);
  }
}
