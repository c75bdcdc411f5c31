/**
 * For each row of the table of `google-generate-content` requests: a body with what the row names,
 * and one without it.
 */

import { packThoughts } from '../../src/protocols/translation/sealed.ts';
import type { Examples } from './table.ts';

const hi = { role: 'user', parts: [{ text: 'hi' }] };
const said = (...parts: readonly object[]) => ({
  contents: [{ role: 'user', parts: [{ text: 'hi' }, ...parts] }],
});
const answered = (...parts: readonly object[]) => ({
  contents: [hi, { role: 'model', parts }, hi],
});
const yes = { text: 'yes' };
const call = { functionCall: { id: 'call_1', name: 'look', args: { city: 'Rome' } } };
const tools = [{ functionDeclarations: [{ name: 'look' }] }];
const resulted = (fields: object, more: readonly object[] = []) => ({
  contents: [
    hi,
    { role: 'model', parts: [call] },
    {
      role: 'user',
      parts: [{ functionResponse: { id: 'call_1', name: 'look', ...fields } }, ...more],
    },
  ],
  tools,
});
const png = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } };
const config = (fields: object) => ({ generationConfig: fields });
const properties = { city: { type: 'STRING', minLength: '2' } };
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  additionalProperties: false,
};
const json = { responseMimeType: 'application/json' };
const declared = (fields: object) => ({
  tools: [{ functionDeclarations: [{ name: 'look', ...fields }] }],
});
const choosing = (fields: object) => ({
  tools: [{ functionDeclarations: [{ name: 'look' }, { name: 'find' }] }],
  toolConfig: { functionCallingConfig: fields },
});

