import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { lookAtPort } from './port-checks.ts';

const servers: Server[] = [];
afterEach(async () => {
  const ended = servers.splice(0).map((server) => new Promise((done) => server.close(done)));
  await Promise.all(ended);
});

/** Something that accepts connections and says nothing, as a database does. */
async function occupy(address: string): Promise<number> {
  const server = createServer((socket) => socket.resume());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const at = server.address();
  return typeof at === 'object' && at !== null ? at.port : 0;
}

const place = { address: '127.0.0.1', platform: process.platform, isFromFile: true };

it.each(['127.0.0.1', '0.0.0.0', '::'])(
  'a port that a silent program has at %s is told with who it is, and a free one',
  async (held) => {
    const port = await occupy(held);
    const [taken] = await lookAtPort({ ...place, port });
    const start = `127.0.0.1:${port}, where the gateway would listen, is taken by `;
    expect(taken?.what.startsWith(start)).toBe(true);
    if (process.platform === 'linux') expect(taken?.what).toContain(`(pid ${process.pid}, user `);
    const [, free] =
      /^holdfast config set gateway\.port (\d+)$/.exec(taken?.fix?.command ?? '') ?? [];
    expect(Number(free)).toBeGreaterThan(port);
    expect(await lookAtPort({ ...place, port: Number(free) })).toEqual([]);
  },
);

it('a port that a variable sets is moved by that variable', async () => {
  const port = await occupy('127.0.0.1');
  const [taken] = await lookAtPort({ ...place, port, isFromFile: false });
  expect(taken?.fix?.command).toMatch(/^export HOLDFAST_PORT=\d+$/);
});

it('port 0 is never taken', async () => {
  expect(await lookAtPort({ ...place, port: 0 })).toEqual([]);
});

it('an address of another machine is told as that, and not as taken by who answers there', async () => {
  const [foreign] = await lookAtPort({ ...place, address: '192.0.2.7', port: 4653 });
  expect(foreign?.what).toBe(
    'the gateway cannot listen on 192.0.2.7:4653: this machine does not have that address',
  );
});
