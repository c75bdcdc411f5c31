import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { explainMute } from './mute-gateway.ts';

const servers: Server[] = [];
afterEach(async () => {
  const ended = servers.splice(0).map((server) => new Promise((done) => server.close(done)));
  await Promise.all(ended);
});

async function occupy(): Promise<string> {
  const server = createServer((socket) => socket.resume());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  return `http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`;
}

it.runIf(process.platform === 'linux')(
  'a process that still has its port runs, though it does not answer',
  async () => {
    const url = await occupy();
    const own = { url, pid: process.pid, startedAt: 1, token: 't' };
    expect(explainMute(own)).toMatchObject({
      what: `the gateway of this home at ${url} (pid ${process.pid}) runs and does not answer`,
      fix: { command: `kill ${process.pid}` },
    });
    expect(explainMute({ ...own, pid: process.pid + 1 })).toBeUndefined();
  },
);

it('one that is shutting down is told as that while it is there, though it has no port', () => {
  const own = { url: 'http://127.0.0.1:9', pid: process.pid, startedAt: 1, token: 't' };
  expect(explainMute({ ...own, isEnding: true })?.what).toMatch(
    /is shutting down: it takes nothing/,
  );
  expect(explainMute({ ...own, pid: 2 ** 22 + 1, isEnding: true })).toBeUndefined();
});

it('nothing is known of one that has ended, or never was', () => {
  expect(
    explainMute({ url: 'http://127.0.0.1:9', pid: process.pid, startedAt: 1, token: 't' }),
  ).toBeUndefined();
  expect(explainMute(undefined)).toBeUndefined();
});
