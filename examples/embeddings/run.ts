/**
 * Vectors of two models never mix: embeddings come from the model that was named, from the same
 * model elsewhere where the configuration says so, or from nobody, with one clear error. A chat
 * server that has none goes on chatting meanwhile.
 *
 *     npx node examples/embeddings/run.ts
 */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { ask, embed, expectThat, readLog, Stage, tell } from '../stage.ts';

const stage = new Stage();
const chatServer = createServer((request, response) => {
  const isChat = request.url === '/v1/chat/completions';
  const message = { role: 'assistant', content: 'hello' };
  const answer = isChat
    ? { choices: [{ message, finish_reason: 'stop' }] }
    : { detail: 'Not Found' };
  request.resume();
  response.writeHead(isChat ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
});
try {
  const provider = await stage.startProvider();
  const elsewhere = provider.replace('127.0.0.1', 'localhost');
  const chat = await listen(chatServer);
  stage.write(
    'config.yaml',
    `main: chat/tiny
fallback_chain: [spare/sim/embed]
providers:
  chat: {base_url: "${chat}/v1", protocol: openai-chat, auth: none}
  bare: {base_url: "${chat}", protocol: openai-chat, auth: none}
  withdrawn:
    base_url: "${provider}"
    protocol: openai-chat
    api_key: sk-sim-revoked
    models: {sim/embed: {same_as: good/sim/embed}}
  good: {base_url: "${elsewhere}", protocol: openai-chat, api_key: sk-sim-good}
  spare: {base_url: "${elsewhere}", protocol: openai-chat, api_key: sk-sim-good+spare}
auxiliary:
  embeddings: {provider: withdrawn, model: sim/embed}
`,
  );
  const gateway = await stage.startGateway();

  tell('1. Embeddings of a chat model, whose server has none');
  const none = await embed(gateway, 'main');
  expectThat(none.status === 400, `fail with ${none.status}: ${messageOf(none.text)}`);
  expectThat((await readLog(provider)).length === 0, 'and nobody else was asked, chain or not');
  const talk = await ask(gateway, 'main');
  expectThat(talk.target === 'chat/tiny', `a chat is answered by ${talk.target}, as before`);

  tell('2. An address without its /v1');
  const bare = await embed(gateway, 'bare/tiny');
  expectThat(
    bare.text.includes('base_url without /v1?'),
    `fails with ${bare.status}: ${messageOf(bare.text)}`,
  );

  tell(
    '3. The model for vectors, whose provider withdrew the key, and which another provider has too',
  );
  const vectors = await embed(gateway, 'embeddings');
  expectThat(vectors.status === 200, `answered with ${vectors.status}`);
  expectThat(vectors.target === 'good/sim/embed', `by ${vectors.target}, the same model elsewhere`);
} finally {
  chatServer.close();
  chatServer.closeAllConnections();
  await stage.clear();
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

function messageOf(text: string): string {
  return JSON.parse(text).error.message;
}
