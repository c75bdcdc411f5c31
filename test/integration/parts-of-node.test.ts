/**
 * Some parts of Node are used and not documented. A Node without one of them fails here, instead of
 * in a feature that then silently does nothing.
 */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';

it('a server has the switch by which a caller who sends no more may still listen', () => {
  const server = createServer();
  expect(Object.entries(server)).toContainEqual(['httpAllowHalfOpen', false]);
});

it('a socket counts what the system has taken of one write, and what waits', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  expect(Reflect.get(socket, '_handle')).toMatchObject({
    bytesWritten: expect.any(Number),
    writeQueueSize: expect.any(Number),
  });
  socket.destroy();
  expect(Reflect.get(new Socket(), '_handle')).toBeNull();
  server.close();
  await once(server, 'close');
});

it('readline keeps in which row its cursor was', () => {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 10, rows: 5 });
  const readline = createInterface({ input, output, terminal: true });
  readline.setPrompt('> ');
  readline.prompt();
  readline.write('twelve words');
  expect(Reflect.get(readline, 'prevRows')).toBe(readline.getCursorPos().rows);
  expect(readline.getCursorPos().rows).toBe(1);
  readline.close();
});
