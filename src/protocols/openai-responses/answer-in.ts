/**
 * Reads an `openai-responses` answer into neutral words (translate leg): the events of a stream, or
 * one JSON object. A stream sends everything twice, in pieces and whole: what the pieces left out
 * is taken from the whole, and a contradiction is an error.
 */

import { isRecord, type WireObject } from '../json/is-record.ts';
import {
  readCount,
  readJsonText,
  readName,
  readRecord,
  readRecords,
  readText,
} from '../translation/lenient.ts';
import type { AnswerDecoder, NeutralPart } from '../translation/neutral.ts';
import { tellSeal } from '../translation/seals.ts';
import { tellCallEnd } from '../translation/tool-input.ts';
import { countResponseTokens, noUsage } from '../translation/usage.ts';
import {
  type ItemKind,
  kindOfItem,
  type PartKind,
  readWholeItem,
  toFinish,
} from './answer-body-in.ts';

interface OpenOutput {
  /** Counts all items. */
  readonly place: number;
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly kind: ItemKind;
  callId: string;
  name: string | undefined;
  /** Holds the text already sent of each part, or of a call's input. */
  readonly sent: Map<string, string>;
  isWhole: boolean;
}

const endTypes: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete']);

export class ResponsesAnswerDecoder implements AnswerDecoder {
  readonly #items: OpenOutput[] = [];
  /** They keep the first item of each index, and of each id. */
  readonly #byIndex = new Map<number, OpenOutput>();
  readonly #byId = new Map<string, OpenOutput>();
  #response: WireObject = {};
  #hasRefused = false;

  push(event: WireObject): readonly NeutralPart[] {
    const { type } = event;
    if (type === 'response.output_item.added') return this.#begin(event);
    if (type === 'response.output_item.done') return this.#endItem(event);
    if (endTypes.has(type)) return this.#endResponse(event);
    const piece = pieces[String(type).replace(/\.(delta|done)$/, '')];
    if (piece === undefined) return [];
    const item = this.#find(event) ?? this.#open(event, piece.kind, {});
    const key = `${piece.part}${readCount(event[piece.index]) ?? 0}`;
    if (!String(type).endsWith('.done'))
      return this.#tell(item, key, readPartText(event['delta'], piece.part));
    return this.#settle(item, key, readPartText(event[piece.whole], piece.part));
  }

  end(): readonly NeutralPart[] {
    const parts = this.#items.flatMap((item) => this.#endCall(item));
    const hasCalls = this.#items.some(isCall);
    const unified = toFinish(this.#response, { hasCalls, hasRefused: this.#hasRefused });
    const { usage: said } = this.#response;
    const usage = isRecord(said) ? countResponseTokens(said) : noUsage;
    return [...parts, { type: 'finish', finishReason: { unified, raw: undefined }, usage }];
  }

  #begin(event: WireObject): readonly NeutralPart[] {
    const item = readRecord(event['item'], 'response.output_item.added.item');
    return this.#beginCall(this.#open(event, kindOfItem(item), item), item);
  }

  #open(event: WireObject, kind: ItemKind, item: WireObject): OpenOutput {
    const opened: OpenOutput = {
      place: this.#items.length,
      index: readCount(event['output_index']),
      id: readName(item['id']) ?? readName(event['item_id']),
      kind,
      callId: '',
      name: undefined,
      sent: new Map(),
      isWhole: false,
    };
    const { index, id } = opened;
    this.#items.push(opened);
    if (index !== undefined && !this.#byIndex.has(index)) this.#byIndex.set(index, opened);
    if (id !== undefined && !this.#byId.has(id)) this.#byId.set(id, opened);
    return opened;
  }

  /** Finds the item by whatever index or id an event has; without any, the last item. */
  #find(event: WireObject, id = readName(event['item_id'])): OpenOutput | undefined {
    const index = readCount(event['output_index']);
    const numbered = index === undefined ? undefined : this.#byIndex.get(index);
    const named = id === undefined ? undefined : this.#byId.get(id);
    return (
      numbered ??
      named ??
      (index === undefined && id === undefined ? this.#items.at(-1) : undefined)
    );
  }

  /** The input of a vendor's text tool is sent whole, as a function's. */
  #beginCall(item: OpenOutput, written: WireObject): readonly NeutralPart[] {
    const name = readName(written['name']);
    if (!isCall(item) || item.name !== undefined || name === undefined) return [];
    item.name = name;
    item.callId = readName(written['call_id']) ?? item.id ?? `call_${item.place}`;
    const start: NeutralPart = { type: 'tool-input-start', id: item.callId, toolName: name };
    const waiting = item.sent.get('input0') ?? '';
    if (waiting === '') return [start];
    return [start, { type: 'tool-input-delta', id: item.callId, delta: waiting }];
  }

