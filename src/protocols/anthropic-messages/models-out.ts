/** Encodes the model list in the shape of the Anthropic SDK. */

import { createPage, type ModelName } from '../contract/model-list.ts';

export function encodeMessagesModels(models: readonly ModelName[]): object {
  return createPage(models, encodeMessagesModel);
}

/** Unknown fields are null. */
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
