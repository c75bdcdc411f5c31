/**
 * Imitations of Azure, Foundry, Bedrock and Vertex behind one real socket. The first part of a
 * path is the host that was meant: `/mine.openai.azure.com/openai/v1/responses`. What the clouds'
 * own pages and SDKs do not send is refused. Imports nothing of the program, so that both may be
 * wrong only together with the facts; the SDKs are shown to pass in the conformance run.
 */

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { shapes } from './answers.ts';
import {
  type CloudName,
  type CloudRequest,
  keys,
  type Refusal,
  region,
  surfaces,
} from './clouds.ts';

export interface Imitation {
  readonly url: string;
  /** Every request, in order. */
  readonly asked: readonly CloudRequest[];
  /** What was wrong with requests, in words. */
  readonly faults: readonly string[];
  /** The next request to this cloud is refused so: the recorded case of this name. */
  play(cloud: CloudName, name: string): void;
  close(): Promise<void>;
}

export async function startImitation(): Promise<Imitation> {
  const asked: CloudRequest[] = [];
  const faults: string[] = [];
  const planned: { cloud: CloudName; refusal: Refusal }[] = [];
  const take = (cloud: CloudName): Refusal | undefined => {
    const at = planned.findIndex((one) => one.cloud === cloud);
    return at < 0 ? undefined : planned.splice(at, 1)[0]?.refusal;
  };
  const server = createServer(async (incoming, response) => {
    const request = await readRequest(incoming);
    asked.push(request);
    const found = surfaces.find(
      ({ host, path }) => host.test(request.host) && path.test(request.path),
    );
    if (found === undefined) {
      faults.push(`nothing is served at ${request.host}${request.path}`);
      return refuse(response, { status: 404, body: { error: { message: 'Not found' } } });
    }
    if (!hasKey(request, found)) return refuse(response, found.refuseKey(request));
    const fault = queryFaultOf(request, found.query) ?? found.faultOf(request);
    if (fault !== undefined) {
      faults.push(fault);
      return refuse(response, { status: 400, body: { error: { message: fault } } });
    }
    const refusal = take(found.cloud);
    if (refusal !== undefined) return refuse(response, refusal);
    const isStreamed = request.body['stream'] === true || request.path.includes(':stream');
    const answer = shapes[found.shape](String(request.body['model'] ?? request.path), isStreamed);
    response.writeHead(200, { 'content-type': answer.type }).end(answer.body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    faults,
    play: (cloud, name) => planned.push({ cloud, refusal: readCase(cloud, name) }),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<CloudRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const [, host = '', whole = ''] = /^\/([^/]+)(.*)$/.exec(incoming.url ?? '') ?? [];
  const [path = '', query = ''] = whole.split('?');
  const text = Buffer.concat(chunks).toString();
  return {
    host,
    path,
    query: new URLSearchParams(query),
    headers: incoming.headers,
    body: text === '' ? {} : JSON.parse(text),
  };
}

/** One key, the right one, in one place; Bedrock's is known in its own region alone. */
function hasKey(
  { headers, host, query }: CloudRequest,
  { cloud, keyIn }: (typeof surfaces)[number],
): boolean {
  const places = ['authorization', 'api-key', 'x-api-key', 'x-goog-api-key'] as const;
  const shown = places.filter((name) => headers[name] !== undefined);
  const [name] = shown;
  if (name === undefined || shown.length > 1 || query.has('key')) return false;
  const secret = name === 'authorization' ? `Bearer ${keys[cloud]}` : keys[cloud];
  const isHere = cloud !== 'bedrock' || host.includes(`.${region}.`);
  return keyIn.includes(name) && headers[name] === secret && isHere;
}

function queryFaultOf({ query }: CloudRequest, allowed: readonly string[]): string | undefined {
  const other = [...query.keys()].find((name) => !allowed.includes(name));
  return other === undefined ? undefined : `the query has ${other}`;
}

function refuse(response: ServerResponse, { status, body, headers = {} }: Refusal): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

const fixtures = join(import.meta.dirname, '../fixtures/failures');

function readCase(cloud: CloudName, name: string): Refusal {
  return JSON.parse(readFileSync(join(fixtures, cloud, `${name}.json`), 'utf8')).response;
}
