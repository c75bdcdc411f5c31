/**
 * The model list in OpenAI's shape, plus the fields that clients of other vendors read at the same
 * address.
 */

import { createPage, type ModelName } from '../contract/model-list.ts';

export function encodeOpenaiModels(models: readonly ModelName[]): object {
  return { object: 'list', ...createPage(models, encodeOpenaiModel), models: [] };
}

export function encodeOpenaiModel({ name: id, owner }: ModelName): object {
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
