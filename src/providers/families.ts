/**
 * Lists how families of models differ from their protocol, whoever serves them: read in the AI
 * SDK's packages `@ai-sdk/anthropic` 3.0.138 and `@ai-sdk/openai` 3.0.141, 2026-11. The first
 * matching row counts; config can override each fact.
 */

import type { ModelTraits } from '../model/target.ts';

export interface ModelFamily {
  /** Matches the ids of its models, without the name of a vendor before it. */
  readonly match: RegExp;
  /** Its models write at most this many tokens, unless an entry says otherwise. */
  readonly maxOutput?: number;
  readonly traits: ModelTraits;
}

const [small, medium, large] = [32_000, 64_000, 128_000];
const newest = ['sampling', 'no-thinking', 'thinking-budget', 'forced-tool'] as const;
const takesSchemas = true;
const systemRole = 'developer';
const sixSteps = ['low', 'medium', 'high', 'xhigh', 'max'];

export const modelFamilies: readonly ModelFamily[] = [
  // [S] https://github.com/vercel/ai/tree/main/packages/anthropic, 2026-11-21
  {
    match: /claude-(sonnet|opus)-5[-.]5/,
    maxOutput: large,
    traits: { refuses: newest, takesSchemas },
  },
  {
    match: /claude-haiku-5[-.]5/,
    maxOutput: large,
    traits: { refuses: ['sampling', 'thinking-budget'], takesSchemas },
  },
  { match: /claude-fable-5[-.][1-9]/, maxOutput: large, traits: { refuses: newest, takesSchemas } },
  {
    match: /claude-fable-5/,
    maxOutput: large,
    traits: { refuses: ['sampling', 'no-thinking', 'thinking-budget'], takesSchemas },
  },
  {
    match: /claude-(opus-5|sonnet-5|opus-4[-.][78])/,
    maxOutput: large,
    traits: { refuses: ['sampling'], takesSchemas },
  },
  {
    match: /claude-(sonnet|opus)-4[-.]6/,
    maxOutput: large,
    traits: { refuses: ['sampling-pair'], takesSchemas },
  },
  {
    match: /claude-(sonnet|opus|haiku)-4[-.]5/,
    maxOutput: medium,
    traits: { refuses: ['sampling-pair'], takesSchemas },
  },
  {
    match: /claude-opus-4[-.]1/,
    maxOutput: small,
    traits: { refuses: ['sampling-pair'], takesSchemas },
  },
  { match: /claude-sonnet-4/, maxOutput: medium, traits: { refuses: ['sampling-pair'] } },
  { match: /claude-opus-4/, maxOutput: small, traits: { refuses: ['sampling-pair'] } },
  { match: /claude-(instant|v?2|3)([-.:]|$)/, traits: { refuses: ['sampling-pair'] } },
  { match: /claude-/, traits: { refuses: ['sampling'], takesSchemas } },
  // [S] https://github.com/vercel/ai/tree/main/packages/openai, 2026-11-21
  {
    match: /^gpt-6(\.1)?-(sol|luna|terra)$/,
    traits: { refuses: ['sampling'], efforts: ['none', ...sixSteps], systemRole },
  },
  { match: /^gpt-([6-9]|\d\d)/, traits: { refuses: ['sampling'], efforts: sixSteps, systemRole } },
  { match: /^gpt-5\.[1-9]/, traits: { refuses: ['sampling-while-thinking'], systemRole } },
  { match: /^gpt-5(-chat|$)/, traits: {} },
  { match: /^(o\d+|gpt-5)(-|$)/, traits: { refuses: ['sampling'], systemRole } },
  // [D] https://ai.google.dev/gemini-api/docs/thinking, 2026-11-22
  {
    match: /^gemini-([3-9]|\d\d)/,
    traits: { refuses: ['thinking-budget'], efforts: ['minimal', 'low', 'medium', 'high'] },
  },
  { match: /^gemini-2\.5-pro/, traits: { refuses: ['no-thinking'] } },
];

/** Returns the family of a model; undefined if it is unknown. */
export function familyOf(model: string): ModelFamily | undefined {
  const id = model.slice(model.lastIndexOf('/') + 1);
  return modelFamilies.find(({ match }) => match.test(id));
}

/**
 * The shortest prompt, in tokens, that Anthropic caches: the first matching row counts. A shorter
 * one is silently not cached. [D] https://docs.litellm.ai/docs/completion/prompt_caching, 2026-10;
 * unknown for the newest models.
 */
const cacheMinimums: readonly (readonly [match: RegExp, tokens: number])[] = [
  [/claude-(opus|fable|mythos)-5(?![-.]\d(?!\d))/, 512],
  [/claude-(sonnet-5(?![-.]\d(?!\d))|opus-4[-.]8|sonnet-4|opus-4[-.]1|opus-4(-\d{8}|$))/, 1024],
];

/** An unknown model has the largest known minimum. */
const unknownCacheMinimum = 4096;

export function cacheMinimumOf(model: string): number {
  return cacheMinimums.find(([match]) => match.test(model))?.[1] ?? unknownCacheMinimum;
}
