/**
 * Writes a neutral answer as `openai-responses` (translate leg): the events of a stream, or one
 * JSON object.
 */

import type { WireObject } from '../json/is-record.ts';
import {
  type Block,
  BlockSequence,
  type BlockTeller,
  toBlocks,
} from '../translation/block-sequence.ts';
import { chooseEndWord, type EndWords } from '../translation/finish.ts';
import type {
  AnswerFacts,
  AnswerWriter,
  FinishReason,
  NeutralAnswer,
  NeutralPart,
  NeutralUsage,
  ToldEvent,
} from '../translation/neutral.ts';
import { noteLostSeal } from '../translation/seals.ts';
import { type ItemEvent, WrittenItem } from './items-out.ts';

/** Has a reason to send for each end that leaves an answer incomplete. */
const incompletions: EndWords<string | undefined> = {
  stop: undefined,
  length: 'max_output_tokens',
  'content-filter': 'content_filter',
  'tool-calls': undefined,
  other: undefined,
};

export class ResponsesAnswerWriter implements AnswerWriter, BlockTeller {
  readonly #facts: AnswerFacts;
  readonly #blocks = new BlockSequence(this);
  readonly #output: WireObject[] = [];
  #item: WrittenItem | undefined;
  #events: ToldEvent[] = [];
  #sequence = 0;

  constructor(facts: AnswerFacts) {
    this.#facts = facts;
  }

  push(part: NeutralPart): readonly ToldEvent[] {
    this.#events = [];
    if (part.type === 'finish') this.#finish(part.finishReason, part.usage);
    else if (part.type !== 'reasoning-end' || takesSeals(this.#facts)) this.#blocks.push(part);
    return this.#events;
  }

  begin(block: Block): void {
    this.#start();
    this.#item = new WrittenItem(block, this.#output.length, this.#facts);
    this.#tell(this.#item.begin());
  }

  goOn(_block: Block, delta: string): void {
    this.#tell(this.#item?.goOn(delta) ?? []);
  }

  end(): void {
    const whole = this.#item?.whole() ?? {};
    this.#output.push(whole);
    this.#tell(this.#item?.end(whole) ?? []);
  }

  #start(): void {
    if (this.#sequence > 0) return;
    const response = { ...createHead(this.#facts), status: 'in_progress', output: [], usage: null };
    this.#tell([
      { type: 'response.created', sequence_number: 0, response },
      { type: 'response.in_progress', sequence_number: 0, response },
    ]);
  }

  #finish({ unified }: FinishReason, usage: NeutralUsage): void {
    this.#start();
    this.#blocks.end();
    const reason = chooseEndWord(incompletions, unified);
    const response = createResponse(this.#facts, { reason, usage, output: this.#output });
    this.#tell([{ type: `response.${String(response['status'])}`, sequence_number: 0, response }]);
  }

  #tell(events: readonly ItemEvent[]): void {
    for (const event of events) {
      event.sequence_number = this.#sequence++;
      this.#events.push({ name: event.type, data: JSON.stringify(event), event });
    }
  }
}

export function encodeResponsesAnswer(
  { content, finish, usage }: NeutralAnswer,
  facts: AnswerFacts,
): WireObject {
  const blocks = toBlocks(content, () => takesSeals(facts));
  const output = blocks.map((block, index) => new WrittenItem(block, index, facts).whole());
  return createResponse(facts, { reason: chooseEndWord(incompletions, finish), usage, output });
}

/** Settings that an answer repeats, with their defaults. */
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

/** `include` is not repeated, but selects what is sent. */
export const repeatedSettings: readonly string[] = [...Object.keys(settings), 'include'];

/**
 * Called if there is a seal. A client that does not include seals refers to thoughts by id in its
 * next request, but a translated answer is stored nowhere.
 */
function takesSeals(facts: AnswerFacts): boolean {
  const { include } = facts.request;
  const isAsked = Array.isArray(include) && include.includes('reasoning.encrypted_content');
  if (!isAsked) noteLostSeal(facts);
  return isAsked;
}

function createHead({ id, model, createdAt, request }: AnswerFacts): WireObject {
  const repeated = Object.entries(settings).map(([field, usual]) => [
    field,
    request[field] ?? usual,
  ]);
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
    // A translated answer is stored nowhere.
    store: false,
  };
}

interface Ended {
  /** Says why the answer is incomplete; undefined if it is complete. */
  readonly reason: string | undefined;
  readonly usage: NeutralUsage;
  readonly output: readonly WireObject[];
}

function createResponse(facts: AnswerFacts, { reason, usage, output }: Ended): WireObject {
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
