/**
 * The `google-generate-content` wire format as the engine uses it: the Gemini API, whose paths name
 * the model and the method.
 */

import { type BodyForm, createBodyReader } from '../body/read-body.ts';
import { type Protocol, usualHeaders } from '../contract/protocol.ts';
import { readAtOnce } from '../translation/read-at-once.ts';
import { GoogleAnswerDecoder, googleAnswerFields } from './answer-in.ts';
import { bound } from './bound.ts';
import { continueGoogle, findGoogleObstacle } from './continue.ts';
import { googleEdits } from './edits.ts';
import { describeGoogleOverflow, toGoogleErrorBody } from './errors.ts';
import { estimateGoogleTokens } from './estimate.ts';
import { judgeGoogleAnswer } from './judge.ts';
import { encodeGoogleModel, encodeGoogleModels } from './models-out.ts';
import { encodeGoogleRequest, findGoogleCallObstacle } from './outbound.ts';
import { googlePictures } from './pictures.ts';
import { GoogleSplicer } from './splice.ts';
import { decodeGoogleRequest } from './translate-in.ts';
import { encodeGoogleAnswer, GoogleAnswerWriter } from './translate-out.ts';
import { GoogleWatch } from './watch.ts';

/** Methods of a model: https://ai.google.dev/api/all-methods, read 2026-11. */
const methods = {
  generate: 'generateContent',
  embed: 'embedContent',
  'count-tokens': 'countTokens',
};

const form: BodyForm = {
  reasoningFields: ['generationConfig', 'generation_config'],
  speaksOfReasoning: (value) => /"thinking_?config":/i.test(value),
  isNoReasoning: (value) => /"thinking_?budget":0\b/i.test(value),
  choicesField: 'generationConfig',
  bound,
  findObstacle: findGoogleObstacle,
  continueBody: continueGoogle,
  editing: googleEdits,
  pictures: googlePictures,
};

const generateForm: BodyForm = {
  ...form,
  required: {
    field: 'contents',
    fix: 'send {"contents": [{"role": "user", "parts": [{"text": "..."}]}]}',
  },
};

export const googleGenerateContent: Protocol = {
  name: 'google-generate-content',
  paths: methods,
  completePath: (method, { model, isStreamed, method: asked }) => {
    const name = resourceName(model);
    if (method === methods.generate && isStreamed) return `/${name}:streamGenerateContent?alt=sse`;
    return `/${name}:${method === methods.embed ? (asked ?? method) : method}`;
  },
  readBody: createBodyReader(generateForm, form),
  bodyEditing: googleEdits,
  requestHeaders: [...usualHeaders, 'x-goog-api-client'],
  wordFields: ['text'],
  StreamWatch: GoogleWatch,
  Splicer: GoogleSplicer,
  judgeAnswer: judgeGoogleAnswer,
  estimateTokens: estimateGoogleTokens,
  modelsPath: '/models?pageSize=1000',
  askShortly: (text, model) => ({
    body: {
      contents: [{ role: 'user', parts: [{ text }] }],
      generationConfig: { maxOutputTokens: 16 },
    },
    named: { model, isStreamed: false },
  }),
  encodeModels: encodeGoogleModels,
  encodeModel: encodeGoogleModel,
  describeOverflow: describeGoogleOverflow,
  overflowSign: /input token count.{0,40}exceeds the maximum/i,
  toErrorBody: toGoogleErrorBody,
  // The vendor breaks off with the bare object: no blank line ends it, so SDKs raise an error even
  // if it follows the last event. Read in `@google/genai` 1.30.0 and 2.32.0; the first reads an
  // event with `error` as an empty answer.
  frameError: (body) => body,
  // A whole answer is an event of a stream as well.
  tellWhole: (body) => [{ data: JSON.stringify(body), event: body }],
  translation: {
    decodeRequest: decodeGoogleRequest,
    repeats: [],
    AnswerWriter: GoogleAnswerWriter,
    encodeAnswer: encodeGoogleAnswer,
    findObstacle: findGoogleCallObstacle,
    encodeRequest: encodeGoogleRequest,
    AnswerDecoder: GoogleAnswerDecoder,
    answerFields: googleAnswerFields,
    decodeAnswer: (body) => readAtOnce(new GoogleAnswerDecoder(), [body]),
  },
  terminalMarker: '',
  endsByClosing: true,
  // `@google/genai` up to 1.30, also in gemini-cli 0.61, loses everything after a comment.
  takesNoComments: true,
};

/**
 * Adds `models/` to a name without a collection, as `@google/genai` does; escapes slashes and dots,
 * so that a name cannot select another path.
 */
function resourceName(model: string): string {
  const [, collection = 'models', name = model] =
    /^(models|tunedModels)\/([^/]+)$/.exec(model) ?? [];
  return `${collection}/${encodeURIComponent(name)}`;
}
