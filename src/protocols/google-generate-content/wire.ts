/**
 * The shape of a `google-generate-content` body, as far as the translate leg reads it; other fields
 * are left out, with a note. Names: https://ai.google.dev/api/generate-content and `@google/genai`
 * 2.32.0, read 2026-11.
 */

import { packField } from '../translation/seals.ts';
import {
  anyObject,
  anything,
  flag,
  type Infer,
  list,
  maybe,
  number,
  object,
  openObject,
  text,
  variant,
} from '../translation/shape.ts';

const blob = object({ mimeType: text, data: text });

const functionCall = object({ id: maybe(text), name: text, args: maybe(anyObject) });
const functionResponse = object({
  id: maybe(text),
  name: text,
  response: maybe(anyObject),
  parts: maybe(list(object({ inlineData: blob }))),
});

const textPart = object({ text: maybe(text) });
const userPart = object({
  text: maybe(text),
  inlineData: maybe(blob),
  fileData: maybe(object({ mimeType: maybe(text), fileUri: text })),
  functionResponse: maybe(functionResponse),
});
const modelPart = object({
  text: maybe(text),
  thought: maybe(flag),
  thoughtSignature: packField('thoughtSignature'),
  functionCall: maybe(functionCall),
});

const content = variant(
  'role',
  { model: { parts: maybe(list(modelPart)) }, user: { parts: maybe(list(userPart)) } },
  'user',
);

const declaration = object({
  name: text,
  description: maybe(text),
  parameters: maybe(anyObject),
  parametersJsonSchema: maybe(anyObject),
});

const config = object({
  maxOutputTokens: maybe(number),
  temperature: maybe(number),
  topP: maybe(number),
  topK: maybe(number),
  seed: maybe(number),
  presencePenalty: maybe(number),
  frequencyPenalty: maybe(number),
  candidateCount: maybe(number),
  stopSequences: maybe(list(text)),
  responseMimeType: maybe(text),
  responseSchema: maybe(anyObject),
  responseJsonSchema: maybe(anyObject),
  responseModalities: maybe(list(text)),
  responseLogprobs: maybe(flag),
  thinkingConfig: maybe(
    object({
      includeThoughts: maybe(flag),
      thinkingBudget: maybe(number),
      thinkingLevel: maybe(text),
    }),
  ),
});

/** Settings with the same names in neutral words. */
export const settings = [
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'seed',
  'presencePenalty',
  'frequencyPenalty',
  'stopSequences',
] as const;

const callingConfig = object({ mode: maybe(text), allowedFunctionNames: maybe(list(text)) });

export const googleBody = object({
  model: anything,
  contents: list(content),
  systemInstruction: maybe(object({ role: anything, parts: list(textPart) })),
  // The vendor's own tools have a field of any name.
  tools: maybe(list(openObject({ functionDeclarations: maybe(list(declaration)) }))),
  toolConfig: maybe(object({ functionCallingConfig: maybe(callingConfig) })),
  generationConfig: maybe(config),
});

export type GoogleBody = Infer<typeof googleBody>;
export type GoogleConfig = Infer<typeof config>;
export type GoogleContent = Infer<typeof content>;
export type GoogleDeclaration = Infer<typeof declaration>;
export type GoogleUserPart = Infer<typeof userPart>;
export type ModelPart = Infer<typeof modelPart>;
