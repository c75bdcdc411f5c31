/**
 * Assembles the tool calls of an `openai-chat` stream (translate leg): with or without an index,
 * with ids that come late, twice or never, with names that follow the first input.
 */

import { parseOrNothing, type WireObject } from '../json/is-record.ts';
import { readCount, readName, readRecord } from '../translation/lenient.ts';
import type { NeutralPart } from '../translation/neutral.ts';
import { tellCallEnd } from '../translation/tool-input.ts';

interface OpenCall {
  /** Counts all calls. */
  readonly place: number;
  readonly index: number | undefined;
  /** The provider's id, or ours from the moment the call is sent. */
  id: string | undefined;
  name: string | undefined;
  input: string;
  /** The input came as an object, in one piece. */
  isObject: boolean;
  isWhole: boolean;
  /** Length of its input at the last check for completeness. */
  seen: number;
}

/** Looks calls up by index and id: a search through all calls would take quadratic time. */
export class ChatCalls {
  readonly #calls: OpenCall[] = [];
  /** Have the last call of each index, of each id, and of both together. */
  readonly #byIndex = new Map<number, OpenCall>();
  readonly #byId = new Map<string, OpenCall>();
  readonly #byBoth = new Map<string, OpenCall>();
  /** Is the last call with new input. */
  #last: OpenCall | undefined;

  push(piece: WireObject): readonly NeutralPart[] {
    const written = readRecord(piece['function'], 'the function of a tool call');
    const name = readName(written['name']);
    const known = this.#find(piece, name);
    const call = known ?? this.#begin(piece);
    const ended = known === undefined ? this.#endWhole(call) : [];
    const input = readCallInput(written['arguments'], call);
    return [...ended, ...this.#extend(call, { name, input })];
  }

  /** Throws for a call without a name, which no tool could execute. */
  end(): readonly NeutralPart[] {
    return this.#calls.flatMap((call) => {
      if (call.name === undefined) throw new TypeError('a tool call has no name');
      return this.#end(call);
    });
  }

  /** Some vendors send the same index for all calls of an answer and distinguish them by id. */
  #find(piece: WireObject, name: string | undefined): OpenCall | undefined {
    const index = readCount(piece['index']);
    const id = readName(piece['id']);
    if (index !== undefined) {
      const call = this.#byIndex.get(index);
      const isAnother =
        id !== undefined && name !== undefined && call?.name !== undefined && call.id !== id;
      return isAnother ? this.#byBoth.get(`${index} ${id}`) : call;
    }
    if (id !== undefined) return this.#byId.get(id);
    const last = this.#calls.at(-1);
    if (name !== undefined) return last?.name === undefined ? last : undefined;
    const isAmbiguous = this.#calls.length > 1 && last?.index !== undefined;
    if (isAmbiguous) throw new TypeError('a piece of a tool call does not say of which');
    return last;
  }

  #begin(piece: WireObject): OpenCall {
    const index = readCount(piece['index']);
    const id = readName(piece['id']);
    const call: OpenCall = {
      place: this.#calls.length,
      index,
      id,
      name: undefined,
      input: '',
      isObject: false,
      isWhole: false,
      seen: 0,
    };
    this.#calls.push(call);
    if (index !== undefined) this.#byIndex.set(index, call);
    if (id !== undefined) this.#byId.set(id, call);
    if (index !== undefined && id !== undefined) this.#byBoth.set(`${index} ${id}`, call);
    return call;
  }

  #extend(
    call: OpenCall,
    { name, input }: { readonly name: string | undefined; readonly input: string },
  ): readonly NeutralPart[] {
    if (call.isWhole && input.trim() !== '')
      throw new TypeError('a tool call went on after its end');
    this.#last = call;
    const hasBegun = call.name !== undefined;
    call.name ??= name;
    call.input += input;
    if (call.name === undefined || call.isWhole) return [];
    call.id ??= `call_${call.place}`;
    const { id } = call;
    if (hasBegun) return input === '' ? [] : [{ type: 'tool-input-delta', id, delta: input }];
    const start: NeutralPart = { type: 'tool-input-start', id, toolName: call.name };
    return call.input === ''
      ? [start]
      : [start, { type: 'tool-input-delta', id, delta: call.input }];
  }

  /**
   * Usually a new call ends the previous one. An incomplete input may still continue, and is
   * checked again only after its length has doubled.
   */
  #endWhole(next: OpenCall): readonly NeutralPart[] {
    const call = this.#last;
    if (call === undefined || call === next || call.name === undefined || call.isWhole) return [];
    if (call.input.length < 2 * call.seen) return [];
    call.seen = call.input.length;
    return typeof parseOrNothing(call.input) === 'object' ? this.#end(call) : [];
  }

  #end(call: OpenCall): readonly NeutralPart[] {
    if (call.isWhole) return [];
    call.isWhole = true;
    const { id = '', name = '', input } = call;
    return tellCallEnd(id, name, input);
  }
}

/** Some servers send the input as an object, which is then complete. */
function readCallInput(value: unknown, call: OpenCall): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' && !call.isObject) return value;
  if (typeof value !== 'object' || call.input !== '')
    throw new TypeError('the input of a tool call is not a text');
  call.isObject = true;
  return JSON.stringify(value);
}