export const googleExamples: Examples = {
  '`model`': { with: { model: 'models/other' } },
  '`systemInstruction.role`': {
    with: { systemInstruction: { role: 'user', parts: [{ text: 'be short' }] } },
    without: { systemInstruction: { parts: [{ text: 'be short' }] } },
  },
  '`systemInstruction.parts[].text`': {
    with: { systemInstruction: { parts: [{ text: 'be short' }] } },
  },
  '`contents[user].parts[].text`': { with: said({ text: 'and more' }), without: said() },
  '`contents[user].parts[].inlineData.mimeType`, `contents[user].parts[].inlineData.data`': {
    with: said(png),
    without: said(),
  },
  '`contents[user].parts[].fileData.mimeType`, `contents[user].parts[].fileData.fileUri`': {
    with: said({ fileData: { mimeType: 'image/png', fileUri: 'https://pictures.test/a.png' } }),
    without: said(),
  },
  '`contents[user].parts[].fileData.fileUri`, of an uploaded file': {
    says: /which its account keeps/,
    with: said({
      fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc' },
    }),
  },
  '`contents[user].parts[].functionResponse.id`, `contents[user].parts[].functionResponse.name`, `contents[user].parts[].functionResponse.response`':
    {
      with: resulted({ response: { output: 'sunny' } }),
      without: { contents: [hi, { role: 'model', parts: [call] }, hi], tools },
    },
  '`contents[user].parts[].functionResponse.parts[].inlineData.mimeType`, `contents[user].parts[].functionResponse.parts[].inlineData.data`':
    {
      with: resulted({ response: { output: 'sunny' }, parts: [png] }),
      without: resulted({ response: { output: 'sunny' } }),
    },
  '`contents[model].parts[].text`': { with: answered(yes), without: answered({ text: 'no' }) },
  '`contents[model].parts[].text`, the beginning of the answer': {
    says: /an answer that has begun/,
    with: { contents: [hi, { role: 'model', parts: [{ text: 'The answer is' }] }] },
  },
  '`contents[model].parts[].text`, the beginning of the answer, where the target goes on from it': {
    with: { contents: [hi, { role: 'model', parts: [{ text: 'The answer is' }] }] },
    without: { contents: [hi, { role: 'model', parts: [{ text: 'It is' }] }] },
    target: { prefill: {} },
  },
  '`contents[model].parts[].thought`': {
    says: /the reasoning of earlier answers/,
    with: answered({ text: 'hm', thought: true }, yes),
    without: answered(yes),
  },
  '`contents[model].parts[].thoughtSignature`': {
    with: answered({ ...yes, thoughtSignature: 's' }),
    without: answered(yes),
  },
  '`contents[model].parts[].thoughtSignature`: of Anthropic': {
    says: /the reasoning of earlier answers/,
    with: answered({
      ...yes,
      thoughtSignature: packThoughts([{ seal: 'anthropic.s', text: 'hm' }]),
    }),
    without: answered(yes),
  },
  '`contents[model].parts[].thoughtSignature`: of OpenAI': {
    says: /the reasoning of earlier answers/,
    with: answered({ ...yes, thoughtSignature: packThoughts([{ seal: 'openai.e', text: 'hm' }]) }),
    without: answered(yes),
  },
  '`contents[model].parts[].functionCall.id`, `contents[model].parts[].functionCall.name`, `contents[model].parts[].functionCall.args`':
    {
      with: resulted({ response: { output: 'sunny' } }),
      without: {
        ...resulted({}),
        contents: [
          hi,
          { role: 'model', parts: [] },
          ...resulted({ response: { output: 'sunny' } }).contents.slice(2),
        ],
      },
    },
  '`contents[model].parts[].inlineData.data`': {
    says: /inlineData/,
    with: answered(png, yes),
    without: answered(yes),
  },
  '`contents[model].parts[].executableCode.code`, and other parts of the vendor’s own': {
    says: /executableCode/,
    with: answered({ executableCode: { code: '1' } }, yes),
    without: answered(yes),
  },
  '`tools[].functionDeclarations[].name`': { with: { tools } },
  '`tools[].functionDeclarations[].description`': {
    with: declared({ description: 'looks' }),
    without: { tools },
  },
  '`tools[].functionDeclarations[].parameters`': {
    with: declared({ parameters: { type: 'OBJECT', properties } }),
    without: { tools },
  },
  '`tools[].functionDeclarations[].parametersJsonSchema`': {
    with: declared({ parametersJsonSchema: schema }),
    without: { tools },
  },
  '`tools[].googleSearch`, and other tools of the vendor’s own, beside the client’s': {
    says: /the tool googleSearch/,
    with: { tools: [...tools, { googleSearch: {} }] },
    without: { tools },
  },
  '`tools[].googleSearch`, alone': {
    says: /the tool googleSearch/,
    with: { tools: [{ googleSearch: {} }] },
  },
  '`toolConfig.functionCallingConfig.mode`': {
    with: choosing({ mode: 'ANY' }),
    without: { tools: choosing({}).tools },
  },
  '`toolConfig.functionCallingConfig.allowedFunctionNames`': {
    with: choosing({ mode: 'ANY', allowedFunctionNames: ['look'] }),
    without: choosing({ mode: 'ANY' }),
  },
  '`generationConfig.maxOutputTokens`': { with: config({ maxOutputTokens: 100 }) },
  '`generationConfig.temperature`': { with: config({ temperature: 0.5 }) },
  '`generationConfig.topP`': { with: config({ topP: 0.5 }) },
  '`generationConfig.topK`': { says: /top_?k/i, with: config({ topK: 5 }) },
  '`generationConfig.seed`': { with: config({ seed: 7 }) },
  '`generationConfig.presencePenalty`': {
    says: /presence_?penalty/i,
    with: config({ presencePenalty: 1 }),
  },
  '`generationConfig.frequencyPenalty`': {
    says: /frequency_?penalty/i,
    with: config({ frequencyPenalty: 1 }),
  },
  '`generationConfig.stopSequences`': {
    says: /stop sequence/,
    with: config({ stopSequences: ['END'] }),
  },
  '`generationConfig.responseMimeType`': { with: config(json) },
  '`generationConfig.responseSchema`': {
    with: config({ ...json, responseSchema: { type: 'OBJECT', properties } }),
  },
  '`generationConfig.responseJsonSchema`': {
    with: config({ ...json, responseJsonSchema: schema }),
  },
  '`generationConfig.responseMimeType`: text/x.enum': {
    says: /text\/x\.enum/,
    with: config({ responseMimeType: 'text/x.enum' }),
  },
  '`generationConfig.thinkingConfig.thinkingBudget`': {
    with: config({ thinkingConfig: { thinkingBudget: 4000 }, maxOutputTokens: 9000 }),
    without: config({ maxOutputTokens: 9000 }),
  },
  '`generationConfig.thinkingConfig.thinkingLevel`': {
    with: config({ thinkingConfig: { thinkingLevel: 'HIGH' }, maxOutputTokens: 9000 }),
    without: config({ maxOutputTokens: 9000 }),
  },
  '`generationConfig.thinkingConfig.includeThoughts`': {
    with: config({ thinkingConfig: { includeThoughts: true } }),
  },
  '`generationConfig.candidateCount` above 1': { with: config({ candidateCount: 2 }) },
  '`generationConfig.responseLogprobs`': { with: config({ responseLogprobs: true }) },
  '`generationConfig.responseModalities` beyond text': {
    with: config({ responseModalities: ['TEXT', 'IMAGE'] }),
  },
  '`cachedContent`': { with: { cachedContent: 'cachedContents/abc' } },
  '`safetySettings`, `labels`, `generationConfig.mediaResolution`, and all others': {
    says: /safetySettings.*labels.*mediaResolution/,
    with: {
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
      labels: { team: 'a' },
      generationConfig: { mediaResolution: 'MEDIA_RESOLUTION_LOW' },
    },
  },
};

