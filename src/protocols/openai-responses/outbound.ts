/** How a target that speaks `openai-responses` is asked in neutral words (translate leg): the package, and what the protocol wants otherwise. */

import { createOpenAI } from '@ai-sdk/openai';
import type { LanguageModelV3 } from '@ai-sdk/provider';
import type { Fetch } from '../../model/fetch.ts';
import type { Target } from '../../model/target.ts';
import { compact } from '../compact.ts';
import type { NeutralOptions, NeutralRequest, PreparedCall } from '../neutral.ts';
import { notCarried } from '../translation/field-fates.ts';
import {
  hasReasoning,
  inlineTextFiles,
  inlineTextResults,
  listFiles,
  withoutReasoning,
} from '../translation/prompt-shape.ts';

export function createResponsesModel(target: Target, fetch: Fetch): LanguageModelV3 {
  // The key is put on by the sender; the package must have one.
  return createOpenAI({ apiKey: 'none', baseURL: target.baseUrl, fetch }).responses(target.model);
}

/** The protocol knows no stop sequences, and of files pictures and PDF. */
export function findResponsesCallObstacle({ options }: NeutralRequest): string | undefined {
  if (options.stopSequences !== undefined && options.stopSequences.length > 0) return 'a stop sequence';
  const other = listFiles(options.prompt).find(
    ({ mediaType }) => !/^(image\/.*|application\/pdf|text\/.*)$/.test(mediaType),
  );
  return other === undefined ? undefined : `a file of the type ${other.mediaType}`;
}

/** Nothing is kept by the provider: the client could not name it. */
export function prepareResponsesCall(request: NeutralRequest): PreparedCall {
  const { options, reasoning, parallelTools, strictFormat } = request;
  const { tools, stopSequences: _none, ...rest } = options;
  const isAsked = reasoning !== undefined && reasoning !== 'none';
  return {
    options: {
      ...rest,
      ...(tools === undefined ? {} : { tools: tools.map(withStrictness) }),
      prompt: inlineTextFiles(inlineTextResults(withoutReasoning(options.prompt))),
      providerOptions: {
        openai: compact({
          store: false,
          parallelToolCalls: parallelTools,
          strictJsonSchema: strictFormat ?? false,
          reasoningEffort: reasoning === 'max' ? 'xhigh' : reasoning,
          reasoningSummary: isAsked ? 'auto' : undefined,
          // The package knows the vendor's own models only.
          forceReasoning: isAsked ? true : undefined,
        }),
      },
    },
    notes: hasReasoning(options.prompt) ? notCarried(['the reasoning of earlier answers']) : [],
  };
}

type Tool = NonNullable<NeutralOptions['tools']>[number];

/** Functions are strict by default here, and nowhere else. */
function withStrictness(tool: Tool): Tool {
  return tool.type === 'function' ? { ...tool, strict: tool.strict ?? false } : tool;
}
