/**
 * A stand-in for a model server of people's own: to each scene it gives the answer that was
 * recorded from the server itself.
 */

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';
import { readCases } from '../../scripts/lib/failure-corpus.ts';

/** What a request asks, as far as servers differ in it. */
type Asked = 'unknown' | 'tools' | 'reasoning' | 'schema' | 'long' | 'messages';

/** The recorded refusal of each; absent: it answers. */
export const refusals: Readonly<Record<string, Readonly<Partial<Record<Asked, string>>>>> = {
  ollama: {
    unknown: 'ollama/model-not-found-compatible',
    tools: 'ollama/no-tools-compatible',
    reasoning: 'ollama/no-thinking',
    schema: 'ollama/bad-schema',
  },
  'ollama without newer paths': { messages: 'ollama/path-not-served', schema: 'ollama/bad-schema' },
  llamacpp: { schema: 'llamacpp/bad-schema', long: 'llamacpp/overflow' },
  'llamacpp without newer paths': { messages: 'llamacpp/unknown-path', long: 'llamacpp/overflow' },
  vllm: {
    unknown: 'vllm/unknown-model',
    schema: 'vllm/bad-schema',
    long: 'vllm/prompt-longer-than-the-window',
  },
  'vllm without newer paths': { messages: 'vllm/path-not-served', schema: 'vllm/bad-schema' },
  litellm: {
    unknown: 'litellm/unknown-model',
    reasoning: 'litellm/unsupported-params',
    long: 'litellm/overflow-pre-call-check',
  },
};

const cases = new Map(readCases().map((found) => [found.id, found]));
const message = {
  id: 'msg_fixture',
  type: 'message',
  role: 'assistant',
  model: 'tiny',
  content: [{ type: 'text', text: 'hi there' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 2 },
};

export interface StandIn {
  readonly url: string;
  /** The paths that were asked. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** `name`: of `refusals`. */
export async function startStandIn(name: string): Promise<StandIn> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((text) => {
      const path = request.url ?? '';
      asked.push(path);
      const found = refusalOf(name, path, text);
      if (found !== undefined) {
        response.writeHead(found.response.status, found.response.headers).end(found.text);
        return;
      }
      const isStream = JSON.parse(text).stream === true;
      const isMessage = path.endsWith('/messages');
      response.writeHead(200, {
        'content-type': isStream ? 'text/event-stream' : 'application/json',
      });
      response.end(isMessage ? JSON.stringify(message) : wellOf(name, isStream ? 'sse' : 'json'));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/v1`, asked, close: () => close(server) };
}

function refusalOf(name: string, path: string, text: string) {
  const body = JSON.parse(text);
  const isThere: Readonly<Record<Asked, boolean>> = {
    messages: path.endsWith('/messages'),
    unknown: body.model === 'holdfast-no-such-model',
    tools: body.tools !== undefined,
    reasoning: body.reasoning_effort !== undefined,
    schema: text.includes('nonsense'),
    long: text.length > 100_000,
  };
  const own = refusals[name] ?? {};
  const ids = Object.entries(own).flatMap(([asked, id]) =>
    Object.entries(isThere).some(([one, is]) => one === asked && is) ? [id] : [],
  );
  return ids[0] === undefined ? undefined : cases.get(ids[0]);
}

/** Ollama's answers are of the form that vLLM's are. */
function wellOf(name: string, kind: 'json' | 'sse'): Buffer {
  const [software = ''] = name.split(' ', 1);
  const file = software === 'ollama' ? 'vllm' : software;
  return readFileSync(join(import.meta.dirname, '../fixtures/servers', `${file}.${kind}`));
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
