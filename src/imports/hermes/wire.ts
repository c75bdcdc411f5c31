/**
 * Shapes of Hermes Agent's `config.yaml` and `auth.json`, only what an import reads. Lenient: a field of a wrong type
 * counts as absent, an entry that is no object as nothing, unknown fields stay outside.
 */

import { z } from 'zod';
import type { KeyPath } from '../../config/schema/schema.ts';

const text = z.string().trim().min(1).optional().catch(undefined);
const count = z.coerce.number().int().positive().optional().catch(undefined);
const seconds = z.coerce.number().positive().optional().catch(undefined);

/** Fields by which every part of the config names a provider, a model, a server and a key. */
const endpointFields = {
  provider: text,
  model: text,
  base_url: text,
  api_key: text,
  key_env: text,
  api_key_env: text,
  key_cmd: text,
  api_mode: text,
  transport: text,
  context_length: count,
};

const endpoint = z.object(endpointFields);

const mainModel = z.object({
  ...endpointFields,
  default: text,
  max_tokens: count,
  default_headers: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

const modelFacts = z.object({ context_length: count }).nullable().catch(null);

/** Under `providers:`, or an item of `custom_providers:`. */
const namedProvider = z.object({
  ...endpointFields,
  name: text,
  api: text,
  url: text,
  default_model: text,
  models: z.record(z.string(), modelFacts).optional().catch(undefined),
});

const task = z.object({
  ...endpointFields,
  enabled: z.boolean().optional().catch(undefined),
  timeout: seconds,
  max_concurrency: count,
  extra_body: z.record(z.string(), z.unknown()).optional().catch(undefined),
  reasoning_effort: text,
  fallback_chain: listOf(z.object({ ...endpointFields, timeout: seconds })),
});

const hermesConfig = z.object({
  model: z.union([z.string(), mainModel]).optional().catch(undefined),
  providers: recordOf(namedProvider),
  custom_providers: listOf(namedProvider),
  fallback_providers: listOf(endpoint),
  fallback_model: listOf(endpoint),
  auxiliary: z.record(z.string(), z.unknown()).catch({}).default({}),
  compression: z
    .object({ summary_provider: text, summary_model: text, summary_base_url: text })
    .catch({})
    .default({}),
  credential_pool_strategies: z.record(z.string(), text).catch({}).default({}),
});

/** One row of the credential pool. `access_token` holds API keys too. */
const poolRow = z.object({
  id: text,
  label: text,
  auth_type: text,
  priority: z.coerce.number().optional().catch(undefined),
  source: text,
  access_token: text,
  secret_fingerprint: text,
  last_status: text,
  last_error_code: z.coerce.number().optional().catch(undefined),
  base_url: text,
});

const login = z.object({
  label: text,
  tokens: z.object({ access_token: text, refresh_token: text, id_token: text }).optional().catch(undefined),
  access_token: text,
  refresh_token: text,
  last_auth_error: z
    .object({ relogin_required: z.boolean().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

const authStore = z.object({
  active_provider: text,
  providers: recordOf(login),
  credential_pool: z.record(z.string(), listOf(poolRow)).catch({}).default({}),
  suppressed_sources: z.record(z.string(), z.array(z.string()).catch([])).catch({}).default({}),
});

export type HermesEndpoint = z.infer<typeof endpoint>;
export type HermesNamedProvider = z.infer<typeof namedProvider>;
export type HermesTask = z.infer<typeof task>;
export type HermesConfig = z.infer<typeof hermesConfig>;
export type HermesPoolRow = z.infer<typeof poolRow>;
export type HermesAuth = z.infer<typeof authStore>;

/** A block of their config that names a provider, a server or a key, and its place. */
export interface Naming {
  readonly block: HermesEndpoint;
  readonly path: KeyPath;
}

/** Reads a parsed `config.yaml`; anything that is no object is an empty config. */
export function parseHermesConfig(value: unknown): HermesConfig {
  return hermesConfig.catch(hermesConfig.parse({})).parse(value);
}

/** Reads a parsed `auth.json`. */
export function parseHermesAuth(value: unknown): HermesAuth {
  return authStore.catch(authStore.parse({})).parse(value);
}

/** One block under `auxiliary:`; undefined when it is no block, such as a global setting. */
export function parseHermesTask(value: unknown): HermesTask | undefined {
  return task.safeParse(value).data;
}

/** A list, or a single item where a list belongs; items that do not fit are left out, their places stay. */
function listOf<T extends z.ZodType>(item: T) {
  const nothing: null[] = [];
  return z
    .preprocess(
      (value) => (Array.isArray(value) || typeof value !== 'object' || value === null ? value : [value]),
      z.array(item.nullable().catch(null)),
    )
    .catch(nothing)
    .default(nothing);
}

function recordOf<T extends z.ZodType>(item: T) {
  const nothing: Record<string, null> = {};
  return z.record(z.string(), item.nullable().catch(null)).catch(nothing).default(nothing);
}
