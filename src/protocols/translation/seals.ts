/**
 * Sealed thoughts on their way through other protocols and back (translate leg): reasoning that a
 * vendor signed or encrypted, and Google's signatures. Only the account understands a seal that
 * made it, and it wants it back. It is told where clients keep such things, with the name of its
 * maker before it: in `anthropic-messages` and `openai-responses` as the seal of a thought; in
 * `openai-chat` and `google-generate-content` beside the next tool call, as Google's own signatures
 * are.
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

/** A thought as it goes back, with the seal that it came with, if any: `anthropic.…`. */
export function toThought({ text, seal }: MaySealed): ReasoningPart {
  return {
    type: 'reasoning',
    text,
    ...(seal === undefined ? {} : { providerOptions: { holdfast: { seal } } }),
  };
}

/**
 * What tells of a seal behind the thought, the text or before the call that it belongs to; nothing
 * where there is none.
 */
export function tellSeal(id: string, by: Sealer, data: unknown): readonly NeutralPart[] {
  if (typeof data !== 'string' || data === '') return [];
  return [{ type: 'reasoning-end', id, providerMetadata: { holdfast: { seal: `${by}.${data}` } } }];
}

/** The seal that a part bears, with the name of its maker. */
export function sealIn(metadata: Metadata | undefined): string | undefined {
  const seal = metadata?.['holdfast']?.['seal'];
  return typeof seal === 'string' ? seal : undefined;
}

/** The seal itself, where this one made it. */
export function openSeal({ providerOptions }: ReasoningPart, by: Sealer): string | undefined {
  const [maker, data] = splitSeal(sealIn(providerOptions));
  return maker === by ? data : undefined;
}

/** A seal that stands in the place of the vendor's own, if it is one of those told here. */
export function foreignSeal(seal: string | null | undefined): string | undefined {
  return splitSeal(seal)[0] === undefined ? undefined : (seal ?? undefined);
}

/** Thoughts of an answer that wait for its next call: it bears their seals where no thought can. */
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

  /** Google's signature as it is; all others packed into one text. */
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

  /** The answer has ended, and no call came. */
  end(): void {
    if (this.#thoughts.length > 0) noteLostSeal(this.#facts);
  }
}

/** Once for an answer. */
export function noteLostSeal({ notes }: AnswerFacts): void {
  const [note = ''] = notCarried(['the seal of a thought in the answer']);
  if (!notes.includes(note)) notes.push(note);
}

/** The field of a seal: what nobody here has told is of no use to anybody else. */
export function sealField(field: string): WireShape<string | null | undefined> {
  return fieldThat(field, (seal) => foreignSeal(seal) !== undefined);
}

/** The same where seals are packed. */
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
