/**
 * One model as an embedding model of the AI SDK, through the engine like a language model's calls.
 */

import {
  type EmbeddingModelV3,
  type EmbeddingModelV3CallOptions,
  type EmbeddingModelV3Result,
  TooManyEmbeddingValuesForCallError,
} from '@ai-sdk/provider';
import { z } from 'zod';
import type { Holdfast } from '../library/holdfast.ts';
import { post, readPostedJson } from './post.ts';
import { holdfastMetadata } from './route-facts.ts';

const provider = 'holdfast';
/** OpenAI's own limit. */
const maxEmbeddingsPerCall = 2048;

const answerShape = z.looseObject({
  data: z.array(z.looseObject({ embedding: z.array(z.number()) })),
  usage: z.looseObject({ prompt_tokens: z.number() }).nullish(),
});

export function createEmbeddingModel(holdfast: Holdfast, modelId: string): EmbeddingModelV3 {
  return {
    specificationVersion: 'v3',
    provider,
    modelId,
    maxEmbeddingsPerCall,
    supportsParallelCalls: true,
    doEmbed: (options) => embed(holdfast, modelId, options),
  };
}

async function embed(
  holdfast: Holdfast,
  modelId: string,
  { values, headers, abortSignal, providerOptions }: EmbeddingModelV3CallOptions,
): Promise<EmbeddingModelV3Result> {
  if (values.length > maxEmbeddingsPerCall)
    throw new TooManyEmbeddingValuesForCallError({
      provider,
      modelId,
      maxEmbeddingsPerCall,
      values,
    });
  const body = {
    model: modelId,
    input: values,
    encoding_format: 'float',
    ...providerOptions?.['holdfast'],
  };
  const posted = await post(holdfast, { path: '/embeddings', body, headers, abortSignal });
  const answer = await readPostedJson(posted);
  const { data, usage } = answerShape.parse(answer);
  return {
    warnings: [],
    embeddings: data.map(({ embedding }) => embedding),
    ...(usage == null ? {} : { usage: { tokens: usage.prompt_tokens } }),
    ...holdfastMetadata(await posted.readFacts()),
    response: { headers: { ...posted.headers }, body: answer },
  };
}
