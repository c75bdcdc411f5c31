/** Serves google-generate-content in the simulated provider: its routes and its error bodies. */

import type { SimProtocol } from '../exchange.ts';
import type { SimRefusal } from '../fault.ts';
import { createModelsRoute } from '../models-route.ts';
import { serveCount, serveEmbeddings, serveGenerate } from './generate.ts';

const onModel = (methods: string): RegExp =>
  new RegExp(`^/v1(?:beta)?/models/(.+):(?:${methods})$`);

/** Serves answers, token counts, vectors, and the model list as Google's clients expect it. */
export const googleGenerateContent: SimProtocol = {
  routes: [
    {
      method: 'POST',
      path: onModel('generateContent|streamGenerateContent'),
      serve: serveGenerate,
    },
    { method: 'POST', path: onModel('countTokens'), serve: serveCount },
    { method: 'POST', path: onModel('embedContent|batchEmbedContents'), serve: serveEmbeddings },
    createModelsRoute(/^\/v1beta\/models$/, (names) => ({
      models: names.map((name) => ({
        name: `models/${name}`,
        displayName: name,
        supportedGenerationMethods: ['generateContent', 'countTokens'],
      })),
    })),
  ],
  encodeError,
};

/** https://ai.google.dev/gemini-api/docs/troubleshooting, read 2026-11. */
const statuses: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/**
 * The vendor's phrases for what others give a code, as quoted in issues of
 * google-gemini/gemini-cli.
 */
const phrases: Readonly<Record<string, string>> = {
  invalid_api_key: 'API key not valid. Please pass a valid API key.',
  context_length_exceeded:
    'The input token count (1200293) exceeds the maximum number of tokens allowed (1048576).',
  server_is_overloaded: 'The model is overloaded. Please try again later.',
  rate_limit_exceeded: 'Resource has been exhausted (e.g. check quota).',
};

function encodeError({
  status: code,
  code: reason,
  message,
  retryAfterSeconds,
}: SimRefusal): string {
  const retry = {
    '@type': 'type.googleapis.com/google.rpc.RetryInfo',
    retryDelay: `${retryAfterSeconds}s`,
  };
  const status = statuses[code] ?? (code < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  const details = retryAfterSeconds === undefined ? {} : { details: [retry] };
  return JSON.stringify({
    error: { code, message: phrases[reason ?? ''] ?? message, status, ...details },
  });
}
