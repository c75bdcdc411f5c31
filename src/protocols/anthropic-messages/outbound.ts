/** How a target that speaks `anthropic-messages` is asked in neutral words (translate leg): the package, and what the vendor wants otherwise. */

import { createAnthropic } from '@ai-sdk/anthropic';
import type { LanguageModelV3 } from '@ai-sdk/provider';
import type { Fetch } from '../../model/fetch.ts';
import type { Target } from '../../model/target.ts';
import { compact } from '../compact.ts';
import { isRecord } from '../is-record.ts';
import type {
  NeutralMessage,
  NeutralOptions,
  NeutralRequest,
  PreparedCall,
  ReasoningEffort,
} from '../neutral.ts';
import type { WireObject } from '../protocol.ts';
import { notCarried } from '../translation/field-fates.ts';
import {
  hasNamedResultFile,
  hasReasoning,
  hoistSystem,
  inlineTextResults,
  jsonInstruction,
  listFiles,
  withoutEmptyText,
  withoutReasoning,
} from '../translation/prompt-shape.ts';

/** The vendor wants a limit in every request; where the client set none, this many tokens or all that the model writes. */
const defaultMaxTokens = 32_000;
/** Of a model that nobody knows. */
const unknownMaxTokens = 8192;

/** The vendor's least. */
const leastBudget = 1024;

const budgets: Readonly<Record<Exclude<ReasoningEffort, 'none'>, number>> = {
  minimal: leastBudget,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_000,
  max: 64_000,
};

export function createMessagesModel(target: Target, fetch: Fetch): LanguageModelV3 {
  // The key is put on by the sender; the package must have one.
  return createAnthropic({ apiKey: 'none', baseURL: target.baseUrl, fetch }).languageModel(target.model);
}

/** Of files the vendor reads pictures, PDF and plain text. */
export function findMessagesCallObstacle({ options }: NeutralRequest): string | undefined {
  const other = listFiles(options.prompt).find(
    ({ mediaType }) => !/^(image\/.*|application\/pdf|text\/plain)$/.test(mediaType),
  );
  return other === undefined ? undefined : `a file of the type ${other.mediaType}`;
}

export function prepareMessagesCall(request: NeutralRequest, target: Target): PreparedCall {
  const { options, parallelTools } = request;
  const { responseFormat, ...rest } = options;
  const isJsonMode = responseFormat?.type === 'json' && responseFormat.schema === undefined;
  const prompt = isJsonMode ? [jsonInstruction, ...options.prompt] : options.prompt;
  const limit = options.maxOutputTokens ?? Math.min(target.maxOutput ?? unknownMaxTokens, defaultMaxTokens);
  const obstacle = findReasoningObstacle(request, limit);
  const reasoning = obstacle === undefined ? request.reasoning : undefined;
  return {
    options: {
      ...rest,
      ...(isJsonMode || responseFormat === undefined ? {} : { responseFormat }),
      prompt: mapToolIds(withoutEmptyText(inlineTextResults(withoutReasoning(hoistSystem(prompt))))),
      maxOutputTokens: limit,
      providerOptions: {
        anthropic: compact({
          // Not every vendor of this protocol knows the field it would bring.
          toolStreaming: false,
          disableParallelToolUse: parallelTools === false ? true : undefined,
          thinking: encodeThinking(reasoning, limit),
        }),
      },
    },
    notes: [
      ...(obstacle === undefined ? [] : [`no reasoning was asked for: ${obstacle}`]),
      ...listPromptNotes(options.prompt),
      ...notCarried(listUnspoken(options)),
    ],
    complete: (body) => completeBody(body, { limit, reasoning }),
  };
}

/** What neither the protocol nor the package has a word for. */
function listUnspoken({ responseFormat: format, prompt }: NeutralOptions): readonly string[] {
  const isDescribed = format?.type === 'json' && format.description !== undefined;
  return [
    ...(isDescribed ? ['the description of the format'] : []),
    ...(hasNamedResultFile(prompt) ? ["the filename of a tool's result"] : []),
  ];
}

/** Half of the client's limit is left for the answer. */
function encodeThinking(
  reasoning: ReasoningEffort | undefined,
  limit: number,
): { readonly type: string; readonly budgetTokens?: number } | undefined {
  if (reasoning === undefined) return undefined;
  if (reasoning === 'none') return { type: 'disabled' };
  return { type: 'enabled', budgetTokens: Math.min(budgets[reasoning], Math.floor(limit / 2)) };
}

/**
 * The package adds the budget to the limit, and the client's limit counts reasoning too. Newer models take no budget: the
 * package asks for adaptive thinking in its place, and the effort says how much.
 */
function completeBody(
  body: WireObject,
  { limit, reasoning }: { readonly limit: number; readonly reasoning: ReasoningEffort | undefined },
): WireObject {
  const { max_tokens: written, thinking } = body;
  const max = typeof written === 'number' ? Math.min(written, limit) : limit;
  const whole = { ...body, max_tokens: max };
  if (reasoning === undefined || !isRecord(thinking) || thinking['type'] !== 'adaptive') return whole;
  const effort = reasoning === 'minimal' ? 'low' : reasoning;
  const config = isRecord(body['output_config']) ? body['output_config'] : {};
  return { ...whole, output_config: { ...config, effort } };
}

/** Where the vendor refuses to think: in little room, with a forced tool, after an answer's beginning, in a tool loop that began without. */
function findReasoningObstacle({ options, reasoning }: NeutralRequest, limit: number): string | undefined {
  if (reasoning === undefined || reasoning === 'none') return undefined;
  if (limit < 2 * leastBudget) return `${limit} tokens are too few for it`;
  const last = options.prompt.at(-1)?.role;
  if (last === 'assistant') return 'the answer has begun already';
  if (last === 'tool') return 'the tool calls before were made without it';
  const choice = options.toolChoice?.type;
  return choice === 'required' || choice === 'tool' ? 'a tool is forced' : undefined;
}

function listPromptNotes(prompt: readonly NeutralMessage[]): readonly string[] {
  const firstTalk = prompt.findIndex(({ role }) => role !== 'system');
  const isHoisted = prompt.some(({ role }, index) => role === 'system' && index > firstTalk);
  return [
    ...(isHoisted ? ['system messages within the conversation were moved to its start'] : []),
    ...(hasReasoning(prompt) ? notCarried(['the reasoning of earlier answers']) : []),
  ];
}

/** Other vendors' ids may hold characters that this one refuses. */
function mapToolIds(prompt: readonly NeutralMessage[]): NeutralMessage[] {
  return prompt.map((message) => {
    if (message.role === 'assistant') return { ...message, content: message.content.map(withPlainId) };
    if (message.role === 'tool') return { ...message, content: message.content.map(withPlainId) };
    return message;
  });
}

function withPlainId<Part extends { readonly type: string; readonly toolCallId?: string }>(part: Part): Part {
  return part.toolCallId === undefined
    ? part
    : { ...part, toolCallId: part.toolCallId.replaceAll(/[^a-zA-Z0-9_-]/g, '_') };
}
