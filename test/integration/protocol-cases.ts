/**
 * The protocols that requests come in, each as the integration tests speak it: where it is asked,
 * how its stream reads.
 */

import type { ProtocolName } from '../../src/model/protocol.ts';

export interface Tongue {
  readonly protocol: ProtocolName;
  readonly path: string;
  /**
   * A request as it is asked here, where model and stream stand in the path. Default: as it is, at
   * `path`.
   */
  readonly toRequest?: (body: Body) => { readonly path: string; readonly body: object };
  /** Fields without which a request is refused. */
  readonly fields: object;
  /** The field with the conversation. Default `messages`. */
  readonly conversation?: string;
  /** The status of an error that lasts. Default: 400. */
  readonly lastingStatus?: number;
  /** What ends a whole stream, and stands in no other. */
  readonly marker: RegExp;
  /** What may stand behind the marker of a whole stream. Default: nothing. */
  readonly behindMarker?: RegExp;
  /** Why the answer ends is said before the marker. */
  readonly hasFinishReason: boolean;
  /** The text of an answer that is not streamed. */
  readWhole(body: string): string;
  /** The piece of text in the data of one event. */
  readPiece(data: string): string;
  /** The error in an event or a body. */
  readError(data: string): { readonly code: string; readonly message: string } | undefined;
}

/** What a test asks: the conversation in the words of `openai-chat`. */
interface Body {
  readonly model?: string;
  readonly stream?: boolean;
  readonly messages?: readonly { readonly role: string; readonly content: string }[];
}

/** Where a body is sent, and its bytes. */
export function requestIn(
  tongue: Tongue,
  body: object,
): { readonly path: string; readonly query: string; readonly bytes: Buffer } {
  const { path, body: written } = tongue.toRequest?.(body) ?? { path: tongue.path, body };
  const [bare = '', query = ''] = path.split('?');
  return { path: bare, query, bytes: Buffer.from(JSON.stringify(written)) };
}

export const openaiChat: Tongue = {
  protocol: 'openai-chat',
  path: '/v1/chat/completions',
  fields: {},
  marker: /data: \[DONE\]\n\n/,
  hasFinishReason: true,
  readWhole: (body) => JSON.parse(body).choices[0].message.content,
  readPiece: (data) =>
    data.startsWith('{') ? (JSON.parse(data).choices?.[0]?.delta?.content ?? '') : '',
  readError: (data) => JSON.parse(data).error,
};

export const anthropicMessages: Tongue = {
  protocol: 'anthropic-messages',
  path: '/v1/messages',
  lastingStatus: 424,
  fields: { max_tokens: 4096 },
  marker: /event: message_stop\ndata: {"type":"message_stop"}\n\n/,
  hasFinishReason: true,
  readWhole: (body) => JSON.parse(body).content[0].text,
  readPiece: (data) => JSON.parse(data).delta?.text ?? '',
  readError: (data) => {
    const { error } = JSON.parse(data);
    return error === undefined
      ? undefined
      : { code: error.details?.error_code, message: error.message };
  },
};

export const openaiResponses: Tongue = {
  protocol: 'openai-responses',
  path: '/v1/responses',
  fields: {},
  conversation: 'input',
  marker: /event: response\.completed\ndata: .*\n\n/,
  hasFinishReason: false,
  readWhole: (body) => JSON.parse(body).output[0].content[0].text,
  readPiece: (data) => {
    const { type, delta } = JSON.parse(data);
    return type === 'response.output_text.delta' ? delta : '';
  },
  readError: (data) => {
    const { error, response } = JSON.parse(data);
    return error ?? response?.error ?? undefined;
  },
};

export const googleGenerateContent: Tongue = {
  protocol: 'google-generate-content',
  path: '/v1/models/sim%2Fecho:generateContent',
  toRequest: ({ model = '', stream = false, messages, ...rest }) => ({
    path: `/v1beta/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: {
      ...(messages === undefined
        ? {}
        : { contents: messages.map(({ content: text }) => ({ role: 'user', parts: [{ text }] })) }),
      ...rest,
    },
  }),
  fields: {},
  marker: /data: .*"finishReason":"\w+".*\n\n/,
  // The end of its stream is the connection's: whatever a provider sends behind the finish reason
  // is passed on.
  behindMarker: /(?![\s\S]*\ndata: \{"error")[\s\S]*/,
  hasFinishReason: false,
  readWhole: (body) => piecesIn(body),
  readPiece: (data) => piecesIn(data),
  readError: (data) => {
    const { error } = JSON.parse(data);
    const code = error?.details?.[0]?.reason?.toLowerCase();
    return error === undefined ? undefined : { code, message: error.message };
  },
};

function piecesIn(text: string): string {
  const parts = JSON.parse(text).candidates?.[0]?.content?.parts ?? [];
  return parts
    .map((part: { text?: string; thought?: boolean }) => (part.thought ? '' : (part.text ?? '')))
    .join('');
}

export const tongues: readonly Tongue[] = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  googleGenerateContent,
];

/** What a request comes in, and what its providers speak: where the two differ it is translated. */
export interface Pair {
  readonly asked: Tongue;
  readonly spoken: Tongue;
}

export type NamedPair = readonly [string, Pair];

/** Each protocol with providers of its own. */
export const relayedPairs: readonly NamedPair[] = tongues.map((tongue) => name(tongue, tongue));

/** Each protocol with providers that speak another. */
export const translatedPairs: readonly NamedPair[] = [
  name(openaiChat, anthropicMessages),
  name(anthropicMessages, openaiChat),
  name(openaiResponses, openaiChat),
  name(openaiResponses, anthropicMessages),
  name(openaiChat, openaiResponses),
  name(anthropicMessages, openaiResponses),
  name(googleGenerateContent, openaiChat),
  name(googleGenerateContent, openaiResponses),
  name(googleGenerateContent, anthropicMessages),
  name(openaiChat, googleGenerateContent),
  name(openaiResponses, googleGenerateContent),
  name(anthropicMessages, googleGenerateContent),
];

function name(asked: Tongue, spoken: Tongue): NamedPair {
  const providers = asked === spoken ? '' : `, of providers that speak ${spoken.protocol}`;
  return [`${asked.protocol}${providers}`, { asked, spoken }];
}

/** The data of every event of a stream, in order. */
export function datasOf(text: string): readonly string[] {
  return text
    .split('\n\n')
    .flatMap((event) => event.split('\n'))
    .flatMap((line) => {
      if (line.startsWith('data: ')) return [line.slice('data: '.length)];
      return line.startsWith('{"error"') ? [line] : []; // as Google's streams break off
    });
}

/** Whether a stream ends as a whole one does. */
export function endsWhole(text: string, { marker, behindMarker }: Tongue): boolean {
  return new RegExp(`${marker.source}${behindMarker?.source ?? ''}$`).test(text);
}
