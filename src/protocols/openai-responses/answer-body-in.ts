/** The items of an `openai-responses` answer, and how it ended, in neutral words (translate leg). */

import { isRecord } from '../is-record.ts';
import type { NeutralAnswer, NeutralContent, NeutralFinish } from '../neutral.ts';
import type { WireObject } from '../protocol.ts';
import { readJsonText, readName, readRecords, readText } from '../translation/lenient.ts';
import { toTextInput } from '../translation/text-tools.ts';
import { countTokens } from '../translation/token-counts.ts';

/** `other`: what only the vendor understands. */
export type ItemKind = 'message' | 'reasoning' | 'call' | 'text-call' | 'other';

/** One part of a whole item. */
export interface WholePart {
  readonly part: 'text' | 'refusal' | 'summary' | 'thought' | 'input';
  /** The part and its number. */
  readonly key: string;
  readonly text: string;
}

const kinds: Readonly<Record<string, ItemKind>> = {
  message: 'message',
  reasoning: 'reasoning',
  function_call: 'call',
  custom_tool_call: 'text-call',
};

/** What bears no type of its own is known by what stands in it. */
export function kindOfItem({ type, content, name }: WireObject): ItemKind {
  if (typeof type === 'string') return kinds[type] ?? 'other';
  if (Array.isArray(content)) return 'message';
  return name === undefined ? 'other' : 'call';
}

export function readWhole(item: WireObject): readonly WholePart[] {
  switch (kindOfItem(item)) {
    case 'message':
      return readRecords(item['content'], 'the content of a message').map(readSaid);
    case 'reasoning':
      return [...readThoughts(item['summary'], 'summary'), ...readThoughts(item['content'], 'thought')];
    case 'call':
      return [{ part: 'input', key: 'input0', text: readJsonText(item['arguments']) }];
    case 'text-call': {
      const input = toTextInput(readText(item['input'], 'the input of a call'));
      return [{ part: 'input', key: 'input0', text: JSON.stringify(input) }];
    }
    case 'other':
      return [];
  }
}

function readSaid(part: WireObject, index: number): WholePart {
  const refusal = readText(part['refusal'], 'a refusal');
  if (refusal !== '') return { part: 'refusal', key: `refusal${index}`, text: refusal };
  return { part: 'text', key: `text${index}`, text: readText(part['text'], 'the text of a message') };
}

function readThoughts(list: unknown, part: 'summary' | 'thought'): readonly WholePart[] {
  return readRecords(list, 'the thoughts of an item').map((one, index) => ({
    part,
    key: `${part}${index}`,
    text: readText(one['text'], 'a thought'),
  }));
}

export function decodeResponsesAnswer(body: WireObject): NeutralAnswer {
  const items = readRecords(body['output'], 'output');
  const content = items.flatMap(decodeItem);
  const hasRefused = items.some((item) => readWhole(item).some(({ part }) => part === 'refusal'));
  const hasCalls = content.some(({ type }) => type === 'tool-call');
  return {
    content,
    finish: toFinish(body, { hasCalls, hasRefused }),
    usage: countTokens(body['usage'], ['input', 'output']),
  };
}

function decodeItem(item: WireObject, index: number): readonly NeutralContent[] {
  const kind = kindOfItem(item);
  const parts = readWhole(item);
  if (kind === 'call' || kind === 'text-call') {
    const toolName = readName(item['name']);
    if (toolName === undefined) throw new TypeError('a tool call has no name');
    const toolCallId = readName(item['call_id']) ?? readName(item['id']) ?? `call_${index}`;
    return parts.map(({ text }) => ({ type: 'tool-call', toolCallId, toolName, input: text }));
  }
  const type = kind === 'reasoning' ? 'reasoning' : 'text';
  return parts.flatMap(({ text }) => (text === '' ? [] : [{ type, text } as const]));
}

interface Seen {
  readonly hasCalls: boolean;
  readonly hasRefused: boolean;
}

/** An answer that ended before its end did so at a limit, whatever word is given for it. */
export function toFinish(response: WireObject, { hasCalls, hasRefused }: Seen): NeutralFinish {
  const { status, incomplete_details: details } = response;
  const reason = isRecord(details) ? details['reason'] : undefined;
  if (reason === 'content_filter') return 'content-filter';
  if (status === 'incomplete' || typeof reason === 'string') return 'length';
  if (hasRefused) return 'content-filter';
  return hasCalls ? 'tool-calls' : 'stop';
}
