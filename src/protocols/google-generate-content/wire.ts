/**
 * The shape of a `google-generate-content` body as far as the translate leg reads it; what stands in a body beside it is left
 * out, with a note. Names: https://ai.google.dev/api/generate-content and `@google/genai` 2.32.0, read 2026-11.
 */

import { z } from 'zod';

const blob = z.object({ mimeType: z.string(), data: z.string() });
const anyObject = z.record(z.string(), z.unknown());

const functionCall = z.object({ id: z.string().nullish(), name: z.string(), args: anyObject.nullish() });
const functionResponse = z.object({
  id: z.string().nullish(),
  name: z.string(),
  response: anyObject.nullish(),
  parts: z.array(z.object({ inlineData: blob })).nullish(),
});

const textPart = z.object({ text: z.string().nullish() });
const userPart = textPart.extend({
  inlineData: blob.nullish(),
  fileData: z.object({ mimeType: z.string().nullish(), fileUri: z.string() }).nullish(),
  functionResponse: functionResponse.nullish(),
});
const modelPart = textPart.extend({ thought: z.boolean().nullish(), functionCall: functionCall.nullish() });

const content = z.union([
  z.object({ role: z.literal('model'), parts: z.array(modelPart).nullish() }),
  z.object({ role: z.literal('user').nullish(), parts: z.array(userPart).nullish() }),
]);

const declaration = z.object({
  name: z.string(),
  description: z.string().nullish(),
  parameters: anyObject.nullish(),
  parametersJsonSchema: anyObject.nullish(),
});

/** Tools of the vendor's own have a field of their own. */
const tool = z.looseObject({ functionDeclarations: z.array(declaration).nullish() });

const number = z.number().nullish();

const config = z.object({
  maxOutputTokens: number,
  temperature: number,
  topP: number,
  topK: number,
  seed: number,
  presencePenalty: number,
  frequencyPenalty: number,
  candidateCount: number,
  stopSequences: z.array(z.string()).nullish(),
  responseMimeType: z.string().nullish(),
  responseSchema: anyObject.nullish(),
  responseJsonSchema: anyObject.nullish(),
  responseModalities: z.array(z.string()).nullish(),
  responseLogprobs: z.boolean().nullish(),
  thinkingConfig: z
    .object({
      includeThoughts: z.boolean().nullish(),
      thinkingBudget: number,
      thinkingLevel: z.string().nullish(),
    })
    .nullish(),
});

export const googleBody = z.object({
  model: z.unknown().optional(),
  contents: z.array(content),
  systemInstruction: z.object({ role: z.unknown().optional(), parts: z.array(textPart) }).nullish(),
  tools: z.array(tool).nullish(),
  toolConfig: z
    .object({
      functionCallingConfig: z
        .object({ mode: z.string().nullish(), allowedFunctionNames: z.array(z.string()).nullish() })
        .nullish(),
    })
    .nullish(),
  generationConfig: config.nullish(),
});

export type GoogleBody = z.infer<typeof googleBody>;
export type GoogleConfig = z.infer<typeof config>;
export type GoogleContent = z.infer<typeof content>;
export type GoogleDeclaration = z.infer<typeof declaration>;
export type GoogleUserPart = z.infer<typeof userPart>;
export type ModelPart = z.infer<typeof modelPart>;
