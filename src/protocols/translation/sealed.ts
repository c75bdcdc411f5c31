/**
 * Reasoning that an account encrypted or signed, as all protocols have it: who sealed it, and its
 * name.
 */

import { createHash } from 'node:crypto';
import { parseOrNothing } from '../json/is-record.ts';

/** Of a call; that of a text is `google-text`. */
export const googleSealed = 'google';

/** Who sealed a thought: the name stands before the seal where other vendors have theirs. */
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

/** Its maker and the seal itself; a seal without a name has no known maker. */
export function splitSeal(
  seal: string | null | undefined,
): readonly [maker?: string, data?: string | undefined] {
  const at = seal?.indexOf('.') ?? -1;
  const maker = seal?.slice(0, Math.max(at, 0)) ?? '';
  return sealers.has(maker) ? [maker, seal?.slice(at + 1)] : [];
}

/** A seal with its maker, and the words of the thought. */
export interface SealedThought {
  readonly seal: string;
  readonly text: string;
}

/** What every packed list begins with: `[["`. */
const packMark = 'W1si';

/** In one text, where nothing but a seal can stand: base64, as Google's signatures are. */
export function packThoughts(thoughts: readonly SealedThought[]): string {
  const list = thoughts.map(({ seal, text }) => [seal, text]);
  return Buffer.from(JSON.stringify(list)).toString('base64');
}

/** None in what was not packed here. */
export function unpackThoughts(packed: unknown): readonly SealedThought[] {
  if (typeof packed !== 'string' || !packed.startsWith(packMark)) return [];
  const list = parseOrNothing(Buffer.from(packed, 'base64').toString('utf8'));
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    const [seal, text]: readonly unknown[] = Array.isArray(entry) ? entry : [];
    return typeof seal === 'string' && typeof text === 'string' ? [{ seal, text }] : [];
  });
}

/** Short, the same for the same seal wherever it stands, and telling nothing of it. */
export function nameSealed(content: string): string {
  const [maker, data] = splitSeal(content);
  if (maker !== undefined && data !== undefined) return nameSealed(data);
  return `sealed:${createHash('sha256').update(content).digest('hex').slice(0, 24)}`;
}

/** The names of a seal, and of all that are packed into one; none of what is no seal. */
export function namesOfSeals(sealed: unknown): readonly string[] {
  if (typeof sealed !== 'string' || sealed === '') return none;
  const thoughts = unpackThoughts(sealed);
  return thoughts.length === 0
    ? [nameSealed(sealed)]
    : thoughts.map(({ seal }) => nameSealed(seal));
}

const none: readonly string[] = [];

/** The name of a seal that stands alone; undefined where there is none. */
export function nameFilled(sealed: unknown): string | undefined {
  return typeof sealed === 'string' && sealed !== '' ? nameSealed(sealed) : undefined;
}

/**
 * With which Google lets calls pass that it has not signed:
 * https://ai.google.dev/gemini-api/docs/thought-signatures, read 2026-11.
 */
export const unsignedCall = 'skip_thought_signature_validator';

/** Whether something with these names is left out, of which `names` are to be, or all. */
export function isDropped(own: readonly string[], names: readonly string[] | undefined): boolean {
  return own.some((name) => names?.includes(name) !== false);
}
