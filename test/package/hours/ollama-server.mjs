/** Speaks Ollama's wire, with one model; prints its address. */

import { createServer } from 'node:http';

const model = 'qwen3:8b';

const answers = {
  '/api/version': () => ({ version: '0.13.0' }),
  '/api/tags': () => ({ models: [{ name: model, model, size: 5_225_388_164 }] }),
  '/v1/models': () => ({
    object: 'list',
    data: [{ id: model, object: 'model', owned_by: 'library' }],
  }),
};

const server = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  const known = answers[request.url];
  if (known !== undefined) return response.end(JSON.stringify(known()));
  const asked = JSON.parse(text);
  if (asked.model !== model) {
    const message = `model "${asked.model}" not found, try pulling it first`;
    const error = { message, type: 'not_found_error', param: null, code: null };
    return response.writeHead(404).end(JSON.stringify({ error }));
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (delta, finish_reason = null) =>
    response.write(
      `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model, system_fingerprint: 'fp_ollama', choices: [{ index: 0, delta, finish_reason }] })}\n\n`,
    );
  for (const word of ['from ', 'the ', 'own ', 'server'])
    send({ role: 'assistant', content: word });
  send({ role: 'assistant', content: '' }, 'stop');
  return response.end('data: [DONE]\n\n');
});
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`http://127.0.0.1:${server.address().port}/v1\n`),
);
