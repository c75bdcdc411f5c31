/** The answer to `GET models`: tasks first, then every model that config names, and those of its providers by the catalogue and their own lists. */

import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { RequestError } from '../../errors.ts';
import type { ProtocolName } from '../../model/protocol.ts';
import type { ModelLists } from './model-lists.ts';

/** Who asks for the list: `id` names one entry of it. */
export interface ModelQuestion {
  readonly id: string | undefined;
  /** Whose clients read it. */
  readonly protocol: ProtocolName;
}

/**
 * The whole list, or one entry of it: in the shape that Anthropic's clients expect, or in one that all others can read.
 * Throws `RequestError` (404) for an id that is not there.
 */
export function listModels(
  config: ResolvedConfig,
  lists: ModelLists,
  { id, protocol }: ModelQuestion,
): unknown {
  const names = modelNames(config, lists);
  if (protocol === 'google-generate-content' && id === undefined) return { models: names.map(toResource) };
  const found = names.find(({ name }) => name === id);
  if (protocol === 'google-generate-content' && found !== undefined) return toResource(found);
  const toEntry = protocol === 'anthropic-messages' ? toModelInfo : toListed;
  if (id === undefined) {
    const data = names.map(toEntry);
    const page = {
      data,
      has_more: false,
      first_id: names[0]?.name ?? null,
      last_id: names.at(-1)?.name ?? null,
    };
    return protocol === 'anthropic-messages' ? page : { object: 'list', ...page, models: [] };
  }
  if (found !== undefined) return toEntry(found);
  throw new RequestError('model-unknown', `the model "${id}" is not listed`, {
    status: 404,
    howToFix: 'GET /v1/models lists what is there',
  });
}

export interface ModelName {
  /** A task, or `provider/model`. */
  readonly name: string;
  /** `holdfast` for a task, else the provider. */
  readonly owner: string;
  /** Tokens that it reads and writes in all; absent of a task, and where nobody has said. */
  readonly contextWindow?: number;
}

/** Names a request may use, each once: tasks, routed targets, and the models of configured providers. */
export function modelNames(config: ResolvedConfig, lists: ModelLists): readonly ModelName[] {
  const names = new Map<string, ModelName>();
  const add = (name: string, owner: string, contextWindow?: number): void => {
    if (!names.has(name))
      names.set(name, { name, owner, ...(contextWindow === undefined ? {} : { contextWindow }) });
  };
  for (const task of config.routes.keys()) add(task, 'holdfast');
  for (const { targets } of config.routes.values()) {
    for (const { target } of targets) add(target.id, target.provider, target.contextWindow);
  }
  for (const provider of config.providers.values()) {
    const { name, entry } = provider;
    for (const { id, retiredOn, contextWindow } of entry.models)
      if (retiredOn === undefined) add(`${name}/${id}`, name, contextWindow);
    for (const id of lists.idsOf(provider)) add(`${name}/${id}`, name);
  }
  return [...names.values()];
}

function toListed({ name: id, owner }: ModelName): object {
  return {
    id,
    object: 'model',
    created: 0,
    owned_by: owner,
    type: 'model',
    display_name: id,
    created_at: '1970-01-01T00:00:00Z',
  };
}

/** As the Gemini API lists it: https://ai.google.dev/api/models, read 2026-11. */
function toResource({ name }: ModelName): object {
  const supportedGenerationMethods = ['generateContent', 'streamGenerateContent', 'countTokens'];
  return { name: `models/${name}`, version: '', displayName: name, supportedGenerationMethods };
}

/** As the Anthropic SDK types it; what nobody here knows is null. */
function toModelInfo({ name: id }: ModelName): object {
  return {
    type: 'model',
    id,
    display_name: id,
    created_at: '1970-01-01T00:00:00Z',
    capabilities: null,
    deprecated_at: null,
    lifecycle: 'active',
    line: null,
    max_input_tokens: null,
    max_tokens: null,
  };
}
