/** Hermes's provider ids as ours, as data: which catalogue entry, which address, which variables. Read in its public source, 2026-09. */

/** A provider id of Hermes. */
export interface HermesVendor {
  /** The id first, then its aliases. */
  readonly ids: readonly string[];
  /** Its key variables in the order in which Hermes looks. */
  readonly variables: readonly string[];
  /** Variable that moves its address. */
  readonly baseUrlVariable?: string;
  /** What becomes of it. */
  readonly becomes:
    | {
        readonly kind: 'entry';
        readonly provider: string;
        /** Where it differs from the entry's own address. */
        readonly baseUrl?: string;
      }
    /** We have no entry: it is described by its address. */
    | { readonly kind: 'described'; readonly baseUrl: string }
    /** A login instead of a key; `provider` is ours, where one could be made. */
    | { readonly kind: 'login'; readonly provider?: string }
    /** Whatever stands at `base_url`. */
    | { readonly kind: 'server'; readonly provider?: string }
    | { readonly kind: 'nothing'; readonly because: string };
}

const entry = (
  ids: readonly string[],
  provider: string,
  more: { readonly variables: readonly string[]; readonly moved?: string; readonly baseUrl?: string },
): HermesVendor => ({
  ids,
  variables: more.variables,
  ...(more.moved === undefined ? {} : { baseUrlVariable: more.moved }),
  becomes: { kind: 'entry', provider, ...(more.baseUrl === undefined ? {} : { baseUrl: more.baseUrl }) },
});

const described = (
  ids: readonly string[],
  baseUrl: string,
  more: { readonly variables: readonly string[]; readonly moved?: string },
): HermesVendor => ({
  ids,
  variables: more.variables,
  ...(more.moved === undefined ? {} : { baseUrlVariable: more.moved }),
  becomes: { kind: 'described', baseUrl },
});

const login = (ids: readonly string[], provider?: string): HermesVendor => ({
  ids,
  variables: [],
  becomes: { kind: 'login', ...(provider === undefined ? {} : { provider }) },
});

const server = (ids: readonly string[], provider?: string): HermesVendor => ({
  ids,
  variables: [],
  becomes: { kind: 'server', ...(provider === undefined ? {} : { provider }) },
});

const nothing = (ids: readonly string[], because: string): HermesVendor => ({
  ids,
  variables: [],
  becomes: { kind: 'nothing', because },
});

