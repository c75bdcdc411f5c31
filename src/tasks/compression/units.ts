/**
 * Turns a conversation into text for the model that shortens it, in units that are never split: a
 * tool call with all of its results is one. Pure.
 */

import { countText } from '../../protocols/content/count-text.ts';
import { type TaskMessage, textOfMessage } from '../profile.ts';

/** Comes before the summary in the new conversation. */
export const summaryIntroduction = 'Summary of the conversation so far, which was compressed:';

export interface Portion {
  readonly text: string;
  /** An estimate without pictures. */
  readonly tokens: number;
}

/** Neighbours that only make sense together. */
export interface Unit extends Portion {
  readonly messages: readonly TaskMessage[];
}

/** Vendors add about this many tokens around a message. */
const messageTokens = 4;
/** Limits the first line of a unit, which is repeated before each of its parts. */
const headingLength = 300;
/** The line `(part 2 of 3) … …` costs this much. */
const partTokens = 16;
/** In characters. What is counted in blocks comes out a token a block too high at most. */
const longestBlock = 4096;

export function toUnits(messages: readonly TaskMessage[]): readonly Unit[] {
  const groups: TaskMessage[][] = [];
  for (const message of messages) {
    const last = groups.at(-1);
    if (message.role === 'tool' && last !== undefined) last.push(message);
    else groups.push([message]);
  }
  return groups.map(toUnit);
}

export function countMessages(messages: readonly TaskMessage[]): number {
  return Math.ceil(toUnits(messages).reduce((sum, { tokens }) => sum + tokens, 0));
}

/** The text of one request, and the rest for the next ones. */
export interface Chunk {
  readonly text: string;
  readonly rest: readonly Portion[];
}

/** Takes as many pieces as fit. A piece that alone is too long is split into numbered parts. */
export function takeChunk(pieces: readonly Portion[], limit: number): Chunk {
  const [first, ...others] = pieces;
  if (first !== undefined && first.tokens > limit) {
    const [head, ...parts] = splitPortion(first, limit);
    return { text: head?.text ?? '', rest: [...parts, ...others] };
  }
  let left = limit;
  const end = pieces.findIndex(({ tokens }) => {
    left -= tokens;
    return left < 0;
  });
  const count = end < 0 ? pieces.length : end;
  const texts = pieces.slice(0, count).map(({ text }) => text);
  return { text: texts.join('\n\n'), rest: pieces.slice(count) };
}

function toUnit(messages: readonly TaskMessage[]): Unit {
  const names = new Map<string, string>();
  const text = messages.map((message) => writeMessage(message, names)).join('\n');
  return { messages, text, tokens: countText(text) + messageTokens * messages.length };
}

function writeMessage(message: TaskMessage, names: Map<string, string>): string {
  const { content } = message;
  const hasPicture = Array.isArray(content) && content.some(({ type }) => type !== 'text');
  const said = [textOfMessage(message), hasPicture ? '[picture]' : ''].filter(Boolean).join('\n');
  if (message.role === 'tool') {
    const of = names.get(message.tool_call_id ?? '');
    return `[result${of === undefined ? '' : ` of ${of}`}] ${said}`;
  }
  const calls = (message.tool_calls ?? []).map((call) => writeToolCall(parseCall(call), names));
  const own = said === '' && calls.length > 0 ? [] : [`[${message.role}] ${said}`];
  return [...own, ...calls].join('\n');
}

interface WrittenToolCall {
  readonly id?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
  readonly custom?: { readonly name?: string; readonly input?: string };
}

function parseCall(call: unknown): WrittenToolCall {
  return typeof call === 'object' && call !== null ? (call as WrittenToolCall) : {};
}

function writeToolCall(
  { id = '', function: called, custom }: WrittenToolCall,
  names: Map<string, string>,
): string {
  const name = called?.name ?? custom?.name ?? 'a tool';
  names.set(id, name);
  return `[assistant calls ${name}] ${called?.arguments ?? custom?.input ?? ''}`;
}

function splitPortion({ text }: Portion, limit: number): readonly Portion[] {
  const [heading = ''] = text.slice(0, headingLength).split('\n', 1);
  const room = Math.max(limit / 2, limit - countText(heading) - partTokens);
  const parts = splitByLength(text, room);
  return parts.map((part, index) => {
    const partText =
      index === 0 ? part : `(part ${index + 1} of ${parts.length}) ${heading} …\n${part}`;
    return { text: partText, tokens: countText(partText) };
  });
}

/** Splits into parts of about this many tokens, at the end of a line if one is near. */
function splitByLength(text: string, limit: number): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest !== '') {
    const fit = fitting(rest, limit);
    const line = rest.lastIndexOf('\n', fit - 1) + 1;
    const end = fit < rest.length && line > fit / 2 ? line : fit;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return parts;
}

/**
 * Returns how many characters from the start make at most this many tokens; at least one. Counts
 * block after block, each shorter one where a longer no longer fits, so that no text is read twice.
 */
function fitting(text: string, limit: number): number {
  let [fit, left] = [0, limit];
  for (let block = longestBlock; block >= 1 && fit < text.length; ) {
    const tokens = countText(text.slice(fit, fit + block));
    if (tokens > left) {
      block /= 2;
      continue;
    }
    fit += block;
    left -= tokens;
  }
  const end = Math.min(Math.max(1, fit), text.length);
  return isHalf(text.charCodeAt(end - 1)) && end < text.length ? end + 1 : end;
}

/** True for the first half of a character that takes two code units. */
function isHalf(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}
