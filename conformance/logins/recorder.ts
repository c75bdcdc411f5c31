/**
 * A server that writes down each request as it came and passes it on, unless it is told to refuse
 * it. One plays the vendor of a login before a simulated provider; another listens at the door of
 * the gateway. It imports nothing of src.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** One request as it came. */
export interface Sent {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  /** In the order in which they came, names as they were written. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** What it was answered with. */
  status: number;
}

/** An answer in the place of the one that would be passed on. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

export interface Recorder {
  readonly url: string;
  readonly sent: Sent[];
  close(): Promise<unknown>;
}

interface RecorderOptions {
  /** An origin. */
  readonly to: string;
  readonly refuse?: (sent: Sent) => Refusal | undefined;
  /** In the place of the login, for who stands behind. Default: the headers as they came. */
  readonly key?: string;
  /** Added to each answer that is passed on. */
  readonly answerHeaders?: Readonly<Record<string, string>>;
}

export async function startRecorder(options: RecorderOptions): Promise<Recorder> {
  const sent: Sent[] = [];
  const server = createServer((asked, answer) => {
    void receive(asked).then((one) => {
      sent.push(one);
      const refusal = options.refuse?.(one);
      if (refusal === undefined) passOn(one, answer, options);
      else refuse(one, answer, refusal);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const close = (): Promise<unknown> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, sent, close };
}

/** The first value of a header; nothing where it did not come. */
export function headerOf({ headers }: Pick<Sent, 'headers'>, name: string): string | undefined {
  return headers.find(([one]) => one.toLowerCase() === name)?.[1];
}

async function receive(asked: IncomingMessage): Promise<Sent> {
  const chunks: Buffer[] = [];
  for await (const chunk of asked) chunks.push(chunk);
  const { method = '', url = '', rawHeaders } = asked;
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  );
  return { method, url, headers, body: Buffer.concat(chunks), status: 0 };
}

function refuse(one: Sent, answer: ServerResponse, { status, headers, body }: Refusal): void {
  one.status = status;
  answer.writeHead(status, { 'content-type': 'application/json', ...headers });
  answer.end(JSON.stringify(body));
}

const ofOneConnection = /^(host|connection|transfer-encoding|content-length)$/i;
const secrets = /^(authorization|x-api-key)$/i;

function passOn(one: Sent, answer: ServerResponse, options: RecorderOptions): void {
  const { to, key, answerHeaders = {} } = options;
  const headers = one.headers.filter(
    ([name]) => !ofOneConnection.test(name) && (key === undefined || !secrets.test(name)),
  );
  const own = key === undefined ? [] : ['authorization', `Bearer ${key}`];
  const all = [...headers.flat(), ...own, 'host', new URL(to).host];
  const length = one.body.length === 0 ? [] : ['content-length', String(one.body.length)];
  const asked = request(
    new URL(one.url, to),
    { method: one.method, headers: [...all, ...length] },
    (got) => {
      one.status = got.statusCode ?? 0;
      answer.writeHead(one.status, { ...got.headers, ...answerHeaders });
      got.pipe(answer);
    },
  );
  asked.on('error', () => answer.destroy());
  answer.on('close', () => asked.destroy());
  asked.end(one.body);
}
