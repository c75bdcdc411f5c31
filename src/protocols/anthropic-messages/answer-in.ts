/**
 * Reads an `anthropic-messages` answer into neutral words (translate leg): the events of a stream,
 * or one JSON object.
 */

import { isRecord, type WireObject } from '../json/is-record.ts';
import { judgeFinish } from '../translation/finish.ts';
import {
  readCount,
  readJsonText,
  readName,
  readRecord,
  readRecords,
  readText,
} from '../translation/lenient.ts';
import type {
  AnswerDecoder,
  NeutralFinish,
  NeutralPart,
  ReadingHints,
} from '../translation/neutral.ts';
import { tellSeal } from '../translation/seals.ts';
import { tellCallEnd } from '../translation/tool-input.ts';
import type { AnswerFields } from '../translation/uncarried.ts';
import { typeOfEvent } from './content-shape.ts';
import { countMessageTokens, updateUsage } from './usage.ts';

export const messagesAnswerFields: AnswerFields = {
  carried: ['id', 'role', 'model', 'usage', 'stop_reason'],
  inner: {
    content: {
      carried: ['text', 'thinking', 'signature', 'data', 'id', 'name', 'input'],
      types: ['text', 'thinking', 'redacted_thinking', 'tool_use'],
    },
  },
};

interface OpenWireBlock {
  readonly index: number | undefined;
  /** `hosted`: a call that the vendor makes and answers itself. */
  readonly kind: 'plain' | 'call' | 'hosted';
  readonly id: string;
  readonly name: string;
  /** Holds the input at the start of the block: some servers send all of it there. */
  readonly given: string;
  input: string;
  /** Is the signature of a thought. */
  seal: string;
  isWhole: boolean;
}

export class MessagesAnswerDecoder implements AnswerDecoder {
  readonly #answerTool: string | undefined;
  readonly #blocks: OpenWireBlock[] = [];
  /** Maps each index to its last block. */
  readonly #byIndex = new Map<number, OpenWireBlock>();
  #usage: WireObject | undefined;
  #reason: unknown;
  #hasAnswer = false;

  constructor({ answerTool }: ReadingHints = {}) {
    this.#answerTool = answerTool;
  }

  push(event: WireObject): readonly NeutralPart[] {
    switch (typeOfEvent(event)) {
      case 'message_start':
        return this.#begin(readRecord(event['message'], 'message_start.message'));
      case 'content_block_start':
        return this.#beginBlock(event);
      case 'content_block_delta':
        return this.#extend(event, readRecord(event['delta'], 'content_block_delta.delta'));
      case 'content_block_stop':
        return this.#endBlock(this.#find(event));
      case 'message_delta':
        return this.#finish(event);
      default:
        return [];
    }
  }

  end(): readonly NeutralPart[] {
    const parts = this.#blocks.flatMap((block) => this.#endBlock(block));
    const unified = toFinish(this.#reason, this.#hasAnswer);
    return [
      ...parts,
      {
        type: 'finish',
        finishReason: { unified, raw: undefined },
        usage: countMessageTokens(this.#usage ?? {}),
      },
    ];
  }

  #begin(message: WireObject): readonly NeutralPart[] {
    this.#usage = updateUsage(this.#usage, message['usage']);
    return readRecords(message['content'], 'message_start.message.content').flatMap(
      (block, index) => this.#beginBlock({ index, content_block: block }),
    );
  }

  #beginBlock(event: WireObject): readonly NeutralPart[] {
    const block = readRecord(event['content_block'], 'content_block_start.content_block');
    const index = readCount(event['index']);
    if (isCall(block)) return this.#beginCall(block, index);
    const kind = hostedCalls.has(block['type']) ? 'hosted' : 'plain';
    this.#open({ index, kind, seal: readName(block['signature']) ?? '' });
    const redacted = block['type'] === 'redacted_thinking' ? block['data'] : undefined;
    return [
      ...tellText(block['text']),
      ...tellThought(block['thinking'], index),
      ...tellSeal(String(index), 'anthropic-redacted', redacted),
    ];
  }

