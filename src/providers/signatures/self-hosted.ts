/**
 * Errors of model servers that people run themselves: vLLM, llama.cpp's server, LiteLLM's proxy.
 * They apply to every provider, because config may call such a server anything; no vendor writes
 * these words by chance.
 */

import { type Signature, signaturesOf } from './signature.ts';

const llamacpp = '[R] llama.cpp server b11434, 2026-11-22';
const litellm = '[R] LiteLLM proxy 1.106.2, 2026-11-22';

/** A flag of a command, beside a word that asks for it. */
const namesFlag =
  /^(?!.*\b((tools|messages|input|content)\[|exceeds the max)).*(\b(requires?|needs?|(re)?start(ed)?|launch(ed)?|enable)\b[^.]{0,80}[\s`'"(]--[a-z][\w-]+|--[a-z][\w-]+[`'"]?( flag| option| argument)? (is|are|to be|must be) (required|needed|set|enabled|missing|not set))/is;

/** The model has no form for a chat, and the server was given none. */
export const noTemplateWords =
  /\b(default|must provide a) chat template\b|\bchat[_ ]template is not (set|defined)\b|\btemplate error: template not found\b|\bno chat template\b|\bchat template\b.{0,30}\b(not found|missing)\b/i;

export const selfHostedSignatures: readonly Signature[] = signaturesOf(litellm, {
  // LM Studio, TabbyAPI, text-generation-webui and LocalAI, in this order.
  'any-not-loaded-text': {
    status: [400, 404, 422, 500, 503],
    text: /^(?!.*\b(loading|yet)\b).*(\bno (\w+ )?models? (is |are |was )?(currently )?(loaded|running)\b|\bno running sessions found for model\b|\bmodel (is |was )?(not|n.t) (currently |been )?loaded\b|\bmodel (is |was |has been )?unloaded\b|\b(engine|model) is (sleeping|asleep)\b|\b(load a model|model must be loaded) (first|before|in)\b)/is,
    class: 'not-loaded',
    before: ['any-model-named', 'any-model-text', 'any-loading-text'],
    source: 'n/v: words of programs that load one model at a time',
  },
  // Ollama, CUDA, Metal, LM Studio and vLLM, in this order.
  'any-memory-text': {
    status: [200, 400, 424, 500, 503, 507],
    text: /\brequires? more (system |gpu |video )?memory\b|\b(cuda|hip|vulkan|metal|gpu|ggml|torch)\w*\b.{0,80}\bout of memory\b|\bout of memory\b.{0,60}\b(gpu|cuda|vram|device)\b|\bunable to allocate \S+ buffer\b|\b(insufficient|not enough|too little) (system |gpu |video )?(memory|vram|system resources)\b|\binsufficient system resources\b|\bload\b.{0,60}\bout of memory\b|\bsignal: killed\b|\boom[- ]?killed\b|\bkilled by signal 9\b|\bexit (code|status):? 137\b|\bstd::bad_alloc\b/i,
    class: 'too-little-memory',
    before: ['any-overloaded-text', 'any-loading-text'],
    source: '[I] https://github.com/ollama/ollama/issues/10920',
  },
  // LocalAI, Ollama and LM Studio, in this order.
  'any-load-failed': {
    status: [400, 404, 412, 500, 503],
    text: /\b(failed to|could not|unable to|cannot) load (the )?model\b|\brequires a newer version of\b|\bbackend not found\b/i,
    class: 'load-failed',
    before: ['any-model-named', 'any-model-text'],
    source: '[I] https://github.com/mudler/LocalAI/issues/4900',
  },
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
    field: {
      path: 'error.message',
      is: /is too large to process\. increase the physical batch size/,
    },
    class: 'context-overflow',
    source: llamacpp,
  },
  // A fault of the request, with the status of a broken server: schemas, grammars, templates, tool
  // calls, media.
  'any-request-fault-500': {
    status: 500,
    text: /\b(invalid|unsupported|unknown|unrecogni[sz]ed|malformed|illegal|(failed|unable|cannot|could not|error) (to )?(pars|process|load|decod|convert|compil|initiali[sz]|appl)\w*)\b.{0,60}\b(json schema|schema|grammar|format|tool[ _]?calls?|tools?|templates?|jinja|samplers?|images?|audio|base64|arguments?|parameters?|messages?|roles?|content\[\])|\b(audio|video|file) input is not supported\b/i,
    class: 'refused-request',
    source: '[R] Ollama 0.17.4, 2026-11-22',
  },
  'any-llamacpp-no-images': {
    status: 500,
    field: { path: 'error.message', is: /image input is not supported - hint/ },
    class: 'no-images',
    source: llamacpp,
  },
  'any-vllm-no-images': {
    status: 400,
    text: /is not a multimodal model/,
    class: 'no-images',
    source: '[R] vLLM 0.32.0, 2026-11-22',
  },
  'any-litellm-unknown-key': {
    status: 400,
    type: 'no_db_connection',
    class: 'auth-rejected',
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
  // A program that people run themselves names the flag that it was started without; the words of
  // old vLLM stand at the top.
  'any-server-flag': {
    status: [400, 404, 422, 500, 501, 503],
    field: { path: 'error.message', is: namesFlag },
    class: 'not-enabled',
    before: ['any-llamacpp-not-supported', 'any-llamacpp-no-images'],
    source: '[I] https://github.com/defilantech/LLMKube/issues/126',
  },
  'any-server-flag-at-top': {
    status: [400, 404, 422, 500, 501, 503],
    field: { path: 'message', is: namesFlag },
    class: 'not-enabled',
    source: '[R] vLLM 0.32.0, 2026-11-22',
  },
  // vLLM, transformers and TGI: base models have no form for chats.
  'any-no-chat-template': {
    status: [400, 422, 500],
    text: noTemplateWords,
    class: 'not-enabled',
    before: ['any-model-text', 'any-model-named'],
    source: '[I] https://github.com/vllm-project/vllm/issues/39279',
  },
  'any-not-loaded-code': {
    code: ['model_not_loaded', 'no_model_loaded'],
    class: 'not-loaded',
    source: 'n/v: LM Studio, from memory',
  },
});
