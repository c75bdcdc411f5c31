/** Runs a whole chat on a fake host: lines go in, and the requests, sessions and words come out. */

import { Chat } from '../../src/chat/chat.ts';
import type { ChatContext } from '../../src/chat/context.ts';
import { Conversation } from '../../src/chat/conversation.ts';
import type { AnswerView, Face } from '../../src/chat/screen/face.ts';
import { createHoldfast } from '../../src/library/holdfast.ts';
import { SessionStore } from '../../src/sessions/store.ts';
import { createFakeHost, type FakeHost, type UpstreamStep } from './fake-host.ts';

export type SideTasks = Required<ChatContext['sideTasks']>;

export function answer(
  text: string,
  usage: object = { prompt_tokens: 10, completion_tokens: 5 },
): UpstreamStep {
  const events = [
    { choices: [{ delta: { content: text } }] },
    { choices: [{ delta: {}, finish_reason: 'stop' }], usage },
  ];
  const chunks = [
    ...events.map((event) => `data: ${JSON.stringify(event)}\n\n`),
    'data: [DONE]\n\n',
  ];
  return { headers: { 'content-type': 'text/event-stream' }, chunks };
}

/** An answer that begins and then stops. */
export const half: UpstreamStep = {
  ...answer('half'),
  chunks: answer('half').chunks?.slice(0, 1) ?? [],
  stallAfter: true,
};

export const refusal = (message: string, code?: string): UpstreamStep => ({
  status: 400,
  headers: { 'content-type': 'application/json' },
  chunks: [JSON.stringify({ error: { message, type: 'invalid_request_error', code } })],
});

/** Reads its lines one after another; a test may act between them. */
class FakeFace implements Face {
  readonly shown: string[] = [];
  readonly statuses: string[] = [];
  readonly prefills: string[] = [];
  readonly #lines: readonly (string | (() => void | Promise<void>))[];
  #next = 0;
  interrupt: () => void = () => undefined;
  onPush: (text: string) => void = () => undefined;

  constructor(lines: readonly (string | (() => void | Promise<void>))[]) {
    this.#lines = lines;
  }

  async read(prefill: string): Promise<string | undefined> {
    this.prefills.push(prefill);
    const line = this.#lines[this.#next++];
    if (typeof line !== 'function') return line;
    await line();
    return this.read(prefill);
  }

  answer(): AnswerView {
    let text = '';
    return {
      push: (piece) => {
        text += piece;
        this.onPush(piece);
      },
      showStatus: (status) => void this.statuses.push(status),
      end: () => void this.shown.push(`answer: ${text}`),
    };
  }

  say(text: string): void {
    this.shown.push(text.trimEnd());
  }

  print(text: string): void {
    this.shown.push(text.trimEnd());
  }

  onInterrupt(listener: () => void): () => void {
    this.interrupt = listener;
    return () => undefined;
  }

  close(): void {}
}

const provider = (name: string): object => ({
  base_url: `https://${name}.example/v1`,
  protocol: 'openai-chat',
  auth: 'none',
  billing: 'free',
});
const config = {
  main: 'one/m',
  fallback_chain: ['two/m'],
  providers: {
    one: { ...provider('one'), models: { m: { context_window: 1000 } } },
    two: provider('two'),
  },
};

interface Stage {
  readonly lines: readonly (string | (() => void | Promise<void>))[];
  readonly steps: readonly UpstreamStep[];
  readonly sideTasks?: Partial<SideTasks>;
  readonly sessions?: SessionStore;
  readonly resume?: string;
  /** Replaces the fake one, which reads `lines`. */
  readonly openFace?: (host: FakeHost) => Face;
  readonly explain?: (error: unknown) => string;
  readonly prepare?: (host: FakeHost, face: FakeFace, sessions: SessionStore) => void;
}

export async function play({
  lines,
  steps,
  sideTasks = {},
  sessions: given,
  resume,
  openFace,
  explain = (error) => `ERROR ${error instanceof Error ? error.message : String(error)}`,
  prepare,
}: Stage) {
  const host = createFakeHost({ environment: { HOME: '/home' } });
  host.upstream.enqueue(...steps);
  const holdfast = createHoldfast({ host, config });
  const sessions = given ?? new SessionStore({ host });
  const face = new FakeFace(lines);
  prepare?.(host, face, sessions);
  const conversation = await Conversation.open(sessions, resume);
  const chat = new Chat({
    host,
    holdfast,
    sessions,
    face: openFace?.(host) ?? face,
    conversation,
    model: 'main',
    sideTasks: { title: async () => '', compress: async () => '', ...sideTasks },
    leaving: new AbortController().signal,
    explain,
  });
  const fault = await chat.run();
  await holdfast.close();
  const sent = host.upstream.requests.map(({ body }) => JSON.parse(String(body)));
  const session = await sessions.show((await sessions.find('last'))?.id ?? '');
  return { face, sessions, fault, sent, host, session };
}

/** Returns the text of each message of a request. */
export const texts = (request: { messages: readonly { content: unknown }[] }): readonly unknown[] =>
  request.messages.map(({ content }) => content);
