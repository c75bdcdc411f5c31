/**
 * Reads the items and the finish of an `openai-responses` answer into neutral words (translate
 * leg).
 */

import type { WireObject } from '../json/is-record.ts';
import { readJsonText, readRecords, readText } from '../translation/lenient.ts';
import type { NeutralFinish } from '../translation/neutral.ts';
import { toTextInput } from '../translation/text-tools.ts';
import type { AnswerFields } from '../translation/uncarried.ts';
import { judgeResponseFinish } from './finish.ts';
import { repeatedSettings } from './translate-out.ts';

const saidParts: AnswerFields = {
  carried: ['text', 'refusal'],
  types: ['output_text', 'refusal', 'reasoning_text', 'summary_text'],
};

export const responsesAnswerFields: AnswerFields = {
  carried: [
    ...repeatedSettings,
    'background',
    'billing',
    'completed_at',
    'created_at',
    'id',
    'incomplete_details',
    'max_tool_calls',
    'model',
    'object',
    'previous_response_id',
    'prompt_cache_key',
    'prompt_cache_retention',
    'safety_identifier',
    'service_tier',
    'status',
    'store',
    'top_logprobs',
    'usage',
    'user',
  ],
  inner: {
    output: {
      carried: [
        'id',
        'status',
        'role',
        'call_id',
        'name',
        'arguments',
        'input',
        'result',
        'output_format',
        'encrypted_content',
      ],
      types: ['message', 'reasoning', 'function_call', 'custom_tool_call', 'image_generation_call'],
      inner: { content: saidParts, summary: saidParts },
    },
  },
};

/** `other` is an item that only the vendor understands. */
export type ItemKind = 'message' | 'reasoning' | 'call' | 'text-call' | 'picture' | 'other';

export type PartKind = 'text' | 'refusal' | 'summary' | 'thought' | 'input';

interface WholePart {
  /** Joins its kind and its number. */
  readonly key: string;
  readonly text: string;
}

const kinds: Readonly<Record<string, ItemKind>> = {
  message: 'message',
  reasoning: 'reasoning',
  function_call: 'call',
  custom_tool_call: 'text-call',
  image_generation_call: 'picture',
};

/** Without a type, the fields decide. */
export function kindOfItem({ type, content, name }: WireObject): ItemKind {
  if (typeof type === 'string') return kinds[type] ?? 'other';
  if (Array.isArray(content)) return 'message';
  return name === undefined ? 'other' : 'call';
}

export function readWholeItem(item: WireObject): readonly WholePart[] {
  switch (kindOfItem(item)) {
    case 'message':
      return readRecords(item['content'], 'the content of a message').map(readSaid);
    case 'reasoning':
      return [
        ...readThoughts(item['summary'], 'summary'),
        ...readThoughts(item['content'], 'thought'),
      ];
    case 'call':
      return [{ key: 'input0', text: readJsonText(item['arguments']) }];
    case 'text-call': {
      const input = toTextInput(readText(item['input'], 'the input of a call'));
      return [{ key: 'input0', text: JSON.stringify(input) }];
    }
    case 'picture':
    case 'other':
      return [];
  }
}

function readSaid(part: WireObject, index: number): WholePart {
  const refusal = readText(part['refusal'], 'a refusal');
  if (refusal !== '') return { key: `refusal${index}`, text: refusal };
  return { key: `text${index}`, text: readText(part['text'], 'the text of a message') };
}

function readThoughts(list: unknown, kind: 'summary' | 'thought'): readonly WholePart[] {
  return readRecords(list, 'the thoughts of an item').map((one, index) => ({
    key: `${kind}${index}`,
    text: readText(one['text'], 'a thought'),
  }));
}

interface SeenItem {
  readonly hasCalls: boolean;
  readonly hasRefused: boolean;
}

export function toFinish(response: WireObject, { hasCalls, hasRefused }: SeenItem): NeutralFinish {
  const { unified } = judgeResponseFinish(response);
  if (unified !== 'stop' && unified !== 'other') return unified;
  if (hasRefused) return 'content-filter';
  return hasCalls ? 'tool-calls' : 'stop';
}
