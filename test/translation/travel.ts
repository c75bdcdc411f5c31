/**
 * A request through the engine to providers of given protocols, each of which answers; with what
 * they were sent.
 */

import { createRuntime } from '../../src/runtime.ts';
import { createFakeHost } from '../fakes/fake-host.ts';

const provider = (name: string, protocol: string) => ({
  base_url: `https://${name}.example/v1`,
  protocol,
  api_key: `sk-test-${name.repeat(3)}`,
  pace: 'quick',
});

/** A whole answer at each path. */
const answers: Readonly<Record<string, string>> = {
  '/v1/chat/completions': JSON.stringify({
    choices: [{ index: 0, message: { role: 'assistant', content: 'well' }, finish_reason: 'stop' }],
  }),
  '/v1/messages': JSON.stringify({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [{ type: 'text', text: 'well' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  }),
  '/v1/responses': JSON.stringify({
    id: 'resp_2',
    object: 'response',
    created_at: 1,
    model: 'm',
    status: 'completed',
    output: [
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'well', annotations: [] }],
      },
    ],
    usage: { input_tokens: 1, output_tokens: 1 },
  }),
  '/v1/models/m:generateContent': JSON.stringify({
    candidates: [
      { content: { parts: [{ text: 'well' }], role: 'model' }, finishReason: 'STOP', index: 0 },
    ],
  }),
};

interface Trip {
  readonly path: string;
  readonly body: object;
  readonly stream?: string;
  readonly answer?: string;
  /** A stream is asked for, though an answer comes. Default: only where there is a stream. */
  readonly isStreamed?: boolean;
}

/**
 * What the providers of these protocols were sent, in the order of the route, and what the caller
 * was told. `stream` answers a streamed request, `answer` a whole one.
 */
export async function travel(
  { path, body, stream, answer, isStreamed = stream !== undefined }: Trip,
  protocols: readonly string[],
  settings: object = {},
) {
  const host = createFakeHost();
  host.upstream.answerBy((request) => ({
    headers: { 'content-type': stream === undefined ? 'application/json' : 'text/event-stream' },
    chunks: [stream ?? answer ?? answers[String(request.path)] ?? ''],
  }));
  const places = protocols.map((protocol) => ({ provider: protocol, model: 'm' }));
  const runtime = createRuntime({
    host,
    config: {
      main: places[0],
      fallback_chain: places.slice(1),
      ...settings,
      providers: Object.fromEntries(
        protocols.map((protocol) => [protocol, provider(protocol, protocol)]),
      ),
    },
  });
  const isNamed = path.startsWith('/v1beta/');
  const named = isNamed ? {} : { model: 'main', ...(isStreamed ? { stream: true } : {}) };
  const chunks: Uint8Array[] = [];
  const told = { status: 0, isOver: false };
  const exchange = runtime
    .exchange(
      {
        method: 'POST',
        path: isStreamed ? path.replace(':generateContent', ':streamGenerateContent') : path,
        query: 'alt=sse',
        headers: {},
        body: Buffer.from(JSON.stringify({ ...named, ...body })),
        signal: new AbortController().signal,
      },
      {
        head: (status) => {
          told.status = status;
        },
        write: (chunk) => chunks.push(chunk) > 0,
        onDrain: (resume) => resume(),
        end: (chunk) => {
          if (chunk !== undefined) chunks.push(chunk);
        },
      },
    )
    .finally(() => {
      told.isOver = true;
    });
  while (!told.isOver) await host.advance(500);
  await exchange;
  const record = runtime.records().at(-1);
  await runtime.close();
  const sent = host.upstream.requests.map((request) => ({
    url: `${request.origin}${request.path}`,
    body: String(request.body),
  }));
  return { status: told.status, text: Buffer.concat(chunks).toString(), record, sent };
}
