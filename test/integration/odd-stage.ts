/**
 * Two providers that send whatever bytes a test wants, a runtime that asks the second after the
 * first, and streams in pieces for them.
 */

import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type Answer, ask } from './harness.ts';
import { type OddServer, startOddServer } from './odd-server.ts';
import {
  anthropicMessages,
  datasOf,
  googleGenerateContent,
  openaiChat,
  openaiResponses,
  type Tongue,
} from './protocol-cases.ts';

export class OddStage {
  readonly first: OddServer;
  readonly second: OddServer;
  runtime: Runtime | undefined;

  constructor(first: OddServer, second: OddServer) {
    this.first = first;
    this.second = second;
  }

  static async open(): Promise<OddStage> {
    const [first, second] = await Promise.all([startOddServer(), startOddServer()]);
    return new OddStage(first, second);
  }

  async close(): Promise<void> {
    await this.runtime?.close();
    await Promise.all([this.first.close(), this.second.close()]);
  }

  /** Two providers that speak `spoken`. */
  start(spoken: Tongue): Runtime {
    const server = { protocol: spoken.protocol, auth: 'none', pace: 'quick' };
    this.runtime = createRuntime({
      config: {
        main: 'one/m',
        fallback_chain: ['two/m'],
        providers: {
          one: { ...server, base_url: this.first.url },
          two: { ...server, base_url: this.second.url },
        },
      },
    });
    return this.runtime;
  }

  async stream(tongue: Tongue, asked: Tongue = tongue): Promise<Answer> {
    return ask(this.start(tongue), { stream: true }, { tongue: asked });
  }

  /** The class of the failure of each attempt, in order. */
  classes(): readonly (string | undefined)[] | undefined {
    const record = this.runtime?.records().at(-1);
    return record?.attempts.map(({ failure }) => failure?.class);
  }
}

export function streams(server: OddServer, ...events: readonly string[]): void {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n';
  const writes = [head, ...events.map((event) => `${event}\n\n`)].map((text) => Buffer.from(text));
  server.answer = { writes, ending: 'end', isHasty: false };
}

export function errorOf(answer: Answer, tongue: Tongue): string | undefined {
  return datasOf(answer.text)
    .flatMap((data) => (data.startsWith('{') ? (tongue.readError(data)?.message ?? []) : []))
    .at(-1);
}

/**
 * A stream of each protocol: before its text, two pieces of text, its finish, its marker; and a
 * call as it begins and goes on.
 */
export interface Pieces {
  readonly opening: readonly string[];
  readonly text: readonly string[];
  readonly closing: readonly string[];
  readonly marker: readonly string[];
  readonly call: readonly [string, string];
  readonly damaged: string;
}

const named = (fields: { readonly type: string }) =>
  `event: ${fields.type}\ndata: ${JSON.stringify(fields)}`;
const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}`;
const calls = (more: object) => chunk({ tool_calls: [{ index: 0, ...more }] });

export const chat: Pieces = {
  opening: [chunk({ role: 'assistant', content: '' })],
  text: [chunk({ content: 'all is' }), chunk({ content: ' well' })],
  closing: [chunk({}, 'stop')],
  marker: ['data: [DONE]'],
  call: [
    calls({ id: 't', type: 'function', function: { name: 'rm', arguments: '{"path":"/tmp/a' } }),
    calls({ function: { arguments: '"}' } }),
  ],
  damaged: 'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"argu',
};

const usage = { input_tokens: 3, output_tokens: 5 };
const block = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
const delta = (fields: object) =>
  named({ type: 'content_block_delta', index: 0, delta: fields } as never);

export const messages: Pieces = {
  opening: [
    named({
      type: 'message_start',
      message: { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [], usage },
    } as never),
    named(block),
  ],
  text: ['all is', ' well'].map((text) => delta({ type: 'text_delta', text })),
  closing: [
    named({ type: 'content_block_stop', index: 0 } as never),
    named({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage } as never),
  ],
  marker: [named({ type: 'message_stop' })],
  call: [
    named({
      ...block,
      content_block: { type: 'tool_use', id: 't', name: 'rm', input: {} },
    } as never),
    delta({ type: 'input_json_delta', partial_json: '{"path":"/tmp/a' }),
  ],
  damaged:
    'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"type":"input_json',
};

const item = { type: 'message', id: 'msg', role: 'assistant', status: 'in_progress', content: [] };
const at = { item_id: 'msg', output_index: 0, content_index: 0 };
const response = { id: 'resp', object: 'response', model: 'm', created_at: 1 };
const message = {
  ...item,
  status: 'completed',
  content: [{ type: 'output_text', text: 'all is well', annotations: [] }],
};

const responses: Pieces = {
  opening: [
    { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item },
    {
      type: 'response.content_part.added',
      ...at,
      part: { type: 'output_text', text: '', annotations: [] },
    },
  ].map(named),
  text: ['all is', ' well'].map((text) =>
    named({ type: 'response.output_text.delta', ...at, delta: text } as never),
  ),
  closing: [named({ type: 'response.output_item.done', output_index: 0, item: message } as never)],
  marker: [
    named({
      type: 'response.completed',
      response: { ...response, status: 'completed', output: [message], usage },
    } as never),
  ],
  call: [
    named({
      type: 'response.output_item.added',
      output_index: 0,
      item: { type: 'function_call', id: 'fc', call_id: 't', name: 'rm', arguments: '' },
    } as never),
    named({
      type: 'response.function_call_arguments.delta',
      item_id: 'fc',
      output_index: 0,
      delta: '{"path":"/tmp/a',
    } as never),
  ],
  damaged:
    'event: response.function_call_arguments.delta\ndata: {"type":"response.function_call_argu',
};

const turn = (parts: readonly object[], more: object = {}): string =>
  `data: ${JSON.stringify({ candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }] })}`;

/** A call comes whole, and nothing marks the end. */
const google: Pieces = {
  opening: [],
  text: ['all is', ' well'].map((text) => turn([{ text }])),
  closing: [turn([], { finishReason: 'STOP' })],
  marker: [],
  call: [
    turn([{ functionCall: { name: 'rm', args: {} } }]),
    turn([{ functionCall: { name: 'ls', args: {} } }]),
  ],
  damaged: 'data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"rm","args":{"pa',
};

const all: readonly (readonly [Tongue, Pieces])[] = [
  [openaiChat, chat],
  [openaiResponses, responses],
  [anthropicMessages, messages],
  [googleGenerateContent, google],
];

export const spoken: readonly (readonly [string, Tongue, Pieces])[] = [
  ['openai-chat', openaiChat, chat],
  ['openai-responses', openaiResponses, responses],
  ['anthropic-messages', anthropicMessages, messages],
];
export const piecesOf = (tongue: Tongue): Pieces =>
  all.find(([known]) => known === tongue)?.[1] ?? chat;
export const whole = ({ opening, text, closing, marker }: Pieces) => [
  ...opening,
  ...text,
  ...closing,
  ...marker,
];
