/** Reasoning that an account encrypted or signed, wherever protocols put it: its name, and a request without it. */

import { createHash } from 'node:crypto';
import { isRecord, type WireObject } from './is-record.ts';

/** Stands before a signature of Google's where the seals of other vendors stand. */
export const googleSeal = 'google.';

/** Short, the same for the same text wherever it stands, and telling nothing of it. */
export function nameSealed(content: string): string {
  const seal = content.startsWith(googleSeal) ? content.slice(googleSeal.length) : content;
  return `sealed:${createHash('sha256').update(seal).digest('hex').slice(0, 24)}`;
}

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

/** The name under which a tool call of `openai-chat` is remembered as signed by Google; undefined for any other call. */
export function nameOfCall({ extra_content: extra }: WireObject): string | undefined {
  const google = isRecord(extra) ? extra['google'] : undefined;
  return isRecord(google) ? nameFilled(google['thought_signature']) : undefined;
}

/** The name under which a part of `google-generate-content` is remembered as signed; undefined for any other part. */
export function nameOfThought(part: WireObject): string | undefined {
  return nameFilled(part['thoughtSignature'] ?? part['thought_signature']);
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
    const name = nameOfThought(part);
    if (name === undefined || names?.includes(name) === false) return [part];
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

/** A call of `openai-chat` must bear a signature where it bore one. */
function dropSignature(call: unknown, names: readonly string[] | undefined): unknown {
  const name = isRecord(call) ? nameOfCall(call) : undefined;
  if (!isRecord(call) || name === undefined || names?.includes(name) === false) return call;
  return { ...call, extra_content: { google: { thought_signature: unsignedCall } } };
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