const usage = { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 };
const answer = (
  parts: readonly object[],
  finishReason = 'STOP',
  usageMetadata: object = usage,
) => ({
  candidates: [{ content: { parts, role: 'model' }, finishReason, index: 0 }],
  usageMetadata,
  modelVersion: 'm',
  responseId: 'r',
});
const calling = (name: string, args: object) =>
  answer([yes, { functionCall: { id: 'call_1', name, args } }]);
const ended = (reason: string) => ({ with: answer([yes], reason), without: answer([yes]) });

export const googleAnswers: Examples = {
  '`candidates[].content.parts[].text`': { with: answer([yes]), without: answer([{ text: 'no' }]) },
  '`candidates[].content.parts[].text`, with `candidates[].content.parts[].thought`': {
    with: answer([{ text: 'hm', thought: true }, yes]),
    without: answer([yes]),
  },
  '`candidates[].content.parts[].thoughtSignature`, of a call': {
    with: answer([{ functionCall: { name: 'look' }, thoughtSignature: 's' }]),
    without: answer([{ functionCall: { name: 'look' } }]),
  },
  '`candidates[].content.parts[].thoughtSignature`, of a text': {
    with: answer([{ ...yes, thoughtSignature: 's' }]),
    without: answer([yes]),
  },
  '`candidates[].content.parts[].functionCall.id`, `candidates[].content.parts[].functionCall.name`, `candidates[].content.parts[].functionCall.args`':
    { with: calling('look', { city: 'Rome' }), without: answer([yes]) },
  '`candidates[].content.parts[].functionCall.args`, of a text tool': {
    with: calling('patch', { input: '*** Begin' }),
    without: calling('patch', { input: '*** Stop' }),
  },
  '`candidates[].finishReason`: MAX_TOKENS': ended('MAX_TOKENS'),
  '`candidates[].finishReason`: SAFETY, and other refusals': ended('SAFETY'),
  '`promptFeedback.blockReason`': {
    with: { ...answer([]), candidates: [], promptFeedback: { blockReason: 'SAFETY' } },
    without: { ...answer([]), candidates: [] },
  },
  '`usageMetadata.promptTokenCount`': {
    with: answer([yes], 'STOP', { ...usage, promptTokenCount: 12 }),
    without: answer([yes]),
  },
  '`usageMetadata.candidatesTokenCount`': {
    with: answer([yes], 'STOP', { ...usage, candidatesTokenCount: 7 }),
    without: answer([yes]),
  },
  '`usageMetadata.thoughtsTokenCount`': {
    with: answer([yes], 'STOP', { ...usage, thoughtsTokenCount: 4 }),
    without: answer([yes], 'STOP', { ...usage, thoughtsTokenCount: 1 }),
  },
  '`usageMetadata.cachedContentTokenCount`': {
    with: answer([yes], 'STOP', { ...usage, cachedContentTokenCount: 4 }),
    without: answer([yes], 'STOP', { ...usage, cachedContentTokenCount: 1 }),
  },
  '`usageMetadata.toolUsePromptTokenCount`': {
    with: answer([yes], 'STOP', { ...usage, toolUsePromptTokenCount: 4 }),
    without: answer([yes]),
  },
  '`responseId`, `modelVersion`, `candidates[].safetyRatings`, `candidates[].groundingMetadata`, and all others':
    {
      with: { ...answer([yes]), responseId: 'other', modelVersion: 'n' },
      without: answer([yes]),
    },
};
