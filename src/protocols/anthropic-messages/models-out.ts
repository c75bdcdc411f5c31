/** The list of models as the Anthropic SDK types it. */

import { createPage, type ModelName } from '../contract/model-list.ts';

export function encodeMessagesModels(models: readonly ModelName[]): object {
  return createPage(models, encodeMessagesModel);
}

/** What nobody here knows is null. */
export function encodeMessagesModel({ name: id }: ModelName): object {
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
