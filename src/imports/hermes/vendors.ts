/** Hermes's provider ids as ours, as data: which catalogue entry, which address, which variables. Read in its public source, 2026-09. */

import type { Part } from './part.ts';

/** What a name of a provider means in Hermes. */
export interface HermesVendor {
  /** A provider with a key, a login in place of one, whatever stands at `base_url`, nothing that we could use, or what their config describes. */
  readonly kind: 'keyed' | 'login' | 'server' | 'nothing' | 'described';
  readonly id: string;
  /** The id first, then its aliases; so its pools are named too. */
  readonly ids: readonly string[];
  /** A catalogue entry of ours, `entry/site`, an address, or why nothing becomes of it; empty: we have none. */
  readonly becomes: string;
  /** Its key variables in the order in which Hermes looks. */
  readonly variables: readonly string[];
  /** The variable that moves its address. */
  readonly movedBy: string;
  /** The block of their config that describes it. */
  readonly described?: Part;
}

export const hermesVendors: readonly HermesVendor[] = [
  // in the order in which `auto` looks for a key
  ...toVendors('keyed', [
    ['openrouter', 'openrouter', 'OPENROUTER_API_KEY'],
    ['openai-api openai', 'openai', 'OPENAI_API_KEY'],
    [
      'gemini google google-gemini google-ai-studio',
      'gemini',
      'GOOGLE_API_KEY GEMINI_API_KEY',
      'GEMINI_BASE_URL',
    ],
    ['zai glm z-ai z.ai zhipu', 'zhipu/zai', 'GLM_API_KEY ZAI_API_KEY Z_AI_API_KEY'],
    ['kimi-coding kimi kimi-for-coding moonshot', 'moonshot', 'KIMI_API_KEY KIMI_CODING_API_KEY'],
    ['kimi-coding-cn kimi-cn moonshot-cn', 'moonshot/china', 'KIMI_CN_API_KEY'],
    ['minimax', 'minimax', 'MINIMAX_API_KEY'],
    ['minimax-cn minimax-china minimax_cn', 'minimax/china', 'MINIMAX_CN_API_KEY'],
    ['anthropic claude claude-code', 'anthropic', 'ANTHROPIC_API_KEY'],
    ['alibaba dashscope aliyun qwen', 'qwen/international', 'DASHSCOPE_API_KEY'],
    ['deepseek', 'deepseek', 'DEEPSEEK_API_KEY'],
    ['xai grok x-ai x.ai', 'xai', 'XAI_API_KEY'],
    ['xiaomi mimo', 'xiaomi', 'XIAOMI_API_KEY'],
    ['ollama-cloud', 'ollama/cloud', 'OLLAMA_API_KEY'],
    ['lmstudio lm-studio', 'lmstudio', 'LM_API_KEY'],
    [
      'alibaba-coding-plan alibaba-coding',
      'https://coding-intl.dashscope.aliyuncs.com/v1',
      'ALIBABA_CODING_PLAN_API_KEY DASHSCOPE_API_KEY',
    ],
    ['nvidia nim', 'https://integrate.api.nvidia.com/v1', 'NVIDIA_API_KEY'],
    ['stepfun step', 'https://api.stepfun.ai/step_plan/v1', 'STEPFUN_API_KEY'],
    ['arcee arcee-ai arceeai', 'https://api.arcee.ai/api/v1', 'ARCEEAI_API_KEY', 'ARCEE_BASE_URL'],
    ['gmi gmi-cloud gmicloud', 'https://api.gmi-serving.com/v1', 'GMI_API_KEY'],
    ['ai-gateway aigateway vercel', 'https://ai-gateway.vercel.sh/v1', 'AI_GATEWAY_API_KEY'],
    ['opencode-zen opencode zen', 'https://opencode.ai/zen/v1', 'OPENCODE_ZEN_API_KEY'],
    ['opencode-go go', 'https://opencode.ai/zen/go/v1', 'OPENCODE_GO_API_KEY'],
    ['kilocode kilo kilo-code', 'https://api.kilo.ai/api/gateway', 'KILOCODE_API_KEY'],
    ['tencent-tokenhub', 'https://tokenhub.tencentmaas.com/v1', 'TOKENHUB_API_KEY'],
  ]),
  ...toVendors('login', [
    ['nous', ''],
    ['openai-codex codex', 'openai'],
    ['xai-oauth grok-oauth x-ai-oauth', 'xai'],
    ['qwen-oauth', 'qwen'],
    ['minimax-oauth minimax-portal minimax-global', 'minimax'],
    ['google-gemini-cli', 'gemini'],
    ['copilot github github-copilot github-models', ''],
  ]),
  ...toVendors('server', [
    ['custom', ''],
    ['ollama', 'ollama'],
    ['vllm', 'vllm'],
    ['llamacpp llama.cpp llama-cpp', ''],
  ]),
  ...toVendors('nothing', [
    ['huggingface hf', 'its keys begin with hf_, which Holdfast keeps for its own gateway keys'],
    ['copilot-acp', 'it is a program, not an API'],
    ['bedrock aws aws-bedrock', 'it signs requests with AWS credentials instead of sending a key'],
    ['vertex', 'it takes short-lived Google tokens'],
    ['azure-foundry', 'it has an address of its own: describe it as a provider with base_url'],
  ]),
];

/** Without a fourth column `X_BASE_URL` moves what has the key `X_API_KEY`. */
type VendorRow = readonly [ids: string, becomes: string, variables?: string, movedBy?: string];

function toVendors(kind: HermesVendor['kind'], rows: readonly VendorRow[]): readonly HermesVendor[] {
  return rows.map(
    ([names, becomes, variables = '', movedBy = variables.replace(/_API_KEY.*/, '_BASE_URL')]) => {
      const ids = names.split(' ');
      return {
        kind,
        id: ids[0] ?? '',
        ids,
        becomes,
        variables: variables.split(' ').filter(Boolean),
        movedBy,
      };
    },
  );
}

export function findVendor(id: string): HermesVendor | undefined {
  return hermesVendors.find(({ ids }) => ids.includes(id.trim().toLowerCase()));
}
