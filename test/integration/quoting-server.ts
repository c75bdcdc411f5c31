/**
 * A real server that quotes in its failures what it was asked and what it has answered: in any
 * place, notation, piece and status, as a seed says.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { privateText, quotingSentence, quotingStep } from '../fakes/quoting-provider.ts';
import { Random } from '../simulation/random.ts';

export interface QuotingServer {
  readonly url: string;
  /** What answers have said so far: no part of it may be found anywhere either. */
  readonly answers: readonly string[];
  close(): Promise<void>;
}

/**
 * The n-th request is answered by the n-th seed; what it quotes are texts of the request as it
 * came, and of its own answer.
 */
export async function startQuotingServer(firstSeed: number): Promise<QuotingServer> {
  const answers: string[] = [];
  let seed = firstSeed;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined); // the gateway may hang up
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seed += 1;
      play({
        random: new Random(seed),
        body: Buffer.concat(chunks).toString(),
        request,
        response,
        answers,
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, answers, close: () => closeServer(server) };
}

interface Scene {
  readonly random: Random;
  readonly body: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly answers: string[];
}

function play(scene: Scene): void {
  const { random, body, response } = scene;
  const texts = [...textsIn(parse(body)), body.slice(random.integer(0, body.length))].filter(
    (text) => text !== '',
  );
  texts.push('nothing was asked');
  if (body !== '' && random.chance(0.3)) {
    breakOff(scene, texts);
    return;
  }
  const step = quotingStep(random, texts);
  if (step.error !== undefined) {
    response.socket?.destroy();
    return;
  }
  const headers = Object.entries(step.headers ?? {}).map(
    ([name, value]) => [name, value.replaceAll(/[^ -~]/g, '')] as const,
  );
  response.writeHead(
    step.status ?? 200,
    printable(`${quotingSentence(random, texts)}`),
    Object.fromEntries(headers),
  );
  for (const chunk of step.chunks ?? []) response.write(chunk);
  response.end();
}

/** Content, in the words of one of the protocols, and then a failure that quotes it. */
function breakOff({ random, request, response, answers }: Scene, texts: readonly string[]): void {
  const [path = ''] = (request.url ?? '').split('?');
  const fitting = beginnings.filter(([asked]) => asked.test(path)).map(([, begin]) => begin);
  if (fitting.length === 0) {
    response.socket?.destroy();
    return;
  }
  const answer = privateText(random);
  answers.push(answer);
  const said = quotingSentence(random, [answer, ...texts]);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of random.pick(fitting)(answer))
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  const ending = random.pick(endings);
  if (ending === 'cut') response.socket?.destroy();
  else {
    response.write(ending(said));
    response.end();
  }
}

/** How content begins, by the end of the path that was asked. */
const beginnings: readonly (readonly [path: RegExp, (text: string) => readonly object[]])[] = [
  [/completions$/, (content) => [{ id: 'c', choices: [{ index: 0, delta: { content } }] }]],
  [
    /completions$/,
    (content) => [
      { id: 'c', choices: [{ index: 0, delta: { content }, finish_reason: `error ${content}` }] },
    ],
  ],
  [
    /responses$/,
    (delta) => [
      { type: 'response.created', response: { id: 'r', output: [] } },
      {
        type: 'response.output_text.delta',
        output_index: 0,
        content_index: 0,
        item_id: 'm',
        delta,
      },
    ],
  ],
  [
    /messages$/,
    (text) => [
      {
        type: 'message_start',
        message: { id: 'm', type: 'message', role: 'assistant', content: [] },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
    ],
  ],
  [/Content/, (text) => [{ candidates: [{ content: { role: 'model', parts: [{ text }] } }] }]],
  [
    /Content/,
    (text) => [
      {
        candidates: [
          {
            content: { parts: [{ text }] },
            finishReason: 'MALFORMED_FUNCTION_CALL',
            finishMessage: text,
          },
        ],
      },
    ],
  ],
];

const endings: readonly ('cut' | ((said: string) => string))[] = [
  'cut',
  (message) => `data: ${JSON.stringify({ error: { message, code: message } })}\n\n`,
  (message) =>
    `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message } })}\n\n`,
  (message) =>
    `data: ${JSON.stringify({ type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message } } })}\n\n`,
  (message) => `event: error\ndata: ${message}\n\n`,
  (message) => `data: {"choices":[{"index":0,"delta":{"content":${JSON.stringify(message)}\n\n`,
  (message) => `${JSON.stringify({ error: { message } })}\n`,
  (message) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: [message] } }] })}\n\n`,
  (message) => `<html><body>${message}</body></html>`,
];

function printable(text: string): string {
  return text.replaceAll(/[^ -~]/g, '').slice(0, 200);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body; // a form, or nothing
  }
}

/** Every long text in a request, wherever it stands. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.length < 24 ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
