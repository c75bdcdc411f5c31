/** The protocols in which a drill asks: the body of its question, and what an answer in each says. */

import type { ProtocolName } from '../model/protocol.ts';
import type { DrillMode } from './faults.ts';

/** What an answer says, whatever its protocol. */
export interface ToldAnswer {
  readonly text: string;
  readonly model: string | undefined;
  readonly hasUsage: boolean;
  readonly hasEnd: boolean;
  readonly error: string | undefined;
}

export interface Tongue {
  /** With its query, where it has one. */
  pathFor(task: string, mode: DrillMode): string;
  createBody(task: string, question: string, mode: DrillMode): object;
  /** An event with text in it. */
  readonly firstText: RegExp;
  /** The data of every event of a stream, in order. */
  readStream(datas: readonly string[]): ToldAnswer;
  readWhole(body: string): ToldAnswer;
}

/** Whatever is asked for: the fields of all protocols, each where it stands. */
interface DrillWire {
  readonly type?: string;
  readonly model?: string;
  readonly usage?: unknown;
  readonly error?: { readonly message?: string } | null;
  readonly delta?: unknown;
  readonly choices?: readonly { readonly delta?: DrillContent; readonly message?: DrillContent }[];
  readonly message?: DrillWire;
  readonly response?: DrillWire;
  readonly content?: readonly DrillContent[];
  readonly output?: readonly { readonly content?: readonly DrillContent[] }[];
  readonly modelVersion?: string;
  readonly usageMetadata?: unknown;
  readonly candidates?: readonly {
    readonly content?: { readonly parts?: readonly DrillContent[] };
    readonly finishReason?: string;
  }[];
}

interface DrillContent {
  readonly content?: string;
  readonly text?: string;
}

const openaiChat: Tongue = {
  pathFor: () => '/v1/chat/completions',
  createBody: (model, content, mode) => ({
    model,
    messages: [{ role: 'user', content }],
    ...(mode === 'whole' ? {} : { stream: true, stream_options: { include_usage: true } }),
  }),
  firstText: /"content":"[^"]/,
  readStream: (datas) => {
    const events = parseEvents(datas.filter((data) => data !== '[DONE]'));
    return {
      ...readHead(events),
      text: events.map(({ choices }) => choices?.[0]?.delta?.content ?? '').join(''),
      hasEnd: datas.at(-1) === '[DONE]',
    };
  },
  readWhole: (body) => {
    const answer = parseWire(body);
    const content = answer.choices?.[0]?.message?.content;
    return { ...readHead([answer]), text: content ?? '', hasEnd: content !== undefined };
  },
};

const anthropicMessages: Tongue = {
  pathFor: () => '/v1/messages',
  createBody: (model, content, mode) => ({
    model,
    max_tokens: 4096,
    messages: [{ role: 'user', content }],
    ...(mode === 'whole' ? {} : { stream: true }),
  }),
  firstText: /"text_delta"/,
  readStream: (datas) => {
    const events = parseEvents(datas);
    return {
      ...readHead(events),
      text: events.map(({ delta }) => parseContent(delta).text ?? '').join(''),
      hasEnd: events.at(-1)?.type === 'message_stop',
    };
  },
  readWhole: (body) => {
    const answer = parseWire(body);
    return { ...readHead([answer]), ...joinParts(answer.content) };
  },
};

const openaiResponses: Tongue = {
  pathFor: () => '/v1/responses',
  createBody: (model, input, mode) => ({ model, input, ...(mode === 'whole' ? {} : { stream: true }) }),
  firstText: /response\.output_text\.delta/,
  readStream: (datas) => {
    const events = parseEvents(datas);
    return {
      ...readHead(events),
      text: events
        .map(({ type, delta }) => (type === 'response.output_text.delta' ? String(delta) : ''))
        .join(''),
      hasEnd: events.at(-1)?.type === 'response.completed',
    };
  },
  readWhole: (body) => {
    const answer = parseWire(body);
    return { ...readHead([answer]), ...joinParts(answer.output?.flatMap(({ content = [] }) => content)) };
  },
};

/** A whole answer is one event. */
function readCandidates(events: readonly DrillWire[]): ToldAnswer {
  const candidates = events.flatMap(({ candidates: all = [] }) => all);
  const places = events.map(({ modelVersion, usageMetadata, error }) => ({
    ...(modelVersion === undefined ? {} : { model: modelVersion }),
    usage: usageMetadata,
    ...(error === undefined ? {} : { error }),
  }));
  return {
    ...readHead(places),
    text: candidates
      .flatMap(({ content }) => content?.parts ?? [])
      .map(({ text = '' }) => text)
      .join(''),
    hasEnd: candidates.at(-1)?.finishReason !== undefined,
  };
}

const googleGenerateContent: Tongue = {
  pathFor: (task, mode) =>
    `/v1beta/models/${task}:${mode === 'whole' ? 'generateContent' : 'streamGenerateContent?alt=sse'}`,
  createBody: (_task, text) => ({ contents: [{ role: 'user', parts: [{ text }] }] }),
  firstText: /"text":"[^"]/,
  readStream: (datas) => readCandidates(parseEvents(datas)),
  readWhole: (body) => readCandidates([parseWire(body)]),
};

export const tongues: Readonly<Record<ProtocolName, Tongue>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  'google-generate-content': googleGenerateContent,
};

/** What all protocols say of an answer, each at one of three places. */
function readHead(events: readonly DrillWire[]): Pick<ToldAnswer, 'model' | 'hasUsage' | 'error'> {
  const places = events.flatMap((event) => [event, event.message ?? {}, event.response ?? {}]);
  return {
    model: places.findLast(({ model }) => model !== undefined)?.model,
    hasUsage: places.some(({ usage }) => typeof usage === 'object' && usage !== null),
    error: places.flatMap(({ error }) => error?.message ?? [])[0],
  };
}

function joinParts(parts: readonly DrillContent[] | undefined): Pick<ToldAnswer, 'text' | 'hasEnd'> {
  const texts = (parts ?? []).map(({ text }) => text ?? '');
  return { text: texts.join(''), hasEnd: texts.length > 0 };
}

function parseEvents(datas: readonly string[]): readonly DrillWire[] {
  return datas.map(parseWire);
}

function parseWire(text: string): DrillWire {
  try {
    return JSON.parse(text) as DrillWire;
  } catch {
    return { error: { message: 'what came is not JSON' } };
  }
}

function parseContent(delta: unknown): DrillContent {
  return typeof delta === 'object' && delta !== null ? (delta as DrillContent) : {};
}
