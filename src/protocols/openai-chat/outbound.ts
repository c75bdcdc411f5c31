/** How a target that speaks `openai-chat` is asked in neutral words (translate leg): the package, and what the protocol wants otherwise. */

import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModelV3 } from '@ai-sdk/provider';
import type { Fetch } from '../../model/fetch.ts';
import type { Target } from '../../model/target.ts';
import { compact } from '../compact.ts';
import type { NeutralMessage, NeutralRequest, PreparedCall } from '../neutral.ts';
import { notCarried } from '../translation/field-fates.ts';
import { hasReasoning, listFiles, withoutReasoning } from '../translation/prompt-shape.ts';
import { moveResultFiles } from './result-files.ts';

export function createChatModel(target: Target, fetch: Fetch): LanguageModelV3 {
  return createOpenAICompatible({
    name: 'openaiCompatible',
    baseURL: target.baseUrl,
    fetch,
    includeUsage: true,
    supportsStructuredOutputs: true,
  }).languageModel(target.model);
}

/** Documents and recordings go as bytes only, and recordings in two formats. */
export function findChatCallObstacle({ options }: NeutralRequest): string | undefined {
  for (const { mediaType, data } of listFiles(options.prompt)) {
    if (mediaType.startsWith('image/')) continue;
    if (data instanceof URL) return `a file of the type ${mediaType} by its address`;
    if (!/^(application\/pdf|text\/.*|audio\/(wav|mp3|mpeg))$/.test(mediaType))
      return `a file of the type ${mediaType}`;
  }
  return undefined;
}

export function prepareChatCall(request: NeutralRequest, target: Target): PreparedCall {
  const { options, reasoning, parallelTools, strictFormat } = request;
  const takesReasoning = target.takesReasoning === true;
  const prompt = takesReasoning ? options.prompt : withoutReasoning(options.prompt);
  return {
    options: {
      ...options,
      prompt: markPrefill(moveResultFiles(prompt), target.prefill?.messageField),
      providerOptions: {
        openaiCompatible: compact({
          reasoningEffort: reasoning === 'max' ? 'xhigh' : reasoning,
          strictJsonSchema: strictFormat ?? false,
          parallel_tool_calls: parallelTools,
        }),
      },
    },
    notes:
      !takesReasoning && hasReasoning(options.prompt) ? notCarried(['the reasoning of earlier answers']) : [],
  };
}

/** Some vendors begin a new turn unless the message says that it is to be continued. */
function markPrefill(prompt: readonly NeutralMessage[], field: string | undefined): NeutralMessage[] {
  const last = prompt.at(-1);
  if (field === undefined || last?.role !== 'assistant') return [...prompt];
  return [...prompt.slice(0, -1), { ...last, providerOptions: { openaiCompatible: { [field]: true } } }];
}
