/**
 * Writes a neutral answer as `google-generate-content` (translate leg): the events of a stream, or
 * one JSON object.
 */

import { compact } from '../json/compact.ts';
import type { WireObject } from '../json/is-record.ts';
import { toBase64 } from '../translation/file-data.ts';
import { chooseEndWord, type EndWords } from '../translation/finish.ts';
import type {
  AnswerFacts,
  AnswerWriter,
  NeutralAnswer,
  NeutralPart,
  NeutralUsage,
  ToldEvent,
} from '../translation/neutral.ts';
import { ReasoningParagraphs } from '../translation/reasoning-paragraphs.ts';
import { sealIn, WaitingSeals } from '../translation/seals.ts';
import { parseToolInput } from '../translation/tool-input.ts';

const finishReasons: EndWords = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  'content-filter': 'SAFETY',
  'tool-calls': 'STOP',
  other: 'STOP',
};

/** Sends calls whole, as the vendor does unless asked for pieces. */
export class GoogleAnswerWriter implements AnswerWriter {
  readonly #facts: AnswerFacts;
  readonly #paragraphs = new ReasoningParagraphs();
  readonly #seals: WaitingSeals;

  constructor(facts: AnswerFacts) {
    this.#facts = facts;
    this.#seals = new WaitingSeals(facts);
  }

  push(next: NeutralPart): readonly ToldEvent[] {
    this.#seals.push(next);
    const part = this.#paragraphs.next(next);
    switch (part.type) {
      case 'text-delta':
        return this.#tellText({ text: part.delta });
      case 'reasoning-delta':
        return this.#tellText({ text: part.delta, thought: true });
      case 'tool-call':
      case 'file':
        return [this.#encode({ candidates: [toCandidate(encodeParts(part, this.#seals))] })];
      case 'finish': {
        this.#seals.end();
        const { unified } = part.finishReason;
        const end = {
          ...toCandidate([]),
          finishReason: chooseEndWord(finishReasons, unified),
        };
        return [this.#encode({ candidates: [end], usageMetadata: encodeUsage(part.usage) })];
      }
      default:
        return [];
    }
  }

  #tellText(part: WireObject): readonly ToldEvent[] {
    return part['text'] === '' ? [] : [this.#encode({ candidates: [toCandidate([part])] })];
  }

  #encode(fields: WireObject): ToldEvent {
    const event = { ...fields, ...identify(this.#facts) };
    return { data: JSON.stringify(event), event };
  }
}

export function encodeGoogleAnswer(
  { content, finish, usage }: NeutralAnswer,
  facts: AnswerFacts,
): WireObject {
  const seals = new WaitingSeals(facts);
  const parts = content.flatMap((part) => encodeParts(part, seals));
  seals.end();
  const candidate = { ...toCandidate(parts), finishReason: chooseEndWord(finishReasons, finish) };
  return { candidates: [candidate], usageMetadata: encodeUsage(usage), ...identify(facts) };
}

type AnswerPart = NeutralAnswer['content'][number];

/** A call carries the seals of the thoughts before it. */
function encodeParts(part: AnswerPart, seals: WaitingSeals): readonly WireObject[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ text: part.text }];
    case 'reasoning':
      seals.add(part.text, sealIn(part.providerMetadata));
      return part.text === '' ? [] : [{ text: part.text, thought: true }];
    case 'tool-call': {
      const { toolCallId: id, toolName: name, input } = part;
      const { packed: thoughtSignature } = seals.take();
      const call = { functionCall: { id, name, args: parseToolInput(input) } };
      return [thoughtSignature === undefined ? call : { ...call, thoughtSignature }];
    }
    case 'file':
      return [{ inlineData: { mimeType: part.mediaType, data: toBase64(part.data) } }];
    default:
      return [];
  }
}

function toCandidate(parts: readonly WireObject[]): WireObject {
  return { content: { parts, role: 'model' }, index: 0 };
}

function identify({ id, model }: AnswerFacts): WireObject {
  return { modelVersion: model, responseId: id };
}

/** Thoughts are counted separately from the answer here. */
function encodeUsage({ inputTokens, outputTokens }: NeutralUsage): WireObject {
  const input = inputTokens.total ?? 0;
  const output = outputTokens.total ?? 0;
  const thoughts = outputTokens.reasoning || undefined;
  return compact({
    promptTokenCount: input,
    candidatesTokenCount: output - (thoughts ?? 0),
    totalTokenCount: input + output,
    cachedContentTokenCount: inputTokens.cacheRead || undefined,
    thoughtsTokenCount: thoughts,
  });
}
