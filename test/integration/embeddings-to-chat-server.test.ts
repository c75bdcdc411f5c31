/**
 * A chat server that has no embeddings, and an address without its /v1, over real sockets: one
 * clear error, and chat goes on.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type Answer, ask } from './harness.ts';
import { openaiChat } from './protocol-cases.ts';

const completion = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'tiny',
  choices: [{ index: 0, message: { role: 'assistant', content: 'done' }, finish_reason: 'stop' }],
};

/** As vLLM and other servers of its framework answer a path that they do not have. */
function serve(request: IncomingMessage, response: ServerResponse): void {
  const isChat = request.url === '/v1/chat/completions';
  seen.push(`${request.url} ${isChat ? 200 : 404}`);
  request.resume();
  response.writeHead(isChat ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(isChat ? completion : { detail: 'Not Found' }));
}

let server: Server;
let address: string;
let seen: string[] = [];
let runtime: Runtime | undefined;
beforeEach(async () => {
  seen = [];
  server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  address = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}`;
});
afterEach(async () => {
  await runtime?.close();
  server.close();
});

function start(path: string): Runtime {
  const local = { base_url: `${address}${path}`, protocol: 'openai-chat', auth: 'none' };
  runtime = createRuntime({ config: { main: 'local/tiny', providers: { local } } });
  return runtime;
}

function embed(engine: Runtime): Promise<Answer> {
  const tongue = { ...openaiChat, path: '/v1/embeddings', conversation: 'input' };
  return ask(engine, { model: 'local/tiny' }, { tongue });
}

function messageOf({ text }: Answer): string {
  return JSON.parse(text).error.message;
}

describe('embeddings asked of a chat server', () => {
  it('end in one clear error, again and again, while chat with the same model is answered', async () => {
    const engine = start('/v1');
    for (let times = 0; times < 4; times++) {
      const refused = await embed(engine);
      expect([refused.status, refused.headers['x-should-retry']]).toEqual([400, 'false']);
      expect(messageOf(refused)).toContain(
        `local/tiny: ${address}/v1 serves no embeddings (404: "Not Found")`,
      );
      expect(messageOf(refused)).toContain('To fix: ask for a model that makes vectors');
      expect((await ask(engine, { model: 'local/tiny' })).status).toBe(200);
    }
    expect(seen).toEqual(
      new Array(4).fill(['/v1/embeddings 404', '/v1/chat/completions 200']).flat(),
    );
  });

  it('are told of the missing /v1', async () => {
    const refused = await embed(start(''));
    expect(messageOf(refused)).toContain(
      `local/tiny: ${address} serves no embeddings (404: "Not Found"). To fix: base_url without /v1? Try ${address}/v1 as providers.local.base_url`,
    );
    expect(seen).toEqual(['/embeddings 404']);
  });
});
