/**
 * The wire formats that Holdfast speaks, and what a request may ask of one. Types and lists, no
 * behaviour.
 */

export const protocolNames = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'google-generate-content',
] as const;

export type ProtocolName = (typeof protocolNames)[number];

/**
 * Operations that are passed through unread (docs/passages.md): images, audio, files, batches,
 * stored answers, reranking.
 */
export type PassedOperation = 'images' | 'audio' | KeepingOperation | 'rerank';

/** These go to what an account keeps, and name no model. */
export const keepingOperations = ['files', 'batches', 'responses'] as const;

export type KeepingOperation = (typeof keepingOperations)[number];

/** An answer from a model, embeddings, a token count, or a passage. */
export type Operation = 'generate' | 'embed' | 'count-tokens' | PassedOperation;

/** Fields that some protocols have in a request's path, and others in its body. */
export interface NamedInPath {
  readonly model: string;
  readonly isStreamed: boolean;
  /** The method that the client called, if the operation has several: `batchEmbedContents`. */
  readonly method?: string | undefined;
}

/** How a secret is sent: `Authorization: Bearer`, a header of its own, or not at all. */
export type AuthStyle = 'bearer' | 'x-api-key' | 'api-key' | 'x-goog-api-key' | 'none';

/**
 * Chooses the limits of an attempt (law 13). `whole` is not streamed; `thinking` may be silent for
 * minutes; `normal` is the default.
 */
export type Pace = 'quick' | 'normal' | 'thinking' | 'whole';
