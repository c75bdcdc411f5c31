/** A call of the AI SDK's as an `openai-chat` body: the specification's options, and ours under `providerOptions.holdfast`. */

import {
  type LanguageModelV3CallOptions,
  type SharedV3Warning,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider';
import type { WireObject } from '../protocols/is-record.ts';
import type { NeutralOptions } from '../protocols/neutral.ts';
import { encodeChatRequest, findChatCallObstacle } from '../protocols/openai-chat/outbound.ts';

export interface WrittenCall {
  readonly body: WireObject;
  readonly warnings: SharedV3Warning[];
}

interface CallOf {
  readonly name: string;
  readonly structuredOutputs: boolean;
  readonly isStreamed: boolean;
}

/** Fields of `providerOptions.holdfast` that are called otherwise on the wire. The others go as they are. */
const renamed: Readonly<Record<string, string>> = {
  reasoningEffort: 'reasoning_effort',
  textVerbosity: 'verbosity',
};

export function writeCall(
  options: LanguageModelV3CallOptions,
  { name, structuredOutputs, isStreamed }: CallOf,
): WrittenCall {
  const { strictJsonSchema = true, ...own } = options.providerOptions?.['holdfast'] ?? {};
  const request = {
    options: structuredOutputs ? options : withoutSchema(options),
    strictFormat: strictJsonSchema === true,
    notes: [],
  };
  const obstacle = findChatCallObstacle(request);
  if (obstacle !== undefined) throw new UnsupportedFunctionalityError({ functionality: obstacle });
  const { body, notes } = encodeChatRequest(request, { takesReasoning: true }, isStreamed);
  const added = Object.entries(own).map(([field, value]) => [renamed[field] ?? field, value]);
  return {
    body: { model: name, ...body, ...Object.fromEntries(added) },
    warnings: [...notes.map((message) => ({ type: 'other' as const, message })), ...listUnsupported(options)],
  };
}

function withoutSchema(options: LanguageModelV3CallOptions): NeutralOptions {
  return options.responseFormat?.type === 'json' ? { ...options, responseFormat: { type: 'json' } } : options;
}

function listUnsupported({ tools = [] }: LanguageModelV3CallOptions): readonly SharedV3Warning[] {
  return tools.flatMap((tool) =>
    tool.type === 'provider'
      ? [{ type: 'unsupported' as const, feature: `provider-defined tool ${tool.id}` }]
      : [],
  );
}
