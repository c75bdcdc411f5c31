/** Ollama's errors have a text and a status, but no code. */

import { type Signature, signaturesOf } from './signature.ts';

const source = 'n/v: wording from memory';

export const ollamaSignatures: readonly Signature[] = signaturesOf(source, {
  'ollama-sign-in': {
    status: 401,
    field: { path: 'signin_url', is: /./i },
    class: 'auth-rejected',
    source: '[D] https://docs.ollama.com/api/errors',
    sample: '401 {"error":"unauthorized","signin_url":"https://ollama.com/connect?name=fixture"}',
  },
  'ollama-cloud-limit': {
    status: 429,
    text: /usage limit/i,
    class: 'quota',
    sample: '429 {"error":"you\'ve reached your hourly usage limit, please upgrade to continue"}',
  },
  'ollama-memory': {
    status: 500,
    text: /requires more system memory|runner (has unexpectedly|process)/i,
    class: 'server-error',
    sample:
      '500 {"error":"model requires more system memory (12.4 GiB) than is available (7.1 GiB)"}',
  },
  'ollama-running': {
    text: /error was encountered while running the model/i,
    class: 'server-error',
    source: '[D] https://docs.ollama.com/api/errors',
    sample: '200 {"error":"an error was encountered while running the model"}',
  },
});
