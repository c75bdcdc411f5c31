/**
 * Hermes's names for providers: its own ids as data, read in its public source (2026-09), and those
 * that a config defines.
 */

import { catalogue } from '../../providers/builtin.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import type { Part } from './part.ts';
import type { HermesFound } from './read-files.ts';

/** The meaning of a provider's name in Hermes. */
export interface HermesVendor {
  /**
   * `keyed` needs a key, `login` a login, `server` is whatever answers at `base_url`, `nothing` is
   * unusable for us, and `described` is defined by their config.
   */
  readonly kind: 'keyed' | 'login' | 'server' | 'nothing' | 'described';
  readonly id: string;
  /** The id first, then its aliases. Its pools have the same names. */
  readonly ids: readonly string[];
  /**
   * Our catalogue entry, `entry/site`, an address, or the reason why it is not imported; empty if
   * we have none.
   */
  readonly becomes: string;
  /** Lists its key variables in Hermes's order. */
  readonly variables: readonly string[];
  /** This variable replaces its address. */
  readonly movedBy: string;
  readonly entry?: ProviderEntry | undefined;
  /** This block of their config describes it. */
  readonly described?: Part;
}

/**
 * Without a fifth column, `X_BASE_URL` overrides the address of the vendor whose key is
 * `X_API_KEY`.
 */
type VendorRow = readonly [
  HermesVendor['kind'],
  ids: string,
  becomes: string,
  keys?: string,
  movedBy?: string,
];

const rows: readonly VendorRow[] = [
  // in the order in which `auto` looks for a key
  ['keyed', 'openrouter', 'openrouter', 'OPENROUTER_API_KEY'],
  ['keyed', 'openai-api openai', 'openai', 'OPENAI_API_KEY'],
  [
    'keyed',
    'gemini google google-gemini google-ai-studio',
    'gemini',
    'GOOGLE_API_KEY GEMINI_API_KEY',
    'GEMINI_BASE_URL',
  ],
  ['keyed', 'zai glm z-ai z.ai zhipu', 'zhipu/zai', 'GLM_API_KEY ZAI_API_KEY Z_AI_API_KEY'],
  [
    'keyed',
    'kimi-coding kimi kimi-for-coding moonshot',
    'moonshot',
    'KIMI_API_KEY KIMI_CODING_API_KEY',
  ],
  ['keyed', 'kimi-coding-cn kimi-cn moonshot-cn', 'moonshot/china', 'KIMI_CN_API_KEY'],
  ['keyed', 'minimax', 'minimax', 'MINIMAX_API_KEY'],
  ['keyed', 'minimax-cn minimax-china minimax_cn', 'minimax/china', 'MINIMAX_CN_API_KEY'],
  ['keyed', 'anthropic claude claude-code', 'anthropic', 'ANTHROPIC_API_KEY'],
  ['keyed', 'alibaba dashscope aliyun qwen', 'qwen/international', 'DASHSCOPE_API_KEY'],
  ['keyed', 'deepseek', 'deepseek', 'DEEPSEEK_API_KEY'],
  ['keyed', 'xai grok x-ai x.ai', 'xai', 'XAI_API_KEY'],
  ['keyed', 'xiaomi mimo', 'xiaomi', 'XIAOMI_API_KEY'],
  ['keyed', 'ollama-cloud', 'ollama/cloud', 'OLLAMA_API_KEY'],
  ['keyed', 'lmstudio lm-studio', 'lmstudio', 'LM_API_KEY'],
  [
    'keyed',
    'alibaba-coding-plan alibaba-coding',
    'https://coding-intl.dashscope.aliyuncs.com/v1',
    'ALIBABA_CODING_PLAN_API_KEY DASHSCOPE_API_KEY',
  ],
  ['keyed', 'nvidia nim', 'https://integrate.api.nvidia.com/v1', 'NVIDIA_API_KEY'],
  ['keyed', 'stepfun step', 'https://api.stepfun.ai/step_plan/v1', 'STEPFUN_API_KEY'],
  [
    'keyed',
    'arcee arcee-ai arceeai',
    'https://api.arcee.ai/api/v1',
    'ARCEEAI_API_KEY',
    'ARCEE_BASE_URL',
  ],
  ['keyed', 'gmi gmi-cloud gmicloud', 'https://api.gmi-serving.com/v1', 'GMI_API_KEY'],
  ['keyed', 'ai-gateway aigateway vercel', 'https://ai-gateway.vercel.sh/v1', 'AI_GATEWAY_API_KEY'],
  ['keyed', 'opencode-zen opencode zen', 'https://opencode.ai/zen/v1', 'OPENCODE_ZEN_API_KEY'],
  ['keyed', 'opencode-go go', 'https://opencode.ai/zen/go/v1', 'OPENCODE_GO_API_KEY'],
  ['keyed', 'kilocode kilo kilo-code', 'https://api.kilo.ai/api/gateway', 'KILOCODE_API_KEY'],
  // its address says which entry it is, and its api_mode the protocol
  ['keyed', 'azure-foundry azure azure-ai azure-ai-foundry', '', 'AZURE_FOUNDRY_API_KEY'],
  ['keyed', 'tencent-tokenhub', 'https://tokenhub.tencentmaas.com/v1', 'TOKENHUB_API_KEY'],
  ['login', 'nous', ''],
  ['login', 'openai-codex codex', 'openai'],
  ['login', 'xai-oauth grok-oauth x-ai-oauth', 'xai'],
  ['login', 'qwen-oauth', 'qwen'],
  ['login', 'minimax-oauth minimax-portal minimax-global', 'minimax'],
  ['login', 'google-gemini-cli', 'gemini'],
  ['login', 'copilot github github-copilot github-models', ''],
  ['server', 'custom', ''],
  ['server', 'ollama', 'ollama'],
  ['server', 'vllm', 'vllm'],
  ['server', 'llamacpp llama.cpp llama-cpp', ''],
  [
    'nothing',
    'huggingface hf',
    'Holdfast has no entry for it: add it as a provider with its base_url and protocol: openai-chat',
  ],
  ['nothing', 'copilot-acp', 'it is a program, not an API'],
  [
    'nothing',
    'bedrock aws aws-bedrock',
    'it signs requests with AWS credentials; with a key, name the provider bedrock',
  ],
  [
    'nothing',
    'vertex',
    'it takes short-lived Google tokens; with a key of express mode, name the provider vertex',
  ],
];