/** In the order in which `auto` looks for a key. */
export const hermesVendors: readonly HermesVendor[] = [
  entry(['openrouter'], 'openrouter', { variables: ['OPENROUTER_API_KEY'], moved: 'OPENROUTER_BASE_URL' }),
  entry(['openai-api', 'openai'], 'openai', { variables: ['OPENAI_API_KEY'], moved: 'OPENAI_BASE_URL' }),
  entry(['gemini', 'google', 'google-gemini', 'google-ai-studio'], 'gemini', {
    variables: ['GOOGLE_API_KEY', 'GEMINI_API_KEY'],
    moved: 'GEMINI_BASE_URL',
  }),
  entry(['zai', 'glm', 'z-ai', 'z.ai', 'zhipu'], 'zhipu', {
    variables: ['GLM_API_KEY', 'ZAI_API_KEY', 'Z_AI_API_KEY'],
    moved: 'GLM_BASE_URL',
    baseUrl: 'https://api.z.ai/api/paas/v4',
  }),
  entry(['kimi-coding', 'kimi', 'kimi-for-coding', 'moonshot'], 'moonshot', {
    variables: ['KIMI_API_KEY', 'KIMI_CODING_API_KEY'],
    moved: 'KIMI_BASE_URL',
  }),
  entry(['kimi-coding-cn', 'kimi-cn', 'moonshot-cn'], 'moonshot', {
    variables: ['KIMI_CN_API_KEY'],
    baseUrl: 'https://api.moonshot.cn/v1',
  }),
  entry(['minimax'], 'minimax', { variables: ['MINIMAX_API_KEY'], moved: 'MINIMAX_BASE_URL' }),
  entry(['minimax-cn', 'minimax-china', 'minimax_cn'], 'minimax', {
    variables: ['MINIMAX_CN_API_KEY'],
    moved: 'MINIMAX_CN_BASE_URL',
    baseUrl: 'https://api.minimaxi.com/v1',
  }),
  entry(['anthropic', 'claude', 'claude-code'], 'anthropic', {
    variables: ['ANTHROPIC_API_KEY'],
    moved: 'ANTHROPIC_BASE_URL',
  }),
  entry(['alibaba', 'dashscope', 'aliyun', 'qwen'], 'qwen', {
    variables: ['DASHSCOPE_API_KEY'],
    moved: 'DASHSCOPE_BASE_URL',
    baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  }),
  entry(['deepseek'], 'deepseek', { variables: ['DEEPSEEK_API_KEY'], moved: 'DEEPSEEK_BASE_URL' }),
  entry(['xai', 'grok', 'x-ai', 'x.ai'], 'xai', { variables: ['XAI_API_KEY'], moved: 'XAI_BASE_URL' }),
  entry(['xiaomi', 'mimo'], 'xiaomi', { variables: ['XIAOMI_API_KEY'], moved: 'XIAOMI_BASE_URL' }),
  entry(['ollama-cloud'], 'ollama', {
    variables: ['OLLAMA_API_KEY'],
    moved: 'OLLAMA_BASE_URL',
    baseUrl: 'https://ollama.com/v1',
  }),
  entry(['lmstudio', 'lm-studio'], 'lmstudio', { variables: ['LM_API_KEY'], moved: 'LM_BASE_URL' }),
  described(['alibaba-coding-plan', 'alibaba-coding'], 'https://coding-intl.dashscope.aliyuncs.com/v1', {
    variables: ['ALIBABA_CODING_PLAN_API_KEY', 'DASHSCOPE_API_KEY'],
    moved: 'ALIBABA_CODING_PLAN_BASE_URL',
  }),
  described(['nvidia', 'nim'], 'https://integrate.api.nvidia.com/v1', {
    variables: ['NVIDIA_API_KEY'],
    moved: 'NVIDIA_BASE_URL',
  }),
  described(['stepfun', 'step'], 'https://api.stepfun.ai/step_plan/v1', {
    variables: ['STEPFUN_API_KEY'],
    moved: 'STEPFUN_BASE_URL',
  }),
  described(['arcee', 'arcee-ai', 'arceeai'], 'https://api.arcee.ai/api/v1', {
    variables: ['ARCEEAI_API_KEY'],
    moved: 'ARCEE_BASE_URL',
  }),
  described(['gmi', 'gmi-cloud', 'gmicloud'], 'https://api.gmi-serving.com/v1', {
    variables: ['GMI_API_KEY'],
    moved: 'GMI_BASE_URL',
  }),
  described(['ai-gateway', 'aigateway', 'vercel'], 'https://ai-gateway.vercel.sh/v1', {
    variables: ['AI_GATEWAY_API_KEY'],
    moved: 'AI_GATEWAY_BASE_URL',
  }),
  described(['opencode-zen', 'opencode', 'zen'], 'https://opencode.ai/zen/v1', {
    variables: ['OPENCODE_ZEN_API_KEY'],
    moved: 'OPENCODE_ZEN_BASE_URL',
  }),
  described(['opencode-go', 'go'], 'https://opencode.ai/zen/go/v1', {
    variables: ['OPENCODE_GO_API_KEY'],
    moved: 'OPENCODE_GO_BASE_URL',
  }),
  described(['kilocode', 'kilo', 'kilo-code'], 'https://api.kilo.ai/api/gateway', {
    variables: ['KILOCODE_API_KEY'],
    moved: 'KILOCODE_BASE_URL',
  }),
  described(['tencent-tokenhub'], 'https://tokenhub.tencentmaas.com/v1', {
    variables: ['TOKENHUB_API_KEY'],
    moved: 'TOKENHUB_BASE_URL',
  }),
  login(['nous']),
  login(['openai-codex', 'codex'], 'openai'),
  login(['xai-oauth', 'grok-oauth', 'x-ai-oauth'], 'xai'),
  login(['qwen-oauth'], 'qwen'),
  login(['minimax-oauth', 'minimax-portal', 'minimax-global'], 'minimax'),
  login(['google-gemini-cli'], 'gemini'),
  login(['copilot', 'github', 'github-copilot', 'github-models']),
  server(['custom']),
  server(['ollama'], 'ollama'),
  server(['vllm'], 'vllm'),
  server(['llamacpp', 'llama.cpp', 'llama-cpp']),
  nothing(['huggingface', 'hf'], 'its keys begin with hf_, which Holdfast keeps for its own gateway keys'),
  nothing(['copilot-acp'], 'it is a program, not an API'),
  nothing(
    ['bedrock', 'aws', 'aws-bedrock'],
    'it signs requests with AWS credentials instead of sending a key',
  ),
  nothing(['vertex'], 'it takes short-lived Google tokens'),
  nothing(['azure-foundry'], 'it has an address of its own: describe it as a provider with base_url'),
];

export function findVendor(id: string): HermesVendor | undefined {
  const wanted = id.trim().toLowerCase();
  return hermesVendors.find(({ ids }) => ids.includes(wanted));
}
