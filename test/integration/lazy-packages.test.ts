/**
 * What no request loads: the AI SDK's packages are the oracle of the tests, and no part of the
 * program; `ws` is for those who come by WebSocket.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('loads no package of the AI SDK, neither for a relayed request nor for a translated one', async () => {
  expect(await load()).toMatchObject({ statuses: [200, 200, 200], before: [], after: [] });
});

it('loads what reads a WebSocket with the first upgrade', async () => {
  expect(await load()).toMatchObject({ served: [], upgraded: ['ws'] });
});

async function load(): Promise<unknown> {
  const child = fork(join(import.meta.dirname, '../processes/loading-process.ts'), {
    execArgv: [],
    env: { PATH: process.env['PATH'] },
  });
  const [report] = await once(child, 'message');
  return report;
}
