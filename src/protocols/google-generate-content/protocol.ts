/** The `google-generate-content` wire format as the engine uses it: the Gemini API, whose requests name model and way of answering in their path. */

import type { NamedInPath, Operation } from '../../model/protocol.ts';
import { type Protocol, usualHeaders } from '../protocol.ts';
import { describeGoogleOverflow, encodeGoogleError, encodeGoogleStreamError } from './errors.ts';
import { estimateGoogleTokens } from './estimate.ts';
import { judgeGoogleAnswer } from './judge.ts';
import { readGoogleBody } from './request.ts';
import { GoogleSplicer } from './splice.ts';
import { googleTranslation } from './translation.ts';
import { watchGoogleStream } from './watch.ts';

/** Methods of a model: https://ai.google.dev/api/all-methods, read 2026-11. */
const methods: Readonly<Partial<Record<Operation, string>>> = {
  generate: 'generateContent',
  embed: 'embedContent',
  'count-tokens': 'countTokens',
};

export const googleGenerateContent: Protocol = {
  name: 'google-generate-content',
  pathFor: (operation, { model, isStreamed, method }: NamedInPath) =>
    operation === 'generate' && isStreamed
      ? `/${toResource(model)}:streamGenerateContent?alt=sse`
      : `/${toResource(model)}:${operation === 'embed' ? (method ?? methods.embed) : methods[operation]}`,
  readBody: readGoogleBody,
  requestHeaders: [...usualHeaders, 'x-goog-api-client'],
  createStreamWatch: watchGoogleStream,
  createSplicer: (before, filter) => new GoogleSplicer(before, filter),
  judgeAnswer: judgeGoogleAnswer,
  estimateTokens: estimateGoogleTokens,
  describeOverflow: describeGoogleOverflow,
  encodeError: encodeGoogleError,
  encodeStreamError: encodeGoogleStreamError,
  frameRefusal: (body) => body,
  translation: googleTranslation,
  terminalMarker: '',
  endsByClosing: true,
  // `@google/genai` up to 1.30, in gemini-cli 0.61 too, loses all that stands behind a comment.
  takesNoComments: true,
};

/** `models/` before a name that says no other collection, as `@google/genai` has it; a slash or dots in a name lead nowhere else. */
function toResource(model: string): string {
  const [, collection = 'models', name = model] = /^(models|tunedModels)\/([^/]+)$/.exec(model) ?? [];
  return `${collection}/${encodeURIComponent(name)}`;
}
