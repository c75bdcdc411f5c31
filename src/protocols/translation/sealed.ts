/** Reasoning that an account encrypted or signed, in any protocol: its maker and its name. */

import { createHash } from 'node:crypto';
import { parseOrNothing } from '../json/is-record.ts';

/** Makes the seals of calls; that of a text is `google-text`. */
export const googleSealed = 'google';

/** Names the maker of a seal, before the seal in fields of other vendors. */
export type Sealer =
  | typeof googleSealed
  | 'google-text'
  | 'anthropic'
  | 'anthropic-redacted'
  | 'openai';

const sealers: ReadonlySet<string> = new Set<Sealer>([
  googleSealed,
  'google-text',
  'anthropic',
  'anthropic-redacted',
  'openai',
]);

/** Splits a seal from its maker; one without a name has no known maker. */
export function splitSeal(
  seal: string | null | undefined,
): readonly [maker?: string, data?: string | undefined] {
  const at = seal?.indexOf('.') ?? -1;
  const maker = seal?.slice(0, Math.max(at, 0)) ?? '';
  return sealers.has(maker) ? [maker, seal?.slice(at + 1)] : [];
}

export interface SealedThought {
  readonly seal: string;
  readonly text: string;
}

/** Every packed list begins with this: `[["`. */
const packMark = 'W1si';

/**
 * Packs seals into one base64 text, for fields that may contain only a seal, like Google's
 * signatures.
 */
export function packThoughts(thoughts: readonly SealedThought[]): string {
  const list = thoughts.map(({ seal, text }) => [seal, text]);
  return Buffer.from(JSON.stringify(list)).toString('base64');
}

/** Empty if the text was not packed here. */
export function unpackThoughts(packed: unknown): readonly SealedThought[] {
  if (typeof packed !== 'string' || !packed.startsWith(packMark)) return [];
  const list = parseOrNothing(Buffer.from(packed, 'base64').toString('utf8'));
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    const [seal, text]: readonly unknown[] = Array.isArray(entry) ? entry : [];
    return typeof seal === 'string' && typeof text === 'string' ? [{ seal, text }] : [];
  });
}

const sealPrefix = 'sealed:';

/** A short hash of a seal, the same everywhere, that does not reveal it. */
export function nameSealed(content: string): string {
  const [maker, data] = splitSeal(content);
  if (maker !== undefined && data !== undefined) return nameSealed(data);
  return `${sealPrefix}${createHash('sha256').update(content).digest('hex').slice(0, 24)}`;
}

/** True for the name of a seal, which its client has in its hands, and not of a stored object. */
export function isSealName(name: string): boolean {
  return name.startsWith(sealPrefix);
}

/** Names a seal, or all seals packed into one; empty if the value is no seal. */
export function namesOfSeals(sealed: unknown): readonly string[] {
  if (typeof sealed !== 'string' || sealed === '') return none;
  const thoughts = unpackThoughts(sealed);
  if (thoughts.length === 0) return [nameSealed(sealed)];
  return thoughts.map(({ seal }) => nameSealed(seal));
}

/** Called for every delta of some protocols, which hardly ever has a seal. */
const none: readonly string[] = [];

/**
 * Google accepts this signature on calls that it has not signed:
 * https://ai.google.dev/gemini-api/docs/thought-signatures, read 2026-11.
 */
export const unsignedCall = 'skip_thought_signature_validator';

/** True if something with these names must be left out; without `names` everything is. */
export function isDropped(own: readonly string[], names: ReadonlySet<string> | undefined): boolean {
  return own.some((name) => names?.has(name) !== false);
}
