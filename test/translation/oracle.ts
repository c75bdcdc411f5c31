/**
 * The vendors' own words, as the AI SDK's packages know them: what we write they must read, what
 * they write we must read.
 */

import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type {
  LanguageModelV3,
  LanguageModelV3GenerateResult,
  LanguageModelV3Message,
  LanguageModelV3StreamPart,
  LanguageModelV3ToolResultOutput,
  SharedV3ProviderOptions,
} from '@ai-sdk/provider';
import type { ProtocolName } from '../../src/model/protocol.ts';
import type { WireObject } from '../../src/protocols/json/is-record.ts';
import type {
  NeutralMessage,
  NeutralRequest,
  ToolOutput,
} from '../../src/protocols/translation/neutral.ts';

type Fetch = typeof globalThis.fetch;

const baseURL = 'https://there.test/v1';
const apiKey = 'none';
const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: '?' }] }];

/** The model whose abilities the packages know. */
function createModel(
  protocol: ProtocolName,
  fetch: Fetch,
  model = 'claude-haiku-4-5',
): LanguageModelV3 {
  switch (protocol) {
    case 'openai-chat':
      return createOpenAICompatible({
        name: 'openaiCompatible',
        baseURL,
        fetch,
        includeUsage: true,
        supportsStructuredOutputs: true,
      }).languageModel(model);
    case 'openai-responses':
      return createOpenAI({ apiKey, baseURL, fetch }).responses(model);
    case 'anthropic-messages':
      return createAnthropic({ apiKey, baseURL, fetch }).languageModel(model);
    case 'google-generate-content':
      return createGoogleGenerativeAI({ apiKey, baseURL, fetch }).languageModel(model);
  }
}

/** What the package makes of a stream's bytes. */
export async function readStream(
  protocol: ProtocolName,
  chunks: readonly Uint8Array[],
): Promise<readonly LanguageModelV3StreamPart[]> {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const { stream } = await createModel(protocol, async () => new Response(body)).doStream({
    prompt,
  });
  const parts: LanguageModelV3StreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

/** What the package makes of a whole answer. */
export async function readWhole(
  protocol: ProtocolName,
  body: object,
): Promise<LanguageModelV3GenerateResult> {
  return createModel(protocol, async () => Response.json(body)).doGenerate({ prompt });
}

/** The body that the package writes for a request. */
export async function writeBody(
  protocol: ProtocolName,
  request: NeutralRequest,
  name?: string,
): Promise<WireObject> {
  const written = Promise.withResolvers<WireObject>();
  const model = createModel(
    protocol,
    async (_url, init) => {
      written.resolve(JSON.parse(String(init?.body)));
      return new Response(new Blob([]).stream(), {
        headers: { 'content-type': 'text/event-stream' },
      });
    },
    name,
  );
  await model.doStream({
    ...request.options,
    prompt: request.options.prompt.map(toOfficial),
    providerOptions: optionsOf(protocol, request),
  });
  return written.promise;
}

/** Results of tools are written otherwise there. */
function toOfficial(message: NeutralMessage): LanguageModelV3Message {
  if (message.role !== 'tool') return message;
  const content = message.content.map((result) => ({
    ...result,
    output: toOfficialOutput(result.output),
  }));
  return { role: 'tool', content };
}

function toOfficialOutput(output: ToolOutput): LanguageModelV3ToolResultOutput {
  if (output.type !== 'content') return output;
  const value = output.value.map((part) =>
    part.type === 'text'
      ? ({ type: 'text', text: part.text } as const)
      : ({ type: 'image-data', mediaType: part.mediaType, data: String(part.data) } as const),
  );
  return { type: 'content', value };
}

/** What a request asks beside the specification's own words. */
function optionsOf(protocol: ProtocolName, request: NeutralRequest): SharedV3ProviderOptions {
  const { reasoning, parallelTools, strictFormat = false } = request;
  switch (protocol) {
    case 'openai-chat': {
      const parallel = parallelTools === undefined ? {} : { parallel_tool_calls: parallelTools };
      const effort = reasoning === undefined ? {} : { reasoningEffort: reasoning };
      return { openaiCompatible: { strictJsonSchema: strictFormat, ...parallel, ...effort } };
    }
    case 'openai-responses': {
      const parallel = parallelTools === undefined ? {} : { parallelToolCalls: parallelTools };
      const effort =
        reasoning === undefined
          ? {}
          : { reasoningEffort: reasoning, reasoningSummary: 'auto', forceReasoning: true };
      return { openai: { store: false, strictJsonSchema: strictFormat, ...parallel, ...effort } };
    }
    case 'anthropic-messages': {
      const single = parallelTools === false ? { disableParallelToolUse: true } : {};
      return { anthropic: { toolStreaming: false, ...single } };
    }
    case 'google-generate-content':
      return {};
  }
}
