/** Every way to a provider keeps the one contract: over connections of our own, and through a proxy. */

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { testDispatch } from '../../test/contracts/dispatch.ts';
import type { Dispatch } from '../host.ts';
import { Call } from './call.ts';
import { createNodeHost } from './node-host.ts';
import { ProxiedWires } from './proxied-wires.ts';

testDispatch('over connections of our own', async () => createNodeHost({}));

testDispatch('through a proxy', async () => {
  const sockets = new Set<Socket>();
  const proxy = createServer(forward);
  proxy.on('connect', ({ url = '' }: IncomingMessage, client: Socket) => tunnel(url, client));
  proxy.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${portOf(proxy)}`;
  const wires = new ProxiedWires({ httpProxy: url, httpsProxy: url, noProxy: '' });
  const dispatch: Dispatch = (asked, handler) => {
    const call = new Call(handler);
    queueMicrotask(() => {
      if (!call.isOver) wires.send(asked, call);
    });
    return call;
  };
  return {
    dispatch,
    close: async () => {
      await wires.close();
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
});

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** One connection through to the provider, for as long as both sides want. */
function tunnel(place: string, client: Socket): void {
  const { hostname, port } = new URL(`http://${place}`);
  const provider = connect({ host: hostname, port: Number(port === '' ? 80 : port) });
  let isOpen = false;
  provider.once('connect', () => {
    isOpen = true;
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    provider.pipe(client).pipe(provider);
  });
  provider.on('error', () => {
    if (isOpen) client.destroy();
    else client.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n');
  });
  client.on('error', () => provider.destroy());
  client.on('close', () => provider.destroy());
}

function forward(asked: IncomingMessage, answer: ServerResponse): void {
  const { url = '', method, headers } = asked;
  const onward = request(url, { ...(method === undefined ? {} : { method }), headers }, (got) => {
    answer.writeHead(got.statusCode ?? 502, got.headers);
    got.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  asked.pipe(onward);
}
