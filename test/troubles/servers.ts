/** The providers of a story on real sockets of this machine. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { UpstreamStep } from '../fakes/fake-host.ts';
import type { Story } from './story.ts';
import type { World } from './world.ts';

/** One server for each host of the story; a host that refuses connections has only an address. */
export class Servers {
  readonly #world: World;
  readonly #open: Server[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  async open({ providers, fault }: Story): Promise<ReadonlyMap<string, string>> {
    const hosts = [...providers.map(({ host }) => host), 'mainstay.test'];
    const addresses = new Map<string, string>();
    for (const [index, host] of hosts.entries()) {
      if (index === 0 && fault.isOfConnection === true) {
        // a port that was closed again may be given to a story beside this one
        addresses.set(host, 'http://127.0.0.1:1');
        continue;
      }
      const server = createServer((request, response) => this.#answer(host, request, response));
      const port = await listen(server);
      addresses.set(host, `http://127.0.0.1:${port}`);
      this.#open.push(server);
    }
    return addresses;
  }

  close(): void {
    for (const server of this.#open) {
      server.closeAllConnections();
      server.close();
    }
  }

  #answer(hostname: string, request: IncomingMessage, response: ServerResponse): void {
    request.resume().on('end', () => {
      const { method = 'GET', headers } = request;
      const authorization = headers.authorization ?? '';
      play(this.#world.answer({ hostname, method, authorization }), response);
    });
  }
}

function play(
  { error, status = 200, headers = {}, chunks = [] }: UpstreamStep,
  to: ServerResponse,
): void {
  if (error !== undefined) {
    to.destroy();
    return;
  }
  to.writeHead(status, headers);
  for (const chunk of chunks) to.write(chunk);
  to.end();
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
