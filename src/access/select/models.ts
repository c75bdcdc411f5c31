/**
 * The answer to `GET models`: tasks first, then every model that config names, and those of its
 * providers by the catalogue and their own lists.
 */

import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { RequestError } from '../../errors.ts';
import type { ModelName } from '../../protocols/contract/model-list.ts';
import type { Protocol } from '../../protocols/contract/protocol.ts';
import type { ModelLists } from './model-lists.ts';

/** `id` asks for one entry of the list. */
export interface ModelQuestion {
  readonly id: string | undefined;
  /** Belongs to the client. */
  readonly protocol: Pick<Protocol, 'encodeModel' | 'encodeModels'>;
}

/** Returns the whole list, or one entry of it. Throws `RequestError` (404) for an unknown id. */
export function listModels(
  config: ResolvedConfig,
  lists: ModelLists,
  { id, protocol }: ModelQuestion,
): object {
  const names = modelNames(config, lists);
  if (id === undefined) return protocol.encodeModels(names);
  const found = names.find(({ name }) => name === id);
  if (found !== undefined) return protocol.encodeModel(found);
  throw new RequestError('model-unknown', `the model "${id}" is not listed`, {
    status: 404,
    fix: 'GET /v1/models lists what is there',
  });
}

/**
 * Returns names that a request may use, each once: tasks, routed targets, and the models of
 * configured providers.
 */
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
