/**
 * The wire formats Holdfast speaks, and what a request may ask of one. No behaviour: the bottom of
 * the house.
 */

/** The wire formats: shapes of requests, answers, streams and errors. */
export const protocolNames = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'google-generate-content',
] as const;

export type ProtocolName = (typeof protocolNames)[number];

/**
 * What is passed through as it is (docs/passages.md): pictures, sound, files, batches of requests,
 * texts in order of fitness.
 */
export type PassedOperation = 'images' | 'audio' | 'files' | 'batches' | 'rerank';

/**
 * What is asked of a provider: an answer from a model, vectors for texts, how many tokens a request
 * has, or what is passed through.
 */
export type Operation = 'generate' | 'embed' | 'count-tokens' | PassedOperation;

/** What some protocols say in a request's path, and others in its body. */
export interface NamedInPath {
  readonly model: string;
  readonly isStreamed: boolean;
  /** What the client has called, where an operation has several: `batchEmbedContents`. */
  readonly method?: string | undefined;
}

/** How a secret is put on the wire: `Authorization: Bearer`, a header of its own, or not at all. */
export type AuthStyle = 'bearer' | 'x-api-key' | 'api-key' | 'x-goog-api-key' | 'none';

/**
 * Which limits an attempt gets (law 13). `whole` is not streamed; `thinking` may be silent for
 * minutes; `normal` is where nobody knows.
 */
export type Pace = 'quick' | 'normal' | 'thinking' | 'whole';