  #beginCall(block: WireObject, index: number | undefined): readonly NeutralPart[] {
    const name = readName(block['name']);
    if (name === undefined) throw new TypeError('a tool call has no name');
    const id = readName(block['id']) ?? `call_${this.#blocks.length}`;
    const { input } = block;
    const given = isRecord(input) && Object.keys(input).length === 0 ? '' : readJsonText(input);
    this.#open({ index, kind: 'call', id, name, given });
    this.#hasAnswer ||= name === this.#answerTool;
    return name === this.#answerTool ? [] : [{ type: 'tool-input-start', id, toolName: name }];
  }

  #open(block: Pick<OpenWireBlock, 'index' | 'kind'> & Partial<OpenWireBlock>): void {
    const opened = { id: '', name: '', given: '', input: '', seal: '', isWhole: false, ...block };
    this.#blocks.push(opened);
    if (opened.index !== undefined) this.#byIndex.set(opened.index, opened);
  }

  /** The type of a delta follows from its fields. */
  #extend(event: WireObject, delta: WireObject): readonly NeutralPart[] {
    const { text, thinking, partial_json: json, signature } = delta;
    const block = typeof signature === 'string' ? this.#find(event) : undefined;
    if (block !== undefined) block.seal += String(signature);
    return [
      ...tellText(text),
      ...tellThought(thinking, readCount(event['index'])),
      ...this.#extendCall(event, readText(json, 'content_block_delta.delta.partial_json')),
    ];
  }

  #extendCall(event: WireObject, delta: string): readonly NeutralPart[] {
    if (delta === '') return [];
    const block = this.#find(event);
    if (block?.kind === 'hosted') return [];
    if (block?.kind !== 'call' || block.isWhole)
      throw new TypeError('a piece of an input belongs to no tool call');
    block.input += delta;
    return this.#tellInput(block, delta);
  }

  #tellInput({ id, name }: OpenWireBlock, delta: string): readonly NeutralPart[] {
    return name === this.#answerTool ? tellText(delta) : [{ type: 'tool-input-delta', id, delta }];
  }

  /** Blocks come one after another, so an event without an index belongs to the last. */
  #find(event: WireObject): OpenWireBlock | undefined {
    const index = readCount(event['index']);
    return index === undefined ? this.#blocks.at(-1) : this.#byIndex.get(index);
  }

  #endBlock(block: OpenWireBlock | undefined): readonly NeutralPart[] {
    if (block === undefined || block.isWhole) return [];
    block.isWhole = true;
    if (block.kind !== 'call') return tellSeal(String(block.index), 'anthropic', block.seal);
    const rest =
      block.input === '' && block.given !== '' ? this.#tellInput(block, block.given) : [];
    const { id, name, given, input } = block;
    if (name === this.#answerTool) return rest;
    const whole = input === '' ? given : input;
    return [...rest, ...tellCallEnd(id, name, whole === '' ? '{}' : whole)];
  }

  #finish({ delta, usage }: WireObject): readonly NeutralPart[] {
    this.#usage = updateUsage(this.#usage, usage);
    const reason = isRecord(delta) ? readName(delta['stop_reason']) : undefined;
    this.#reason = reason ?? this.#reason;
    return [];
  }
}

const hostedCalls: ReadonlySet<unknown> = new Set(['server_tool_use', 'mcp_tool_use']);

/** Without a type, the fields decide. Throws for an input of an unknown block. */
function isCall({ type, input }: WireObject): boolean {
  if (type === 'tool_use') return true;
  if (input === undefined || hostedCalls.has(type)) return false;
  if (typeof type !== 'string') return true;
  throw new TypeError(`a block of the type ${type} has no words in another protocol`);
}

function tellText(value: unknown): readonly NeutralPart[] {
  const delta = readText(value, 'the text of a block');
  return delta === '' ? [] : [{ type: 'text-delta', id: 'text', delta }];
}

function tellThought(value: unknown, index: number | undefined): readonly NeutralPart[] {
  const delta = readText(value, 'the thinking of a block');
  return delta === '' ? [] : [{ type: 'reasoning-delta', id: String(index), delta }];
}

/**
 * Returns the stream events equal to this answer: each block whole in its start event, then the
 * end.
 */
export function toEvents(body: WireObject): readonly WireObject[] {
  const blocks = readRecords(body['content'], 'content');
  const starts = blocks.flatMap((block, index) => [
    { type: 'content_block_start', index, content_block: block },
    { type: 'content_block_stop', index },
  ]);
  return [
    ...starts,
    { type: 'message_delta', delta: { stop_reason: body['stop_reason'] }, usage: body['usage'] },
  ];
}

/** If the answer was requested as a tool's input, it is complete with that. */
function toFinish(reason: unknown, hasAnswer: boolean): NeutralFinish {
  const finish = judgeFinish(reason).unified;
  return hasAnswer && finish === 'tool-calls' ? 'stop' : finish;
}
