/** A provider that compresses although identity was asked for, over real sockets: its answers and refusals are read. */

import { createServer, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { ask } from './harness.ts';

const bodies: Readonly<Record<string, readonly [number, object]>> = {
  answers: [200, { choices: [{ message: { content: 'unpacked' }, finish_reason: 'stop' }] }],
  refuses: [400, { error: { message: 'too long', code: 'context_length_exceeded' } }],
};

let server: Server;
let runtime: Runtime;

beforeEach(async () => {
  server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      const name = Object.keys(bodies).find((model) => chunk.includes(model)) ?? '';
      const [status, body] = bodies[name] ?? [500, {}];
      response.writeHead(status, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify(body)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const one = { base_url: `http://127.0.0.1:${port}/v1`, protocol: 'openai-chat', auth: 'none' };
  runtime = createRuntime({ config: { main: 'one/answers', providers: { one } } });
});

afterEach(async () => {
  await runtime.close();
  await new Promise((resolve) => server.close(resolve));
});

describe('a compressed answer', () => {
  it('reaches the caller in plain', async () => {
    const { status, headers, text } = await ask(runtime, { model: 'one/answers' });
    expect([status, headers['content-encoding']]).toEqual([200, undefined]);
    expect(text).toContain('unpacked');
  });

  it('that refuses is classified, and told, by what it says', async () => {
    const { status, text } = await ask(runtime, { model: 'one/refuses' });
    expect([status, text]).toEqual([400, JSON.stringify(bodies['refuses']?.[1])]);
    expect(runtime.records().at(-1)?.attempts[0]?.failure?.class).toBe('context-overflow');
  });
});
