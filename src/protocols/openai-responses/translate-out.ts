/** An answer in neutral words as `openai-responses` tells it (translate leg): the events of a stream, or one JSON object. */

import type { WireObject } from '../is-record.ts';
import type {
  AnswerFacts,
  AnswerWriter,
  NeutralAnswer,
  NeutralFinish,
  NeutralPart,
  NeutralUsage,
  ToldEvent,
} from '../neutral.ts';
import {
  type Block,
  BlockSequence,
  type BlockTeller,
  sealOf,
  toPicture,
} from '../translation/block-sequence.ts';
import { beginItem, endItem, type ItemEvent, tellItem, toItem } from './items-out.ts';

/** Finishes that leave an answer incomplete, and the reason they are told with. */
const incompletions: Readonly<Partial<Record<NeutralFinish, string>>> = {
  length: 'max_output_tokens',
  'content-filter': 'content_filter',
};

export class ResponsesAnswerWriter implements AnswerWriter, BlockTeller {
  readonly #facts: AnswerFacts;
  readonly #blocks = new BlockSequence(this);
  readonly #output: WireObject[] = [];
  #sequence = 0;

  constructor(facts: AnswerFacts) {
    this.#facts = facts;
  }

  push(part: NeutralPart): readonly ToldEvent[] {
    if (part.type === 'tool-call' && !takesSeals(this.#facts)) {
      const { providerMetadata: _, ...bare } = part;
      return this.#blocks.push(bare);
    }
    if (part.type !== 'finish') return this.#blocks.push(part);
    const told = this.#blocks.end();
    return [...this.#start(), ...told, ...this.#finish(part.finishReason.unified, part.usage)];
  }

  begin(block: Block): readonly ToldEvent[] {
    return [...this.#start(), ...this.#tell(beginItem(this.#identify(block)))];
  }

  goOn(block: Block, delta: string): readonly ToldEvent[] {
    return this.#tell(tellItem(this.#identify(block), delta));
  }

  end(block: Block): readonly ToldEvent[] {
    const identified = this.#identify(block);
    const events = this.#tell(endItem(identified));
    this.#output.push(toItem(identified));
    return events;
  }

  #identify(block: Block): Parameters<typeof toItem>[0] {
    return { block, index: this.#output.length, facts: this.#facts };
  }

  #start(): readonly ToldEvent[] {
    if (this.#sequence > 0) return [];
    const response = { ...createHead(this.#facts), status: 'in_progress', output: [], usage: null };
    return this.#tell([
      { type: 'response.created', response },
      { type: 'response.in_progress', response },
    ]);
  }

  #finish(finish: NeutralFinish, usage: NeutralUsage): readonly ToldEvent[] {
    const response = createResponse(this.#facts, { finish, usage, output: this.#output });
    return this.#tell([{ type: `response.${String(response['status'])}`, response }]);
  }

  #tell(events: readonly ItemEvent[]): readonly ToldEvent[] {
    return events.map(({ type, ...fields }) => {
      const event = { type, sequence_number: this.#sequence++, ...fields };
      return { name: type, data: JSON.stringify(event), event };
    });
  }
}

export function encodeResponsesAnswer(
  { content, finish, usage }: NeutralAnswer,
  facts: AnswerFacts,
): WireObject {
  const blocks = content.flatMap((part): readonly Block[] => {
    switch (part.type) {
      case 'text':
      case 'reasoning':
        return part.text === '' ? [] : [{ kind: part.type, id: '', name: '', text: part.text }];
      case 'tool-call':
        return [
          ...(takesSeals(facts) ? sealOf(part) : []),
          { kind: 'call', id: part.toolCallId, name: part.toolName, text: part.input },
        ];
      case 'file':
        return [toPicture(part)];
      default:
        return [];
    }
  });
  const output = blocks.map((block, index) => toItem({ block, index, facts }));
  return createResponse(facts, { finish, usage, output });
}

/** Settings that an answer repeats, and what they are where the request does not say. */
const settings: WireObject = {
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  parallel_tool_calls: true,
  reasoning: { effort: null, summary: null },
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  truncation: 'disabled',
};

/** `include` is not repeated; what it asks for is told. */
export const repeatedSettings: readonly string[] = [...Object.keys(settings), 'include'];

/** A client that did not ask for sealed thoughts names them by their id in its next request, and nobody keeps a translated answer. */
function takesSeals({ request: { include } }: AnswerFacts): boolean {
  return Array.isArray(include) && include.includes('reasoning.encrypted_content');
}

function createHead({ id, model, createdAt, request }: AnswerFacts): WireObject {
  const repeated = Object.entries(settings).map(([field, usual]) => [field, request[field] ?? usual]);
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: createdAt,
    background: false,
    error: null,
    incomplete_details: null,
    model,
    previous_response_id: null,
    ...Object.fromEntries(repeated),
    // Nobody keeps a translated answer.
    store: false,
  };
}

interface Ended {
  readonly finish: NeutralFinish;
  readonly usage: NeutralUsage;
  readonly output: readonly WireObject[];
}

function createResponse(facts: AnswerFacts, { finish, usage, output }: Ended): WireObject {
  const reason = incompletions[finish];
  return {
    ...createHead(facts),
    status: reason === undefined ? 'completed' : 'incomplete',
    incomplete_details: reason === undefined ? null : { reason },
    output,
    usage: encodeUsage(usage),
  };
}

function encodeUsage({ inputTokens, outputTokens }: NeutralUsage): WireObject {
  const input = inputTokens.total ?? 0;
  const output = outputTokens.total ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: inputTokens.cacheRead ?? 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: outputTokens.reasoning ?? 0 },
    total_tokens: input + output,
  };
}