export const hermesVendors: readonly HermesVendor[] = rows.map(
  ([kind, names, becomes, keys = '', moved]) => {
    const ids = names.split(' ');
    const movedBy = moved ?? keys.replace(/_API_KEY.*/, '_BASE_URL');
    return {
      kind,
      id: ids[0] ?? '',
      ids,
      becomes,
      variables: keys.split(' ').filter(Boolean),
      movedBy,
    };
  },
);

export function findVendor(id: string): HermesVendor | undefined {
  return hermesVendors.find(({ ids }) => ids.includes(id.trim().toLowerCase()));
}

/**
 * Resolves a block: a provider defined in their config, one of Hermes's own, or a server at an
 * address; undefined after a remark.
 */
export function readVendor(
  { config, remarks }: HermesFound,
  block: Part,
): HermesVendor | undefined {
  const named = block.text('provider')?.toLowerCase() ?? 'custom';
  const url = block.text('base_url');
  const vendor =
    findDescribed(config, named, url) ?? findVendor(named) ?? (url && { ...server, id: named });
  if (!vendor) return remarks.add('unknown-provider', block, { id: named });
  const { kind, id, becomes, described } = vendor;
  if (kind === 'nothing')
    return remarks.add('provider-not-carried', block, { id, reason: becomes });
  const entry = described === undefined ? catalogue.get(becomes.split('/')[0] ?? '') : undefined;
  if (kind !== 'login') return { ...vendor, entry };
  const facts = { what: `names ${id}, a login, and is left behind`, provider: entry?.name };
  return remarks.add('login-again', block, {
    ...facts,
    first: `name a target of ${entry?.name}, and `,
  });
}

/** Stands for any server at an address. */
const server = { kind: 'server', ids: [], becomes: '', variables: [], movedBy: '' } as const;

/**
 * Matches by name or `custom:name`, unless it is one of Hermes's own ids. A server without a name
 * matches by its address.
 */
function findDescribed(
  config: Part,
  id: string,
  url: string | undefined,
): HermesVendor | undefined {
  const all = listDescribed(config);
  const vendor = findVendor(id);
  const isOwn = id !== 'custom' && vendor?.id === id;
  const [wanted, address] = [toPoolName(id), url?.replace(/\/+$/, '')];
  const named = isOwn
    ? undefined
    : all.find(({ ids }) => ids.some((one) => toPoolName(one) === wanted));
  const isServer = vendor === undefined || (vendor.kind === 'server' && vendor.becomes === '');
  if (named !== undefined || !isServer || !address) return named;
  return all.find(({ becomes }) => becomes.replace(/\/+$/, '') === address);
}

function toPoolName(id: string): string {
  return toName(id.replace(/^custom:/, ''));
}

/** Returns the providers under `providers:` and the older `custom_providers:`. */
export function listDescribed(config: Part): readonly HermesVendor[] {
  const current = config.at('providers').entries();
  const older = config.at('custom_providers').items();
  const nameOf = (block: Part): string =>
    block.text('name') ?? `custom-${Number(block.path[1]) + 1}`;
  const blocks = [...current, ...older.map((block) => [nameOf(block), block] as const)];
  return blocks
    .filter(([, block]) => block.isObject)
    .map(([id, described]) => {
      const shown = described.text('name') ?? id;
      const ids = [...new Set([shown.toLowerCase(), toName(shown), id])].map(
        (pool) => `custom:${pool}`,
      );
      const becomes = described.text('base_url', 'api', 'url') ?? '';
      return { kind: 'described', id, ids, becomes, variables: [], movedBy: '', described };
    });
}

/**
 * Makes a name valid in `provider/model`: `Local (localhost:8080)` becomes `local-localhost-8080`.
 */
export function toName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'imported' : name;
}
