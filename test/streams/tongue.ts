/**
 * What a wire format must be able to do with a tale: tell it, ask for its rest, and be understood.
 */

import type { ProtocolName } from '../../src/model/protocol.ts';

/** One piece of the answer, as a delta of `openai-chat`: every tongue knows how to say it. */
export type Delta = Readonly<Record<string, unknown>>;

export interface Tale {
  readonly deltas: readonly Delta[];
  readonly finish: string;
  /**
   * Reasoning between tags before every telling, as some models write it into the text. Default:
   * none.
   */
  readonly thinking?: string;
  /** Written into every event too, as some vendors do. Default: only after the last. */
  readonly runningUsage?: object;
  /** What the provider speaks. Default: `openai-chat`. */
  readonly tongue?: Tongue;
  /** What the caller speaks, where it is another. Default: what the provider does. */
  readonly asked?: Tongue;
}

export interface Tongue {
  readonly protocol: ProtocolName;
  readonly path: string;
  /** Default: none. */
  readonly query?: string;
  /** What a request for the tale says besides model and stream. */
  readonly body: object;
  /** Stands in the first event of a tool call and in none before. */
  readonly callMark: string;
  /** The SSE bytes of a tale; `isRest` where it is a continuation. */
  bytesOf(tale: Tale, isRest: boolean): Buffer;
  /**
   * The partial answer in a continuing request: its last message, or the one before the
   * instruction.
   */
  findPartial(body: string): string | undefined;
  read(got: string): Told;
}

/** What a caller understood. */
export interface Told {
  readonly text: string;
  readonly reasoning: string;
  readonly input: string;
  readonly finishes: readonly string[];
  readonly errors: number;
  readonly markers: number;
  readonly isErrorLast: boolean;
  readonly isMarkerLast: boolean;
  /** Whatever else a strict client would stumble over. */
  readonly oddities: readonly string[];
}

/** The text of a message, whose content is a text or a list of parts. */
export function textOfContent(content: unknown): string | undefined {
  if (!Array.isArray(content)) return typeof content === 'string' ? content : undefined;
  return content.map(({ text = '' }) => text).join('');
}
