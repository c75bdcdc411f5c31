/**
 * Writes one block of a translated answer as an item of `openai-responses`: the events of its
 * start, its pieces and its end.
 */

import { compact } from '../json/compact.ts';
import type { WireObject } from '../json/is-record.ts';
import type { Block } from '../translation/block-sequence.ts';
import type { AnswerFacts } from '../translation/neutral.ts';
import { readTextInput } from '../translation/text-tools.ts';

/** An event without its number, which the stream's writer adds. */
export type ItemEvent = Record<string, unknown> & {
  readonly type: string;
  sequence_number: number;
};

type Kind =
  | 'message'
  | 'reasoning'
  | 'function_call'
  | 'custom_tool_call'
  | 'image_generation_call';

const prefixes: Readonly<Record<Kind, string>> = {
  message: 'msg',
  reasoning: 'rs',
  function_call: 'fc',
  custom_tool_call: 'ctc',
  image_generation_call: 'ig',
};

/** It is written out field by field: the events of each piece are an answer's costliest part. */
export class WrittenItem {
  readonly #block: Block;
  readonly #index: number;
  readonly #kind: Kind;
  readonly #id: string;

  constructor(block: Block, index: number, { id, textTools }: AnswerFacts) {
    this.#block = block;
    this.#index = index;
    this.#kind = itemKindOf(block, textTools);
    this.#id = `${prefixes[this.#kind]}_${id}_${index}`;
  }

  whole(): WireObject {
    return this.#write('completed', this.#block.text);
  }

  begin(): readonly ItemEvent[] {
    const added = {
      type: 'response.output_item.added',
      sequence_number: 0,
      output_index: this.#index,
      item: this.#write('in_progress', undefined),
    };
    return this.#hasPart ? [added, this.#tellPart('added', '')] : [added];
  }

  /** Writes the item with all its text, or without text at the start. */
  #write(status: 'in_progress' | 'completed', text: string | undefined): WireObject {
    const { id: call_id, name, seal: encrypted_content } = this.#block;
    const [id, type] = [this.#id, this.#kind];
    const parts = text === undefined || !this.#hasPart ? [] : [this.#part(text)];
    switch (type) {
      case 'message':
        return { id, type, status, role: 'assistant', content: parts };
      case 'reasoning':
        return compact({ id, type, summary: parts, encrypted_content });
      case 'function_call':
        return { id, type, status, call_id, name, arguments: text === '' ? '{}' : (text ?? '') };
      case 'custom_tool_call':
        return {
          id,
          type,
          status,
          call_id,
          name,
          input: text === undefined ? '' : readTextInput(text),
        };
      case 'image_generation_call':
        return { id, type, status, output_format: name, result: text ?? null };
    }
  }

  /** A custom tool's text is sent whole, at its end; so is an image. */
  goOn(delta: string): readonly ItemEvent[] {
    const [item_id, output_index, sequence_number] = [this.#id, this.#index, 0];
    switch (this.#kind) {
      case 'message': {
        const type = 'response.output_text.delta';
        return [
          { type, sequence_number, item_id, output_index, content_index: 0, delta, logprobs: [] },
        ];
      }
      case 'reasoning': {
        const type = 'response.reasoning_summary_text.delta';
        return [{ type, sequence_number, item_id, output_index, summary_index: 0, delta }];
      }
      case 'function_call': {
        const type = 'response.function_call_arguments.delta';
        return [{ type, sequence_number, item_id, output_index, delta }];
      }
      case 'custom_tool_call':
      case 'image_generation_call':
        return [];
    }
  }

  end(item: WireObject): readonly ItemEvent[] {
    const done = {
      type: 'response.output_item.done',
      sequence_number: 0,
      output_index: this.#index,
      item,
    };
    return [...this.#endInner(item), done];
  }

  #endInner({ arguments: args, input }: WireObject): readonly ItemEvent[] {
    const at = { sequence_number: 0, item_id: this.#id, output_index: this.#index };
    const { text } = this.#block;
    switch (this.#kind) {
      case 'message':
        return [
          { type: 'response.output_text.done', ...at, content_index: 0, text },
          this.#tellPart('done', text),
        ];
      case 'reasoning':
        if (!this.#hasPart) return [];
        return [
          { type: 'response.reasoning_summary_text.done', ...at, summary_index: 0, text },
          this.#tellPart('done', text),
        ];
      case 'function_call':
        return [{ type: 'response.function_call_arguments.done', ...at, arguments: args }];
      case 'custom_tool_call':
        return [
          { type: 'response.custom_tool_call_input.delta', ...at, delta: input },
          { type: 'response.custom_tool_call_input.done', ...at, input },
        ];
      case 'image_generation_call':
        return [{ type: 'response.image_generation_call.completed', ...at }];
    }
  }

  /** Messages and thoughts have a part; calls, images, and thoughts without text have none. */
  get #hasPart(): boolean {
    const { seal, text } = this.#block;
    return (
      this.#kind === 'message' ||
      (this.#kind === 'reasoning' && (seal === undefined || text !== ''))
    );
  }

  #tellPart(what: 'added' | 'done', text: string): ItemEvent {
    const at = { sequence_number: 0, item_id: this.#id, output_index: this.#index };
    const part = this.#part(text);
    return this.#kind === 'message'
      ? { type: `response.content_part.${what}`, ...at, content_index: 0, part }
      : { type: `response.reasoning_summary_part.${what}`, ...at, summary_index: 0, part };
  }

  #part(text: string): WireObject {
    return this.#kind === 'message'
      ? { type: 'output_text', annotations: [], logprobs: [], text }
      : { type: 'summary_text', text };
  }
}

function itemKindOf({ kind, name }: Block, textTools: ReadonlySet<string>): Kind {
  switch (kind) {
    case 'text':
      return 'message';
    case 'reasoning':
      return 'reasoning';
    case 'picture':
      return 'image_generation_call';
    case 'call':
      return textTools.has(name) ? 'custom_tool_call' : 'function_call';
  }
}
