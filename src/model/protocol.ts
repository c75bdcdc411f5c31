/** The wire formats Holdfast speaks, and what a request may ask of one. Types only: the bottom of the house. */

/** A wire format: the shape of requests, answers, streams and errors. */
export type ProtocolName = 'openai-chat' | 'openai-responses' | 'anthropic-messages';

/** What is asked of a provider: an answer from a model, vectors for texts, or how many tokens a request has. */
export type Operation = 'generate' | 'embed' | 'count-tokens';

/** How a secret is put on the wire: `Authorization: Bearer`, a header of its own, or not at all. */
export type AuthStyle = 'bearer' | 'x-api-key' | 'api-key' | 'none';

/** Which limits an attempt gets (law 13). `whole` is not streamed; `thinking` may be silent for minutes; `normal` is where nobody knows. */
export type Pace = 'quick' | 'normal' | 'thinking' | 'whole';
