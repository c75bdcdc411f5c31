/**
 * Carries sealed thoughts through other protocols and back (translate leg): reasoning that a vendor
 * signed or encrypted, and Google's signatures. Only the account that made a seal understands it,
 * and it needs it back. A seal is sent where clients store such data, with its maker's name before
 * it: in `anthropic-messages` and `openai-responses` as the seal of a thought; in `openai-chat` and
 * `google-generate-content` with the next tool call, like Google's own signatures.
 */

import { notCarried } from './field-fates.ts';
import type { AnswerFacts, NeutralMessage, NeutralPart, ReasoningPart } from './neutral.ts';
import {
  googleSealed,
  packThoughts,
  type SealedThought,
  type Sealer,
  splitSeal,
  unpackThoughts,
} from './sealed.ts';
import type { WireShape } from './shape.ts';

type Metadata = NonNullable<NeutralMessage['providerOptions']>;

interface MaySealed {
  readonly text: string;
  readonly seal: string | undefined;
}

/** Creates the thought to send back, with its seal if it has one: `anthropic.…`. */
export function toThought({ text, seal }: MaySealed): ReasoningPart {
  return {
    type: 'reasoning',
    text,
    ...(seal === undefined ? {} : { providerOptions: { holdfast: { seal } } }),
  };
}

/**
 * Returns the part that carries a seal, after its thought or text or before its call; empty if
 * there is none.
 */
export function tellSeal(id: string, by: Sealer, data: unknown): readonly NeutralPart[] {
  if (typeof data !== 'string' || data === '') return [];
  return [{ type: 'reasoning-end', id, providerMetadata: { holdfast: { seal: `${by}.${data}` } } }];
}

/** The seal of a part, including its maker's name. */
export function sealIn(metadata: Metadata | undefined): string | undefined {
  const seal = metadata?.['holdfast']?.['seal'];
  return typeof seal === 'string' ? seal : undefined;
}

/** The bare seal, if this maker made it. */
export function openSeal({ providerOptions }: ReasoningPart, by: Sealer): string | undefined {
  const [maker, data] = splitSeal(sealIn(providerOptions));
  return maker === by ? data : undefined;
}

/** Returns a seal of another vendor, if the field contains one sent by us. */
export function foreignSeal(seal: string | null | undefined): string | undefined {
  return splitSeal(seal)[0] === undefined ? undefined : (seal ?? undefined);
}

/**
 * Thoughts that wait for the answer's next call, which carries their seals in protocols without
 * sealed thoughts.
 */
export class WaitingSeals {
  readonly #facts: AnswerFacts;
  #thoughts: SealedThought[] = [];
  #text = '';

  constructor(facts: AnswerFacts) {
    this.#facts = facts;
  }

  push(part: NeutralPart): void {
    if (part.type === 'reasoning-delta') this.#text += part.delta;
    if (part.type === 'reasoning-end') this.add(this.#text, sealIn(part.providerMetadata));
  }

  add(text: string, seal: string | undefined): void {
    if (seal === undefined) return;
    this.#thoughts.push({ text, seal });
    this.#text = '';
  }

  /** Returns Google's signature as it is; all others are packed into one text. */
  take(): { readonly google?: string; readonly packed?: string } {
    const thoughts = this.#thoughts;
    this.#thoughts = [];
    const google = thoughts
      .map(({ seal }) => splitSeal(seal))
      .find(([by]) => by === googleSealed)?.[1];
    const others = thoughts.filter(({ seal }) => splitSeal(seal)[0] !== googleSealed);
    return {
      ...(google === undefined ? {} : { google }),
      ...(others.length === 0 ? {} : { packed: packThoughts(others) }),
    };
  }

  /** The answer has ended without a call. */
  end(): void {
    if (this.#thoughts.length > 0) noteLostSeal(this.#facts);
  }
}

/** Adds the note at most once per answer. */
export function noteLostSeal({ notes }: AnswerFacts): void {
  const [note = ''] = notCarried(['the seal of a thought in the answer']);
  if (!notes.includes(note)) notes.push(note);
}

/** Accepts a seal; one that was not sent by us is useless to other vendors and left out. */
export function sealField(field: string): WireShape<string | null | undefined> {
  return fieldThat(field, (seal) => foreignSeal(seal) !== undefined);
}

/** Does the same for packed seals. */
export function packField(field: string): WireShape<string | null | undefined> {
  return fieldThat(field, (packed) => unpackThoughts(packed).length > 0);
}

function fieldThat(
  field: string,
  isRead: (value: string) => boolean,
): WireShape<string | null | undefined> {
  return {
    check: (value, walk) => {
      if (typeof value === 'string' && value !== '' && !isRead(value)) walk.noteUnread(field);
      return undefined;
    },
    schema: {},
  };
}
