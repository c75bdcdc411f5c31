/** Runs a gateway's engine before three fake providers, and asks for a title as agents do. */

import type { RequestRecord } from '../../src/model/record.ts';
import type { Headers } from '../../src/model/request.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { createFakeHost, type FakeHost, type UpstreamStep } from './fake-host.ts';

export const key = 'sk-test-judged';

export interface TitleAnswer {
  status: number;
  headers: Headers;
  body: string;
}

export function startTitles(
  task: object = {},
  more: object = {},
): { host: FakeHost; runtime: Runtime } {
  const host = createFakeHost();
  const provider = { protocol: 'openai-chat', api_key: key };
  const at = (name: string): object => ({ ...provider, base_url: `https://${name}.test/v1` });
  const runtime = createRuntime({
    host,
    config: {
      main: 'main/m',
      providers: { main: at('main'), own: at('own'), chain: at('chain'), ...more },
      aliases: { 'a-small-*': 'title_generation' },
      auxiliary: {
        title_generation: { provider: 'own', model: 'm', fallback_chain: ['chain/m'], ...task },
        translation: { provider: 'own', model: 'm' },
      },
    },
  });
  return { host, runtime };
}

export function askTitle(
  runtime: Runtime,
  body: object = {},
  path = '/v1/chat/completions',
): TitleAnswer {
  const answer: TitleAnswer = { status: 0, headers: {}, body: '' };
  const take = (chunk?: Uint8Array): boolean => {
    answer.body += Buffer.from(chunk ?? []).toString();
    return true;
  };
  const messages = [{ role: 'user', content: 'my login redirects for ever' }];
  const asked = JSON.stringify({ model: 'title_generation', messages, ...body });
  void runtime.exchange(
    {
      method: 'POST',
      path,
      headers: {},
      body: Buffer.from(asked),
      signal: new AbortController().signal,
    },
    {
      head: (status, headers) => Object.assign(answer, { status, headers }),
      write: take,
      onDrain: (go) => go(),
      end: take,
    },
  );
  return answer;
}

export interface Said {
  readonly content?: string | null;
  readonly reasoning?: string;
  readonly finish?: string;
  readonly more?: object;
}

export function sayWhole({
  content = null,
  reasoning,
  finish = 'stop',
  more = {},
}: Said): UpstreamStep {
  const message = { role: 'assistant', content, reasoning_content: reasoning, ...more };
  return { chunks: [JSON.stringify({ choices: [{ index: 0, message, finish_reason: finish }] })] };
}

export function sayStreamed({ content, reasoning, finish = 'stop', more }: Said): UpstreamStep {
  const event = (choice: object): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`;
  const pieces = [
    ...(reasoning === undefined ? [] : [event({ delta: { reasoning_content: reasoning } })]),
    ...(content ?? '')
      .split(/(?<= )/)
      .filter(Boolean)
      .map((piece) => event({ delta: { content: piece } })),
    ...(more === undefined ? [] : [event({ delta: more })]),
    event({ delta: {}, finish_reason: finish }),
    'data: [DONE]\n\n',
  ];
  return { headers: { 'content-type': 'text/event-stream' }, chunks: pieces };
}

export function textOf({ body }: TitleAnswer): string {
  if (!body.startsWith('data:') && !body.startsWith(':'))
    return JSON.parse(body).choices[0].message.content;
  const events = body.split('\n\n').filter((event) => event.startsWith('data: {'));
  return events.map((event) => JSON.parse(event.slice(6)).choices[0].delta.content ?? '').join('');
}

export function missesOf(record: RequestRecord | undefined): readonly (string | undefined)[] {
  return record?.attempts.map(({ failure }) => failure?.rule) ?? [];
}
