/**
 * Google's signature of a tool call on its way through other protocols and back (translate leg). Only the account understands it
 * that made it, and newer models want it back. It is told where a client keeps such things: in `openai-chat` at the place that
 * Google gave it there (https://ai.google.dev/gemini-api/docs/openai, read 2026-11), elsewhere as the seal of a thought without
 * words, with the name of its maker before it.
 */

import type { NeutralMessage } from '../neutral.ts';
import { googleSeal } from '../sealed.ts';
import type { WireShape } from './shape.ts';

type Metadata = NonNullable<NeutralMessage['providerOptions']>;

/** What a part of a call or of a thought bears beside it; nothing where there is no signature. */
export function withSignature(field: 'providerMetadata', signature: unknown): { providerMetadata?: Metadata };
export function withSignature(field: 'providerOptions', signature: unknown): { providerOptions?: Metadata };
export function withSignature(field: string, signature: unknown): Readonly<Record<string, Metadata>> {
  if (typeof signature !== 'string' || signature === '') return {};
  return { [field]: { google: { thoughtSignature: signature } } };
}

export function signatureOf(metadata: Metadata | undefined): string | undefined {
  const signature = metadata?.['google']?.['thoughtSignature'];
  return typeof signature === 'string' ? signature : undefined;
}

/** A signature as the seal of a thought. */
export function toSeal(signature: string): string {
  return `${googleSeal}${signature}`;
}

/** The signature in the seal of a thought; undefined where another vendor sealed it. */
export function fromSeal(seal: string | null | undefined): string | undefined {
  return seal?.startsWith(googleSeal) === true ? seal.slice(googleSeal.length) : undefined;
}

/** The field of a seal: what other vendors sealed is read by nobody. */
export function sealIn(field: string): WireShape<string | null | undefined> {
  return {
    check: (value, walk) => {
      if (typeof value !== 'string') return undefined;
      if (value !== '' && fromSeal(value) === undefined) walk.noteUnread(field);
      return undefined;
    },
    schema: {},
  };
}
