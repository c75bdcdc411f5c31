/** One model as the AI SDK's embedding model, carried by the engine like a language model's calls. */

import { OpenAICompatibleEmbeddingModel } from '@ai-sdk/openai-compatible';
import type { EmbeddingModelV3 } from '@ai-sdk/provider';
import type { Holdfast } from '../library/holdfast.ts';
import { callOnce, errorStructure } from './call-errors.ts';
import { readRouteFacts, toMetadata } from './route-facts.ts';

export function createEmbeddingModel(holdfast: Holdfast, name: string): EmbeddingModelV3 {
  const { baseURL, fetch } = holdfast.openai();
  const client = new OpenAICompatibleEmbeddingModel(name, {
    provider: 'holdfast.embedding',
    headers: () => ({}),
    url: ({ path }) => `${baseURL}${path}`,
    fetch,
    errorStructure,
  });
  return {
    specificationVersion: 'v3',
    provider: 'holdfast',
    modelId: name,
    maxEmbeddingsPerCall: client.maxEmbeddingsPerCall,
    supportsParallelCalls: client.supportsParallelCalls,
    doEmbed: async (options) => {
      const result = await callOnce(holdfast, () => client.doEmbed(options));
      const facts = await readRouteFacts(holdfast, result.response?.headers);
      if (facts === undefined) return result;
      return { ...result, providerMetadata: { ...result.providerMetadata, ...toMetadata(facts) } };
    },
  };
}
