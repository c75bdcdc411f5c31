/**
 * Where a login is renewed: a token endpoint that gives each refresh token a new login once. Codex
 * is sent here by a variable of its own. Claude Code has none, so that it comes through the proxy
 * of its machine, whose authority it trusts.
 */

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { makeAuthority } from '../../test/fakes/self-signed.ts';

export interface Renewals {
  /** How often a login was renewed. */
  readonly count: number;
  readonly tokenUrl: string;
  /** For a program that reaches no other host: its variables. */
  readonly proxied: Readonly<Record<string, string>>;
  /** What was asked of it through the proxy, as `host /path`. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/**
 * `renew` answers a refresh token with a body, or with nothing where it does not know it. The
 * proxy plays `host`, and refuses every other.
 */
export async function startRenewals(
  renew: (refreshToken: string) => object | undefined,
  { host, caFile }: { readonly host: string; readonly caFile: string },
): Promise<Renewals> {
  const asked: string[] = [];
  let count = 0;
  const answer: RequestListener = async (request, response) => {
    asked.push(`${request.headers.host} ${request.url}`);
    const body = request.url?.endsWith('/oauth/token')
      ? renew(refreshTokenIn(await readBody(request)))
      : undefined;
    if (body !== undefined) count += 1;
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { error: 'invalid_request' }));
  };
  const authority = makeAuthority('conformance authority');
  writeFileSync(caFile, authority.cert);
  const plain = createServer(answer);
  const secure = createTlsServer(authority.sign(host), answer);
  const proxy = createServer((request, response) => {
    asked.push(`plain ${request.url}`);
    response.writeHead(403).end();
  });
  const ports = await Promise.all([plain, secure, proxy].map(listen));
  const [plainPort = 0, securePort = 0, proxyPort = 0] = ports;
  proxy.on('connect', ({ url = '' }: IncomingMessage, socket: Socket) => {
    socket.on('error', () => undefined);
    if (url !== `${host}:443`) {
      asked.push(`refused ${url}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const through = connect(securePort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    through.on('error', () => socket.destroy());
  });
  return {
    get count() {
      return count;
    },
    asked,
    tokenUrl: `http://127.0.0.1:${plainPort}/oauth/token`,
    proxied: {
      HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
      NO_PROXY: '127.0.0.1',
      NODE_EXTRA_CA_CERTS: caFile,
    },
    close: async () => {
      for (const server of [plain, secure, proxy]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

type Listener = ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>;

async function listen(server: Listener): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Both programs send JSON. */
function refreshTokenIn(body: string): string {
  return /"refresh_token"\s*:\s*"([^"]+)"/.exec(body)?.[1] ?? '';
}
