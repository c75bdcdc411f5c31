import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { resolvePaths } from '../../config/files/paths.ts';
import { explainGone } from './gone-gateway.ts';
import { findPresentFault } from './present-faults.ts';

const environment = { get: () => undefined, all: () => ({}) };

it('names a gateway that left its run file behind, unless somebody listens there', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const running = { url: `http://127.0.0.1:${port}`, pid: 812, startedAt: 0, token: 'test' };
  expect(await explainGone(running, environment)).toBeUndefined();
  await new Promise((resolve) => server.close(resolve));
  expect(await explainGone(running, environment)).toMatchObject({
    what: `the gateway of this home at ${running.url} (pid 812) was killed, or this machine went down: nothing listens there`,
    fix: {
      text: 'start it again',
      command: expect.stringMatching(/^holdfast (serve|service start)$/),
    },
  });
});

it('tells what the one before had under way, by the gateway that was started since', async () => {
  const host = createFakeHost({ environment: { HOLDFAST_HOME: '/h' } });
  const killed = { url: 'http://127.0.0.1:4653', pid: 812, startedAt: 0, token: 'test' };
  const running = { ...killed, pid: 813, startedAt: host.clock.now() };
  const { runFile } = resolvePaths(host.environment);
  const find = (pid: number, facts: object) => {
    host.files.writeAtomic(runFile, JSON.stringify(facts));
    const from = { kind: 'gateway', url: running.url, pid, text: '' } as never;
    return findPresentFault(host, { from });
  };
  expect(await find(813, { ...running, killed })).toMatchObject({
    what: expect.stringMatching(/^the gateway of this home at \S+ \(pid 812\) was killed, or/),
    before: running.startedAt,
  });
  expect(await find(813, running)).toBeUndefined();
  expect(await find(900, { ...running, killed })).toBeUndefined();
});
