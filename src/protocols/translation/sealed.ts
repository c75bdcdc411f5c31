/** Reasoning that an account encrypted or signed, wherever protocols put it: its name, and a request without it. */

import { createHash } from 'node:crypto';
import { isRecord, parseOrNothing, type WireObject } from '../json/is-record.ts';

/** Of a call; that of a text is `google-text`. */
export const googleSealed = 'google';

/** Who sealed a thought: the name stands before the seal where other vendors have theirs. */
export type Sealer = typeof googleSealed | 'google-text' | 'anthropic' | 'anthropic-redacted' | 'openai';

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
function namesOfSeals(sealed: unknown): readonly string[] {
  if (typeof sealed !== 'string' || sealed === '') return none;
  const thoughts = unpackThoughts(sealed);
  return thoughts.length === 0 ? [nameSealed(sealed)] : thoughts.map(({ seal }) => nameSealed(seal));
}

const none: readonly string[] = [];

/** The name under which an item of `openai-responses` is remembered as reasoning; undefined for any other item. */
export function nameOfReasoning({ type, id, encrypted_content: sealed }: WireObject): string | undefined {
  if (type !== 'reasoning') return undefined;
  return nameFilled(sealed) ?? (typeof id === 'string' ? id : undefined);
}

/** The name under which a block of `anthropic-messages` is remembered as reasoning; undefined for any other block. */
export function nameOfThinking({ type, signature, data }: WireObject): string | undefined {
  if (type === 'thinking') return nameFilled(signature);
  return type === 'redacted_thinking' ? nameFilled(data) : undefined;
}

/** The names under which a tool call of `openai-chat` is remembered: Google's signature, and the seals that we told beside it. */
export function namesOfCall({ extra_content: extra }: WireObject): readonly string[] {
  const groups = isRecord(extra) ? [extra['google'], extra['holdfast']] : [];
  return groups.filter(isRecord).flatMap((group) => namesOfSeals(group['thought_signature']));
}

/** The names under which a part of `google-generate-content` is remembered as signed. */
export function namesOfThought(part: WireObject): readonly string[] {
  return namesOfSeals(part['thoughtSignature'] ?? part['thought_signature']);
}

function nameFilled(sealed: unknown): string | undefined {
  return typeof sealed === 'string' && sealed !== '' ? nameSealed(sealed) : undefined;
}

/** A body without the reasoning of these names, or without any. Ids of other items went with it: they name nothing elsewhere. */
export function dropSealed(body: WireObject, names: readonly string[] | undefined): WireObject {
  return dropFromItems(dropFromContents(dropFromMessages(body, names), names), names);
}

function dropFromItems(body: WireObject, names: readonly string[] | undefined): WireObject {
  const { input } = body;
  if (!Array.isArray(input)) return body;
  const kept = input.filter((item: unknown) => !isSealed(item, names));
  return kept.length === input.length ? body : { ...body, input: kept.map(withoutId) };
}

/** With which the vendor lets calls pass that it has not signed: https://ai.google.dev/gemini-api/docs/thought-signatures, read 2026-11. */
export const unsignedCall = 'skip_thought_signature_validator';

/** A part says the same without its signature, but a call must bear one; a part that was nothing else is gone. */
function dropFromContents(body: WireObject, names: readonly string[] | undefined): WireObject {
  const dropFrom = (part: WireObject): readonly WireObject[] => {
    if (!isDropped(namesOfThought(part), names)) return [part];
    const { thoughtSignature: _, thought_signature: __, ...rest } = part;
    if ('functionCall' in rest) return [{ ...rest, thoughtSignature: unsignedCall }];
    return rest['text'] === '' || Object.keys(rest).length === 0 ? [] : [rest];
  };
  return mapParts(body, dropFrom);
}

/** A body of `google-generate-content` with each part replaced; any other body as it is. */
export function mapParts(body: WireObject, change: (part: WireObject) => readonly WireObject[]): WireObject {
  const { contents } = body;
  if (!Array.isArray(contents)) return body;
  const mapped = contents.flatMap((content: unknown): readonly unknown[] => {
    const parts: unknown = isRecord(content) ? content['parts'] : undefined;
    if (!isRecord(content) || !Array.isArray(parts)) return [content];
    const kept = parts.flatMap((part: unknown): readonly unknown[] =>
      isRecord(part) ? change(part) : [part],
    );
    return kept.length === 0 && parts.length > 0 ? [] : [{ ...content, parts: kept }];
  });
  return { ...body, contents: mapped };
}

function dropFromMessages(body: WireObject, names: readonly string[] | undefined): WireObject {
  const { messages } = body;
  if (!Array.isArray(messages)) return body;
  return { ...body, messages: messages.flatMap((message: unknown) => dropBlocks(message, names)) };
}

/** A message that held nothing else is gone: vendors refuse empty ones. */
function dropBlocks(message: unknown, names: readonly string[] | undefined): readonly unknown[] {
  const { content, tool_calls: calls }: WireObject = isRecord(message) ? message : {};
  if (!isRecord(message)) return [message];
  if (Array.isArray(calls))
    return [{ ...message, tool_calls: calls.map((call) => dropSignature(call, names)) }];
  if (!Array.isArray(content)) return [message];
  const kept = content.filter((block: unknown) => !isSealed(block, names));
  if (kept.length === content.length) return [message];
  return kept.length === 0 ? [] : [{ ...message, content: kept }];
}

/** A call of `openai-chat` must bear a signature of Google's where it bore one. */
function dropSignature(call: unknown, names: readonly string[] | undefined): unknown {
  if (!isRecord(call) || !isDropped(namesOfCall(call), names)) return call;
  const { extra_content: extra, ...rest } = call;
  const wasSigned = isRecord(extra) && 'google' in extra;
  return wasSigned ? { ...rest, extra_content: { google: { thought_signature: unsignedCall } } } : rest;
}

function isDropped(own: readonly string[], names: readonly string[] | undefined): boolean {
  return own.some((name) => names?.includes(name) !== false);
}

function isSealed(item: unknown, names: readonly string[] | undefined): boolean {
  const name = isRecord(item) ? (nameOfReasoning(item) ?? nameOfThinking(item)) : undefined;
  return name !== undefined && (names === undefined || names.includes(name));
}

/** Items that say all they mean. */
const selfContained: ReadonlySet<unknown> = new Set(['message', 'function_call', 'custom_tool_call']);

function withoutId(item: unknown): unknown {
  if (!isRecord(item) || !selfContained.has(item['type'])) return item;
  const { id: _, ...rest } = item;
  return rest;
}
