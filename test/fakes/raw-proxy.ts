/**
 * A proxy on raw sockets: each of its connections leads to one of the provider's, by CONNECT or by
 * the URL in the request's first line.
 */

import { connect, createServer, type Server, type Socket } from 'node:net';

export class RawProxy {
  /** The first line of each request. */
  readonly asked: string[] = [];
  /** The whole head of the last one, in lower case. */
  head = '';
  /** The answer to CONNECT. */
  answer = 'HTTP/1.1 200 Connection established\r\n\r\n';
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer((socket) => this.#meet(socket));

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get origin(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #meet(client: Socket): void {
    this.#keep(client);
    client.once('data', (bytes: Buffer) => {
      client.pause();
      this.head = bytes.toString('latin1').split('\r\n\r\n')[0]?.toLowerCase() ?? '';
      const [first = ''] = bytes.toString('latin1').split('\r\n');
      this.asked.push(first);
      const isTunnel = first.startsWith('CONNECT ');
      const { hostname, port } = new URL(
        first.replace(/^\w+ (?:http:\/\/)?([^ /]+).*/, 'http://$1'),
      );
      const provider = connect({ host: hostname, port: Number(port || 80) }, () => {
        if (isTunnel) client.write(this.answer);
        else provider.write(toOriginForm(bytes));
        if (!this.answer.includes(' 200 ')) client.end();
        else if (isTunnel) client.pipe(provider);
        else client.on('data', (more: Buffer) => provider.write(toOriginForm(more))).resume();
        provider.pipe(client);
      });
      this.#keep(provider);
      provider.on('error', () => client.destroy());
      provider.on('close', () => client.destroySoon());
      client.on('close', () => provider.destroy());
    });
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined); // either side may hang up at any byte
    socket.on('close', () => this.#sockets.delete(socket));
  }
}

/** A request that begins in these bytes, as a provider reads it. */
function toOriginForm(bytes: Buffer): Buffer {
  return Buffer.from(
    bytes.toString('latin1').replace(/^(GET|POST) http:\/\/[^/]+/, '$1 '),
    'latin1',
  );
}
