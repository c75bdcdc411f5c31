/**
 * A connection of the real host that is tried for its own sake: what it meets, and that nothing is
 * sent on it.
 */

import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { expect, it } from 'vitest';
import { makeSelfSigned } from '../../test/fakes/self-signed.ts';
import { createNodeHost } from './node-host.ts';

/** What came in on the connections of a server, and its port. */
interface Heard {
  readonly port: number;
  readonly connections: number;
  readonly bytes: number;
}

async function whileListening(server: Server, use: (heard: Heard) => Promise<void>): Promise<void> {
  const heard = { port: 0, connections: 0, bytes: 0 };
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    heard.connections += 1;
    sockets.add(socket);
    socket.on('data', (bytes) => {
      heard.bytes += bytes.length;
    });
    socket.on('error', () => undefined);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  if (address !== null && typeof address === 'object') heard.port = address.port;
  await use(heard);
  for (const socket of sockets) socket.destroy();
  server.close();
}

it('opens where somebody listens, and says nothing there', async () => {
  const host = createNodeHost({});
  await whileListening(createServer(), async (heard) => {
    await host.tryConnection(`http://127.0.0.1:${heard.port}`);
    await new Promise(setImmediate);
    expect(heard).toMatchObject({ connections: 1, bytes: 0 });
  });
  await host.close();
});

it('is refused where nobody does', async () => {
  const host = createNodeHost({});
  await expect(host.tryConnection('http://127.0.0.1:9')).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
  await host.close();
});

it('shakes hands over TLS, and rejects a certificate that a request would reject', async () => {
  const host = createNodeHost({});
  const certificate = makeSelfSigned('two.test', Date.now() + 3_600_000);
  await whileListening(createTlsServer(certificate), async ({ port }) => {
    const code = expect.stringMatching(/^(DEPTH_ZERO_|ERR_TLS_)/);
    await expect(host.tryConnection(`https://127.0.0.1:${port}`)).rejects.toMatchObject({ code });
  });
  await host.close();
});

it('goes through the proxy of the environment, as a request would', async () => {
  let asked = '';
  const proxy = createServer((socket) => {
    socket.once('data', (bytes) => {
      asked = bytes.toString('latin1').split('\r\n')[0] ?? '';
      socket.end('HTTP/1.1 502 no\r\n\r\n');
    });
  });
  await whileListening(proxy, async ({ port }) => {
    const host = createNodeHost({ HTTPS_PROXY: `http://127.0.0.1:${port}` });
    await expect(host.tryConnection('https://one.test')).rejects.toThrow('answered 502');
    await host.close();
  });
  expect(asked).toBe('CONNECT one.test:443 HTTP/1.1');
});
