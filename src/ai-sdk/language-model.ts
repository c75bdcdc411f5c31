/**
 * One task or model as a language model of the AI SDK. Requests are written as `openai-chat` and
 * run through the engine; answers come with the route taken and precise errors, and a broken answer
 * yields no tool call.
 */

import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3GenerateResult,
  LanguageModelV3StreamPart,
  LanguageModelV3StreamResult,
} from '@ai-sdk/provider';
import type { Holdfast } from '../library/holdfast.ts';
import { decodeChatAnswer } from '../protocols/openai-chat/answer-in.ts';
import { type Posted, post, readPostedJson, toStreamError } from './post.ts';
import { type WrittenCall, writeCall } from './request-out.ts';
import { holdfastMetadata } from './route-facts.ts';
import { StreamReader, responseMetadata as toAnswerMetadata } from './stream-in.ts';

interface ModelOptions {
  readonly structuredOutputs: boolean;
}

const path = '/chat/completions';

export function createLanguageModel(
  holdfast: Holdfast,
  name: string,
  own: ModelOptions,
): LanguageModelV3 {
  return {
    specificationVersion: 'v3',
    provider: 'holdfast',
    modelId: name,
    supportedUrls: {},
    doGenerate: (options) =>
      generate(holdfast, options, writeCall(options, { ...own, name, isStreamed: false })),
    doStream: (options) =>
      stream(holdfast, options, writeCall(options, { ...own, name, isStreamed: true })),
  };
}

async function generate(
  holdfast: Holdfast,
  { headers, abortSignal }: LanguageModelV3CallOptions,
  { body, warnings }: WrittenCall,
): Promise<LanguageModelV3GenerateResult> {
  const posted = await post(holdfast, { path, body, headers, abortSignal });
  const answer = await readPostedJson(posted);
  const { content, finish, usage } = decodeChatAnswer(answer);
  return {
    content: [...content],
    finishReason: { unified: finish, raw: undefined },
    usage,
    ...holdfastMetadata(await posted.readFacts()),
    request: { body },
    response: { ...toAnswerMetadata(answer), headers: { ...posted.headers }, body: answer },
    warnings,
  };
}

async function stream(
  holdfast: Holdfast,
  { headers, abortSignal, includeRawChunks }: LanguageModelV3CallOptions,
  { body, warnings }: WrittenCall,
): Promise<LanguageModelV3StreamResult> {
  const posted = await post(holdfast, { path, body, headers, abortSignal });
  const reader = new StreamReader(includeRawChunks === true);
  const parts = new TransformStream<Uint8Array, LanguageModelV3StreamPart>({
    start: (controller) => controller.enqueue({ type: 'stream-start', warnings }),
    transform: (chunk, controller) => {
      for (const part of reader.push(chunk)) controller.enqueue(part);
    },
    flush: (controller) => {
      for (const part of reader.end()) controller.enqueue(part);
    },
  });
  const bytes = posted.response.body ?? new Blob([]).stream();
  return {
    stream: bytes.pipeThrough(parts).pipeThrough(addRouteFacts(posted)),
    request: { body },
    response: { headers: { ...posted.headers } },
  };
}

/** Adds the route taken to errors and to the end of a stream. */
function addRouteFacts(
  posted: Posted,
): TransformStream<LanguageModelV3StreamPart, LanguageModelV3StreamPart> {
  return new TransformStream({
    transform: async (part, controller) => {
      if (part.type === 'error') {
        controller.enqueue({ type: 'error', error: await toStreamError(part.error, posted) });
      } else if (part.type === 'finish') {
        const { providerMetadata: own } = holdfastMetadata(await posted.readFacts());
        controller.enqueue({ ...part, providerMetadata: { ...part.providerMetadata, ...own } });
      } else {
        controller.enqueue(part);
      }
    },
  });
}
