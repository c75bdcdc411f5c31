/**
 * Words of model servers that people run themselves: vLLM, llama.cpp's server, LiteLLM's proxy. For every provider, because
 * such a server stands in a configuration under whatever name its owner gave it; no vendor writes these by chance.
 */

import { type Signature, signaturesOf } from './signature.ts';

const llamacpp = '[R] llama.cpp server b11434, 2026-11-22';
const litellm = '[R] LiteLLM proxy 1.106.2, 2026-11-22';

export const selfHostedSignatures: readonly Signature[] = signaturesOf(litellm, {
  'any-vllm-validation': {
    status: [400, 422],
    text: /^\d+ validation errors?:\s*\{'type': '(missing|json_invalid|model_attributes_type|[a-z]+_type)'/,
    class: 'bad-request',
    source: '[R] vLLM 0.32.0, 2026-11-22',
  },
  'any-llamacpp-not-supported': {
    status: 501,
    type: 'not_supported_error',
    class: 'not-offered',
    source: llamacpp,
  },
  'any-llamacpp-input-above-batch': {
    status: 500,
    field: { path: 'error.message', is: /is too large to process\. increase the physical batch size/ },
    class: 'context-overflow',
    source: llamacpp,
  },
  'any-llamacpp-request-fault': {
    status: 500,
    field: {
      path: 'error.message',
      is: /Failed to parse tool call arguments as JSON|audio input is not supported - hint/,
    },
    class: 'refused-request',
    before: ['any-server-error', 'any-server-error-code'],
    source: llamacpp,
  },
  'any-llamacpp-no-images': {
    status: 500,
    field: { path: 'error.message', is: /image input is not supported - hint/ },
    class: 'no-images',
    before: ['any-server-error', 'any-server-error-code'],
    source: llamacpp,
  },
  'any-vllm-no-images': {
    status: 400,
    text: /is not a multimodal model/,
    class: 'no-images',
    source: '[R] vLLM 0.32.0, 2026-11-22',
  },
  'any-litellm-unknown-key': { status: 400, type: 'no_db_connection', class: 'auth-rejected' },
  // The proxy's own key at its upstream: the caller's was good enough to be passed on. Asked again at once the proxy says 429.
  'any-litellm-upstream-key': {
    status: [401, 403],
    field: { path: 'error.message', is: /^litellm\.\w+:(?![\s\S]*(flagged|moderation|polic))/i },
    class: 'server-error',
    permanent: true,
    before: ['any-authentication-error', 'any-invalid-api-key', 'any-server-error', 'any-server-error-code'],
  },
  // The proxy's money at the upstream of one model, and nobody's account here.
  'any-litellm-upstream-quota': {
    status: [200, 400, 402, 403, 429],
    field: {
      path: 'error.message',
      is: /^litellm\.\w+:[\s\S]*(exceeded your current quota|credit balance is too low|insufficient[ _](quota|balance|credits?|funds))/i,
    },
    class: 'quota',
    scope: ['model'],
  },
  'any-litellm-overflow': {
    status: [200, 400, 413, 500],
    text: /^litellm\.ContextWindowExceededError\b/,
    class: 'context-overflow',
  },
  'any-litellm-unknown-model': {
    status: [400, 404],
    text: /Invalid model name passed in model=/,
    class: 'model-missing',
  },
  // The words around it name a model group, which is not what is missing.
  'any-litellm-upstream-path': {
    status: 404,
    text: /^litellm\.NotFoundError:[\s\S]*(\{'detail': 'Not Found'\}|File Not Found)/,
    class: 'not-offered',
  },
});
