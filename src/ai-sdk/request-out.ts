/**
 * Writes a call of the AI SDK as an `openai-chat` body: the specification's options, and ours under
 * `providerOptions.holdfast`.
 */

import {
  type LanguageModelV3CallOptions,
  type LanguageModelV3Message,
  type LanguageModelV3ToolResultOutput,
  type SharedV3Warning,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider';
import type { WireObject } from '../protocols/json/is-record.ts';
import { encodeChatRequest, findChatCallObstacle } from '../protocols/openai-chat/outbound.ts';
import { parseFileUrl } from '../protocols/translation/data-url.ts';
import type { NeutralMessage, ToolOutput, UserPart } from '../protocols/translation/neutral.ts';

export interface WrittenCall {
  readonly body: WireObject;
  readonly warnings: SharedV3Warning[];
}

interface CallOf {
  readonly name: string;
  readonly structuredOutputs: boolean;
  readonly isStreamed: boolean;
}

/** Fields of `providerOptions.holdfast` with another name on the wire. The others keep theirs. */
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
    options: {
      ...(structuredOutputs ? options : withoutSchema(options)),
      prompt: options.prompt.map(toNeutral),
    },
    strictFormat: strictJsonSchema === true,
    notes: [],
  };
  const obstacle = findChatCallObstacle(request);
  if (obstacle !== undefined) throw new UnsupportedFunctionalityError({ functionality: obstacle });
  const { body, notes } = encodeChatRequest(request, { takesReasoning: true }, isStreamed);
  const added = Object.entries(own).map(([field, value]) => [renamed[field] ?? field, value]);
  return {
    body: { model: name, ...body, ...Object.fromEntries(added) },
    warnings: [
      ...notes.map((message) => ({ type: 'other' as const, message })),
      ...listUnsupported(options),
    ],
  };
}

function withoutSchema(options: LanguageModelV3CallOptions): LanguageModelV3CallOptions {
  return options.responseFormat?.type === 'json'
    ? { ...options, responseFormat: { type: 'json' } }
    : options;
}

function listUnsupported({ tools = [] }: LanguageModelV3CallOptions): readonly SharedV3Warning[] {
  return tools.flatMap((tool) =>
    tool.type === 'provider'
      ? [{ type: 'unsupported' as const, feature: `provider-defined tool ${tool.id}` }]
      : [],
  );
}

/** Only tool results differ here. */
function toNeutral(message: LanguageModelV3Message): NeutralMessage {
  if (message.role !== 'tool') return message;
  const results = message.content.filter((part) => part.type === 'tool-result');
  return {
    ...message,
    content: results.map((result) => ({ ...result, output: toOutput(result.output) })),
  };
}

function toOutput(output: LanguageModelV3ToolResultOutput): ToolOutput {
  switch (output.type) {
    case 'text':
    case 'error-text':
      return output;
    case 'json':
      return { type: 'text', value: JSON.stringify(output.value) };
    case 'error-json':
      return { type: 'error-text', value: JSON.stringify(output.value) };
    case 'execution-denied':
      return { type: 'text', value: output.reason ?? 'The tool was not allowed to run.' };
    case 'content':
      return { type: 'content', value: output.value.flatMap(userPartsOf) };
  }
}

type OutputPart = Extract<LanguageModelV3ToolResultOutput, { type: 'content' }>['value'][number];

function userPartsOf(part: OutputPart): readonly UserPart[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'text', text: part.text }];
    case 'image-data':
    case 'file-data':
      return [{ ...part, type: 'file' }];
    case 'image-url':
    case 'file-url': {
      const file = parseFileUrl(
        part.url,
        part.type === 'image-url' ? 'image/*' : 'application/pdf',
      );
      return file === undefined ? [] : [{ type: 'file', ...file }];
    }
    default:
      return [];
  }
}