  #tell(item: OpenOutput, key: string, delta: string): readonly NeutralPart[] {
    if (delta === '') return [];
    item.sent.set(key, (item.sent.get(key) ?? '') + delta);
    if (isReasoningKey(key))
      return [{ type: 'reasoning-delta', id: `${item.place} ${key}`, delta }];
    this.#hasRefused ||= key.startsWith('refusal');
    if (!key.startsWith('input')) return [{ type: 'text-delta', id: 'text', delta }];
    if (!isCall(item)) throw new TypeError('an input belongs to no call');
    if (item.isWhole) throw new TypeError('a call went on after its end');
    return item.name === undefined ? [] : [{ type: 'tool-input-delta', id: item.callId, delta }];
  }

  /** Returns the rest of a part after its pieces; throws if the pieces contradict it. */
  #settle(item: OpenOutput, key: string, whole: string): readonly NeutralPart[] {
    const sent = item.sent.get(key) ?? '';
    if (whole.startsWith(sent)) return this.#tell(item, key, whole.slice(sent.length));
    if (whole.length > sent.length && !isReasoningKey(key))
      throw new TypeError('its pieces are not its whole');
    return [];
  }

  #endItem(event: WireObject): readonly NeutralPart[] {
    const written = readRecord(event['item'], 'response.output_item.done.item');
    const known = this.#find(event, readName(written['id']));
    return this.#end(known ?? this.#open(event, kindOfItem(written), written), written);
  }

  #end(item: OpenOutput, written: WireObject): readonly NeutralPart[] {
    const begun = this.#beginCall(item, written);
    const rest = readWholeItem(written).flatMap(({ key, text }) => this.#settle(item, key, text));
    const ended = [
      ...this.#endCall(item),
      ...this.#endThought(item, written),
      ...this.#endPicture(item, written),
    ];
    return [...begun, ...rest, ...ended];
  }

  /** Encrypted content counts only when the item is complete. */
  #endThought(item: OpenOutput, { encrypted_content: seal }: WireObject): readonly NeutralPart[] {
    if (item.kind !== 'reasoning' || item.isWhole) return [];
    item.isWhole = true;
    return tellSeal(String(item.place), 'openai', seal);
  }

  /** Sends the complete image; earlier pieces were previews of it. */
  #endPicture(
    item: OpenOutput,
    { result, output_format: format }: WireObject,
  ): readonly NeutralPart[] {
    if (item.kind !== 'picture' || item.isWhole || typeof result !== 'string') return [];
    item.isWhole = true;
    return [{ type: 'file', mediaType: `image/${readName(format) ?? 'png'}`, data: result }];
  }

  #endCall(item: OpenOutput): readonly NeutralPart[] {
    if (!isCall(item) || item.isWhole) return [];
    if (item.name === undefined) throw new TypeError('a tool call has no name');
    item.isWhole = true;
    return tellCallEnd(item.callId, item.name, item.sent.get('input0') ?? '');
  }

  /**
   * Sends items that no event has sent. An item with another index and id counts as sent if its
   * kind was.
   */
  #endResponse(event: WireObject): readonly NeutralPart[] {
    const isCutOff = event['type'] === 'response.incomplete' ? { status: 'incomplete' } : {};
    this.#response = { ...readRecord(event['response'], 'response'), ...isCutOff };
    const sentKinds = new Set(this.#items.map(({ kind }) => kind));
    return readRecords(this.#response['output'], 'response.output').flatMap((written, index) => {
      const kind = kindOfItem(written);
      const id = readName(written['id']);
      const numbered = this.#byIndex.get(index);
      const known =
        (id === undefined ? undefined : this.#byId.get(id)) ??
        (numbered?.kind === kind ? numbered : undefined);
      if (known === undefined && sentKinds.has(kind)) return [];
      return this.#end(known ?? this.#open({ output_index: index }, kind, written), written);
    });
  }
}

/** Returns the stream events equal to this answer: each item whole, then the end. */
export function toEvents(body: WireObject): readonly WireObject[] {
  const items = readRecords(body['output'], 'output');
  const done = items.map((item, index) => ({
    type: 'response.output_item.done',
    output_index: index,
    item,
  }));
  return [...done, { type: 'response.completed', response: { ...body, output: [] } }];
}

interface Piece {
  readonly kind: ItemKind;
  readonly part: PartKind;
  /** Names the field with the part's index. */
  readonly index: string;
  /** Names the field with the whole text. */
  readonly whole: string;
}

const pieces: Readonly<Record<string, Piece>> = {
  'response.output_text': { kind: 'message', part: 'text', index: 'content_index', whole: 'text' },
  'response.refusal': {
    kind: 'message',
    part: 'refusal',
    index: 'content_index',
    whole: 'refusal',
  },
  'response.reasoning_summary_text': {
    kind: 'reasoning',
    part: 'summary',
    index: 'summary_index',
    whole: 'text',
  },
  'response.reasoning_text': {
    kind: 'reasoning',
    part: 'thought',
    index: 'content_index',
    whole: 'text',
  },
  'response.function_call_arguments': {
    kind: 'call',
    part: 'input',
    index: 'none',
    whole: 'arguments',
  },
};

function readPartText(value: unknown, part: PartKind): string {
  if (part === 'input' && isRecord(value)) return readJsonText(value);
  return readText(value, `the ${part} of an item`);
}

function isCall({ kind }: OpenOutput): boolean {
  return kind === 'call' || kind === 'text-call';
}

function isReasoningKey(key: string): boolean {
  return key.startsWith('summary') || key.startsWith('thought');
}
