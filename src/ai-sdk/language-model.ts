/**
 * One task or model as the AI SDK's language model. The maintained client package writes the request and reads the answer;
 * the engine carries both, and what the package does not know is added here: the route, honest errors, and no tool call
 * out of an answer that broke.
 */

import { OpenAICompatibleChatLanguageModel } from '@ai-sdk/openai-compatible';
import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3GenerateResult,
  LanguageModelV3StreamPart,
  LanguageModelV3StreamResult,
} from '@ai-sdk/provider';
import type { Holdfast } from '../library/holdfast.ts';
import { callOnce, errorStructure, toStreamError } from './call-errors.ts';
import { readRouteFacts, toMetadata } from './route-facts.ts';

export function createLanguageModel(
  holdfast: Holdfast,
  name: string,
  { structuredOutputs }: { readonly structuredOutputs: boolean },
): LanguageModelV3 {
  const { baseURL, fetch } = holdfast.openai();
  const client = new OpenAICompatibleChatLanguageModel(name, {
    provider: 'holdfast.chat',
    headers: () => ({}),
    url: ({ path }) => `${baseURL}${path}`,
    fetch,
    includeUsage: true,
    errorStructure,
    supportsStructuredOutputs: structuredOutputs,
  });
  return {
    specificationVersion: 'v3',
    provider: 'holdfast',
    modelId: name,
    supportedUrls: {},
    doGenerate: (options) => generate(holdfast, client, options),
    doStream: (options) => stream(holdfast, client, options),
  };
}

async function generate(
  holdfast: Holdfast,
  client: LanguageModelV3,
  options: LanguageModelV3CallOptions,
): Promise<LanguageModelV3GenerateResult> {
  const result = await callOnce(holdfast, () => client.doGenerate(options));
  const facts = await readRouteFacts(holdfast, result.response?.headers);
  if (facts === undefined) return result;
  return { ...result, providerMetadata: { ...result.providerMetadata, ...toMetadata(facts) } };
}

async function stream(
  holdfast: Holdfast,
  client: LanguageModelV3,
  options: LanguageModelV3CallOptions,
): Promise<LanguageModelV3StreamResult> {
  const result = await callOnce(holdfast, () => client.doStream(options));
  return { ...result, stream: result.stream.pipeThrough(createRouteTelling(holdfast, client, result)) };
}

/** A tool call is held until the answer has ended well: a call out of a broken answer must not be carried out. */
function createRouteTelling(
  holdfast: Holdfast,
  client: LanguageModelV3,
  { request, response }: LanguageModelV3StreamResult,
): TransformStream<LanguageModelV3StreamPart, LanguageModelV3StreamPart> {
  const calls: LanguageModelV3StreamPart[] = [];
  let isBroken = false;
  return new TransformStream({
    transform: async (part, controller) => {
      if (part.type === 'tool-call') {
        calls.push(part);
      } else if (part.type === 'error') {
        isBroken = true;
        const facts = await readRouteFacts(holdfast, response?.headers);
        const call = { url: `holdfast:${client.modelId}`, body: request?.body, facts };
        controller.enqueue({ type: 'error', error: toStreamError(part.error, call) });
      } else if (part.type === 'finish') {
        const facts = await readRouteFacts(holdfast, response?.headers);
        for (const call of isBroken ? [] : calls) controller.enqueue(call);
        const told = facts === undefined ? {} : toMetadata(facts);
        controller.enqueue({ ...part, providerMetadata: { ...part.providerMetadata, ...told } });
      } else {
        controller.enqueue(part);
      }
    },
  });
}
