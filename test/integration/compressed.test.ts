/**
 * A provider that compresses although identity was asked for, over real sockets: its answers,
 * streams and refusals are read.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  constants,
  createBrotliCompress,
  createDeflate,
  createDeflateRaw,
  createGzip,
  createZstdCompress,
  gzipSync,
} from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RequestRecord } from '../../src/model/record.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ask, textOf } from './harness.ts';
import { endsWhole, openaiChat, type Tongue, tongues, translatedPairs } from './protocol-cases.ts';

const packers = {
  gzip: () => createGzip(),
  deflate: () => createDeflate(),
  'deflate, bare': () => createDeflateRaw(),
  br: () => createBrotliCompress(),
  zstd: () => createZstdCompress(),
} as const;
type Packing = keyof typeof packers;

/**
 * What stands before the simulated provider: passes its answers on, compressed as one packing says,
 * flushed with each event.
 */
interface Edge {
  packing: Packing;
  /** Closes the connection after so many events. Default: never. */
  cutAfter: number;
  /** The name told instead of the packing's own. */
  claim: string | undefined;
}

const edge: Edge = { packing: 'gzip', cutAfter: Number.POSITIVE_INFINITY, claim: undefined };
let sim: SimulatedProvider;
let server: Server;
let origin: string;

beforeAll(async () => {
  sim = await startSimulatedProvider();
  server = createServer((request, response) => void forward(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
beforeEach(() => {
  sim.reset();
  Object.assign(edge, { packing: 'gzip', cutAfter: Number.POSITIVE_INFINITY, claim: undefined });
});
afterAll(async () => {
  await sim.close();
  server.close();
});

async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { authorization, 'x-api-key': key = authorization?.slice('Bearer '.length) } =
    request.headers;
  const answer = await fetch(`${sim.origin}${request.url}`, {
    method: 'POST',
    headers: { 'x-api-key': String(key), 'anthropic-version': '2023-06-01' },
    body: Buffer.concat(chunks),
  });
  const packer = packers[edge.packing]();
  response.writeHead(answer.status, {
    'content-type': answer.headers.get('content-type') ?? '',
    'content-encoding': edge.claim ?? edge.packing.replace(', bare', ''),
  });
  packer.on('data', (bytes: Buffer) => response.write(bytes));
  packer.on('end', () => response.end());
  const events = (await answer.text()).split(/(?<=\n\n)/);
  for (const event of events.slice(0, edge.cutAfter)) {
    packer.write(event);
    await new Promise<void>((resolve) => packer.flush(resolve));
  }
  if (edge.cutAfter < events.length) response.destroy();
  else packer.end();
}

/** One provider behind the edge, and another that is asked when it fails. */
async function travel<T>(
  tongue: Tongue,
  run: (runtime: Runtime) => Promise<T>,
): Promise<[T, RequestRecord[]]> {
  const { protocol } = tongue;
  const one = { base_url: `${origin}/v1`, protocol, api_key: 'sk-sim-good', pace: 'quick' };
  const two = { base_url: sim.url, protocol, api_key: 'sk-sim-good', pace: 'quick' };
  const config = {
    main: { provider: 'one', model: 'sim/long-60' },
    fallback_chain: [{ provider: 'two', model: 'sim/long-60' }],
    providers: { one, two },
  };
  const runtime = createRuntime({ config });
  try {
    return [await run(runtime), [...runtime.records()]];
  } finally {
    await runtime.close();
  }
}

function counts(text: string): string {
  return [...text.matchAll(/~(\d+)\/60/g)].map(([, count]) => count).join();
}
const whole = Array.from({ length: 56 }, (_, index) => index + 5).join();

describe.each(tongues.map((tongue) => [tongue.protocol, tongue] as const))(
  '%s',
  (_name, tongue) => {
    const packings = Object.keys(packers) as Packing[];

    it.each(packings)(
      'a stream in %s reaches the caller in plain, whole, from the first provider',
      async (packing) => {
        edge.packing = packing;
        const [answer, [record]] = await travel(tongue, (runtime) =>
          ask(runtime, { stream: true }, { tongue }),
        );
        expect(counts(textOf(answer, tongue))).toBe(whole);
        expect(endsWhole(answer.text, tongue)).toBe(true);
        expect([answer.headers['content-encoding'], record?.attempts.length]).toEqual([
          undefined,
          1,
        ]);
      },
    );

    it.each(packings)(
      'a stream in %s that is cut is told as far as it came, and continued',
      async (packing) => {
        Object.assign(edge, { packing, cutAfter: 30 });
        const [answer, [record]] = await travel(tongue, (runtime) =>
          ask(runtime, { stream: true }, { tongue }),
        );
        expect(counts(textOf(answer, tongue))).toBe(whole);
        expect(record?.joints?.length).toBeGreaterThanOrEqual(1);
        expect(record?.attempts[0]?.failure?.class).toBe('stream-cut');
      },
    );

    it.each(packings)('a whole answer in %s reaches the caller in plain', async (packing) => {
      edge.packing = packing;
      const [answer, [record]] = await travel(tongue, (runtime) => ask(runtime, {}, { tongue }));
      expect(counts(tongue.readWhole(answer.text))).toBe(whole);
      expect([answer.headers['content-encoding'], record?.attempts.length]).toEqual([undefined, 1]);
    });

    it('a refusal is classified, and told, by what it says', async () => {
      const [{ status, text }, [record]] = await travel(tongue, (runtime) =>
        ask(runtime, { model: 'one/sim/context-overflow' }, { tongue }),
      );
      expect([status, record?.attempts[0]?.failure?.class]).toEqual([400, 'context-overflow']);
      expect(tongue.readError(text)).toBeDefined();
    });
  },
);

describe.each(translatedPairs)('%s', (_name, { asked, spoken }) => {
  it.each([true, false])('an answer in gzip is translated, streamed: %s', async (stream) => {
    const [answer, [record]] = await travel(spoken, (runtime) =>
      ask(runtime, { stream }, { tongue: asked }),
    );
    const told = stream ? textOf(answer, asked) : asked.readWhole(answer.text);
    expect(counts(told)).toBe(whole);
    expect(record?.attempts).toHaveLength(1);
  });
});

describe('what cannot be unpacked', () => {
  it.each(['gzip', 'rot13'])(
    'is malformed, and another provider answers: it says %s',
    async (claim) => {
      Object.assign(edge, { packing: 'br', claim });
      const [answer, [record]] = await travel(openaiChat, (runtime) =>
        ask(runtime, { stream: true }),
      );
      expect(counts(textOf(answer))).toBe(whole);
      expect(record?.attempts.map(({ failure }) => failure?.class)).toEqual([
        'malformed',
        undefined,
      ]);
    },
  );
});

describe('a compressed stream that flows slowly', () => {
  it('reaches the caller event by event', async () => {
    const slow = createServer((request, response) => {
      request.resume();
      const packer = createGzip({ flush: constants.Z_SYNC_FLUSH });
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
      packer.pipe(response);
      packer.write('data: {"choices":[{"delta":{"content":"first"}}]}\n\n');
      goOn = () =>
        packer.end('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
    });
    let goOn = (): void => undefined;
    slow.listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const address = slow.address();
    const one = {
      base_url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1`,
      protocol: 'openai-chat',
      auth: 'none',
    };
    const runtime = createRuntime({ config: { main: 'one/m', providers: { one } } });
    const chunks: string[] = [];
    await runtime.exchange(
      {
        method: 'POST',
        path: openaiChat.path,
        headers: {},
        body: Buffer.from('{"model":"main","stream":true,"messages":[]}'),
        signal: new AbortController().signal,
      },
      {
        head: () => undefined,
        write: (chunk) => {
          chunks.push(Buffer.from(chunk).toString());
          goOn();
          return true;
        },
        onDrain: (resume) => resume(),
        end: (chunk) => void (chunk && chunks.push(Buffer.from(chunk).toString())),
      },
    );
    expect(chunks[0]).toContain('first');
    expect(chunks.at(-1)).toContain('[DONE]');
    await runtime.close();
    slow.close();
  });
});

describe('a model list', () => {
  it('is read when it comes compressed', async () => {
    const list = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync('{"data":[{"id":"packed-model"}]}'));
    });
    list.listen(0, '127.0.0.1');
    await once(list, 'listening');
    const address = list.address();
    const base_url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1`;
    const one = { base_url, protocol: 'openai-chat', auth: 'none' };
    const runtime = createRuntime({ config: { main: 'one/m', providers: { one } } });
    expect(JSON.stringify(await runtime.refreshModels(new AbortController().signal))).toContain(
      '"count":1',
    );
    await runtime.close();
    list.close();
  });
});
