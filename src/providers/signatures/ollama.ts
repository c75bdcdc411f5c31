/** Ollama's errors have a text and a status, but no code. */

import { type Signature, signaturesOf } from './signature.ts';

const source = 'n/v: wording from memory';

export const ollamaSignatures: readonly Signature[] = signaturesOf(source, {
  'ollama-sign-in': {
    status: 401,
    field: { path: 'signin_url', is: /./i },
    class: 'auth-rejected',
    source: '[D] https://docs.ollama.com/api/errors',
  },
  'ollama-cloud-limit': {
    status: 429,
    text: /\byour \w+ usage limit/i,
    class: 'quota',
  },
  'ollama-runner': {
    status: 500,
    text: /runner (has unexpectedly|process)(?!.{0,200}(out of memory|unable to allocate|signal: killed|bad_alloc))/is,
    class: 'server-error',
  },
  'ollama-running': {
    text: /error was encountered while running the model/i,
    class: 'server-error',
    source: '[D] https://docs.ollama.com/api/errors',
  },
});
