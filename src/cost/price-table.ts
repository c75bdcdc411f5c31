/**
 * Lists vendors' prices for a million tokens, in USD, for models of our catalogue and the great
 * families. Data, and its reader; `prices:` in the configuration replaces it.
 */

import type { Price } from '../model/target.ts';

/**
 * Keyed by our name of the provider and the vendor's id of the model. If a price rises with the
 * length of a prompt, or at certain hours, this has the lowest.
 */
type PriceTable = Readonly<Record<string, Readonly<Record<string, Omit<Price, 'asOf'>>>>>;

/**
 * From the package genai-prices 0.2.3 (https://github.com/pydantic/genai-prices, MIT). Zhipu's are
 * those of open.bigmodel.cn, in USD.
 */
const collected: PriceTable = {
  openai: {
    'gpt-6-luna': { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
    'gpt-6-astra': { input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5 },
    'gpt-6.1-sol': { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
    'gpt-6.1-terra': { input: 1, output: 5, cacheRead: 0.05, cacheWrite: 1.25 },
    'gpt-5.5': { input: 5, output: 30, cacheRead: 0.5 },
    'gpt-5.1': { input: 1.25, output: 10, cacheRead: 0.125 },
    'gpt-5': { input: 1.25, output: 10, cacheRead: 0.125 },
    'gpt-5-mini': { input: 0.25, output: 2, cacheRead: 0.025 },
    'gpt-5-nano': { input: 0.05, output: 0.4, cacheRead: 0.005 },
    'gpt-4.1': { input: 2, output: 8, cacheRead: 0.5 },
    'gpt-4.1-mini': { input: 0.4, output: 1.6, cacheRead: 0.1 },
    'gpt-4.1-nano': { input: 0.1, output: 0.4, cacheRead: 0.025 },
    'gpt-4o': { input: 2.5, output: 10, cacheRead: 1.25 },
    'gpt-4o-mini': { input: 0.15, output: 0.6, cacheRead: 0.075 },
    o3: { input: 2, output: 8, cacheRead: 0.5 },
    'o4-mini': { input: 1.1, output: 4.4, cacheRead: 0.275 },
    'text-embedding-3-small': { input: 0.02, output: 0 },
    'text-embedding-3-large': { input: 0.13, output: 0 },
  },
  anthropic: {
    'claude-haiku-5-5': { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
    'claude-haiku-4-5': { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
    'claude-sonnet-5-5': { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
    'claude-sonnet-4-6': { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
    'claude-sonnet-4-5': { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
    'claude-opus-5-5': { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
    'claude-opus-4-8': { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 },
    'claude-opus-4-5': { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 },
    'claude-fable-5-2': { input: 8, output: 40, cacheRead: 0.2, cacheWrite: 10 },
  },
  // Claude in one region; ids that begin with `global.` cost a tenth less
  bedrock: {
    'anthropic.claude-haiku-4-5': { input: 1.1, output: 5.5, cacheRead: 0.11, cacheWrite: 1.375 },
    'anthropic.claude-sonnet-4-6': { input: 3.3, output: 16.5, cacheRead: 0.33, cacheWrite: 4.125 },
    'anthropic.claude-sonnet-4-5': { input: 3.3, output: 16.5, cacheRead: 0.33, cacheWrite: 4.125 },
    'anthropic.claude-opus-4-8': { input: 5.5, output: 27.5, cacheRead: 0.55, cacheWrite: 6.875 },
    'anthropic.claude-opus-4-5': { input: 5.5, output: 27.5, cacheRead: 0.55, cacheWrite: 6.875 },
    'openai.gpt-oss-120b-1:0': { input: 0.15, output: 0.6 },
    'openai.gpt-oss-20b-1:0': { input: 0.07, output: 0.3 },
  },
  deepseek: {
    'deepseek-flash': { input: 0.15, output: 0.6, cacheRead: 0.003 },
    'deepseek-v4-pro': { input: 0.66, output: 1.98, cacheRead: 0.022 },
  },
  gemini: {
    'gemini-4-argon': { input: 2, output: 10, cacheRead: 0.1 },
    'gemini-3.8-flash': { input: 0.75, output: 3.75, cacheRead: 0.075 },
    'gemini-3.5-flash-lite': { input: 0.3, output: 2.5, cacheRead: 0.03 },
    'gemini-2.5-pro': { input: 1.25, output: 10, cacheRead: 0.125 },
    'gemini-2.5-flash': { input: 0.3, output: 2.5, cacheRead: 0.03 },
    'gemini-2.5-flash-lite': { input: 0.1, output: 0.4, cacheRead: 0.01 },
    'gemini-embedding-001': { input: 0.15, output: 0 },
  },
  groq: {
    'openai/gpt-oss-120b': { input: 0.15, output: 0.6, cacheRead: 0.075 },
    'openai/gpt-oss-20b': { input: 0.075, output: 0.3, cacheRead: 0.0375 },
    'qwen/qwen3.8-27b': { input: 0.8, output: 4 },
    'llama-3.3-70b-versatile': { input: 0.59, output: 0.79 },
    'llama-3.1-8b-instant': { input: 0.05, output: 0.08 },
  },
  minimax: {
    'MiniMax-M3': { input: 0.3, output: 1.2, cacheRead: 0.06 },
    'MiniMax-M3.1-Flash': { input: 0.15, output: 0.6, cacheRead: 0.015 },
    'MiniMax-M2.7': { input: 0.3, output: 1.2, cacheRead: 0.06, cacheWrite: 0.375 },
  },
  mistral: {
    'mistral-medium-latest': { input: 1.5, output: 7.5, cacheRead: 0.15 },
    'mistral-large-4': { input: 0.7, output: 2.1, cacheRead: 0.07 },
    'mistral-small-latest': { input: 0.15, output: 0.6, cacheRead: 0.015 },
  },
  moonshot: {
    'kimi-k2.6': { input: 0.95, output: 4, cacheRead: 0.16 },
    'kimi-k3.1-pro': { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2 },
    'kimi-k3': { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3 },
    'kimi-k2.7-code': { input: 0.95, output: 4, cacheRead: 0.19 },
  },
  openrouter: {
    'anthropic/claude-haiku-4.5': { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
    'anthropic/claude-haiku-5.5': { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
    'anthropic/claude-sonnet-5.5': { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
    'openai/gpt-6-luna': { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
    'google/gemini-3.8-flash': { input: 0.75, output: 3.75, cacheRead: 0.075 },
    'deepseek/deepseek-v4.1-flash': { input: 0.21, output: 0.84, cacheRead: 0.0042 },
    'xiaomi/mimo-v2.6-pro': { input: 0.435, output: 0.87, cacheRead: 0.0036 },
  },
  xai: {
    'grok-4.7': { input: 2, output: 6, cacheRead: 0.5 },
    'grok-4.6': { input: 2, output: 6, cacheRead: 0.5 },
    'grok-4.3': { input: 1.25, output: 2.5, cacheRead: 0.2 },
  },
  together: {
    'openai/gpt-oss-120b': { input: 0.15, output: 0.6 },
    'zai-org/GLM-5.3-Flash': { input: 0.15, output: 0.5, cacheRead: 0.03 },
    'deepseek-ai/DeepSeek-V4.1-Flash': { input: 0.3, output: 1.2, cacheRead: 0.006 },
    'moonshotai/Kimi-K3.1-Pro': { input: 2, output: 10, cacheRead: 0.2 },
  },
  fireworks: {
    'accounts/fireworks/models/glm-5p3-flash': { input: 0.15, output: 0.5, cacheRead: 0.03 },
    'accounts/fireworks/models/deepseek-v4p1-flash': { input: 0.3, output: 1.2, cacheRead: 0.006 },
    'accounts/fireworks/models/kimi-k3p1-pro': { input: 2, output: 10, cacheRead: 0.2 },
  },
  zhipu: {
    'glm-5.3-flash': { input: 0.11, output: 0.386, cacheRead: 0.032 },
    'glm-5.3': { input: 1.103, output: 3.862, cacheRead: 0.276 },
    'glm-5.2': { input: 1.103, output: 3.862, cacheRead: 0.276 },
    'glm-4.7': { input: 0.276, output: 1.103, cacheRead: 0.055 },
  },
  // Xiaomi's own list is in yuan (3 and 6 for mimo-v2.5-pro since 2026-05-27:
  // https://eu.36kr.com/en/p/3828341593641605); these are OpenRouter's prices for Xiaomi's
  // endpoint, from the same data.
  xiaomi: {
    'mimo-v2.6-pro': { input: 0.435, output: 0.87, cacheRead: 0.0036 },
    'mimo-v2.6-flash': { input: 0.14, output: 0.28, cacheRead: 0.0028 },
    'mimo-v2.6-pro-ultraspeed': { input: 4.35, output: 8.7, cacheRead: 0.036 },
    'mimo-v2.5-pro': { input: 0.435, output: 0.87, cacheRead: 0.0036 },
  },
};

/** Taken from single pages, because the package has nothing of the vendor's own. */
const read: PriceTable = {
  qwen: {
    // https://www.alibabacloud.com/help/en/model-studio/billing-for-model-studio
    'qwen-plus': { input: 0.4, output: 1.2 },
    // https://dev.to/hassann/how-to-use-the-qwen-38-api-1cgm, after Model Studio's documents
    'qwen3.8-max': { input: 2, output: 6 },
  },
};

/**
 * Clouds that ask a vendor's own prices for its models. [D]
 * https://platform.claude.com/docs/en/build-with-claude/claude-in-microsoft-foundry,
 * https://cloud.google.com/vertex-ai/generative-ai/pricing
 */
const resold: Readonly<Record<string, string>> = { foundry: 'anthropic', vertex: 'gemini' };

/** All were looked up on this day. */
const asOf = '2026-11-23';

/** Matches the ending of a dated model version: `-20250929`, `-2025-11-13`. */
const datedVersion = /-(20\d{6}|20\d\d-\d\d-\d\d)$/;

/** Returns undefined if the table has no price for it. */
export function findPrice(provider: string, model: string): Price | undefined {
  const models = collected[resold[provider] ?? provider] ?? read[provider];
  const price = models?.[model] ?? models?.[model.replace(datedVersion, '')];
  return price === undefined ? undefined : { ...price, asOf };
}

/** Returns the price of the dearest model that is listed. */
export function highestPrice(): Pick<Price, 'input' | 'output'> {
  const [highest] = Object.values(collected)
    .flatMap((models) => Object.values(models))
    .toSorted((one, other) => other.output - one.output);
  return highest ?? { input: 0, output: 0 };
}
