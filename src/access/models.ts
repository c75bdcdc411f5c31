/** The answer to `GET models`: tasks first, then every model that config, catalogue and the providers' own lists name. One shape for all clients. */

import type { ResolvedConfig } from '../config/resolved.ts';
import { RequestError } from '../errors.ts';
import type { ModelLists } from './model-lists.ts';

interface ListedModel {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
  readonly type: 'model';
  readonly display_name: string;
  readonly created_at: string;
}

/** The whole list, or one entry of it. Throws `RequestError` (404) for an id that is not there. */
export function listModels(config: ResolvedConfig, lists: ModelLists, id?: string): unknown {
  const data = modelNames(config, lists).map(({ name, owner }) => toListed(name, owner));
  if (id === undefined) {
    return {
      object: 'list',
      data,
      has_more: false,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
      models: [],
    };
  }
  const found = data.find((model) => model.id === id);
  if (found !== undefined) return found;
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
}

/** Names a request may use, each once: tasks, routed targets, and the models of configured providers. */
export function modelNames(config: ResolvedConfig, lists: ModelLists): readonly ModelName[] {
  const names = new Map<string, string>();
  for (const task of config.routes.keys()) names.set(task, 'holdfast');
  for (const { targets } of config.routes.values()) {
    for (const { target } of targets) names.set(target.id, target.provider);
  }
  for (const provider of config.providers.values()) {
    const { name, entry } = provider;
    for (const { id, retiredOn } of entry.models)
      if (retiredOn === undefined) names.set(`${name}/${id}`, name);
    for (const id of lists.idsOf(provider)) names.set(`${name}/${id}`, name);
  }
  return [...names].map(([name, owner]) => ({ name, owner }));
}

function toListed(id: string, owner: string): ListedModel {
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
