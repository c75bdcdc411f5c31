/**
 * Changes a `google-generate-content` body for a target: the signatures of its parts, and the model
 * of requests within it. Pure.
 */

import type { BodyEditing } from '../contract/body-editing.ts';
import { isRecord, mapParts, type WireObject } from '../json/is-record.ts';
import { isDropped, unsignedCall } from '../translation/sealed.ts';
import { namesOfThought } from './bound.ts';
import { partsIn } from './parts.ts';

const place = ['contents', 'parts'] as const;

export const googleEdits: BodyEditing = {
  conversation: ['contents'],
  dropSealed: (body, names) => mapParts(body, place, (part) => dropSignature(part, names)),
  mapCalls: (body, change) =>
    mapParts(body, place, (part) => ('functionCall' in part ? change(part) : part)),
  isToolResult: (last) => partsIn(last).some((part) => isRecord(part['functionResponse'])),
  requests: {
    fields: ['requests', 'generateContentRequest'],
    nameModel: (request, model) => ({
      ...request,
      model: /^(models|tunedModels)\//.test(model) ? model : `models/${model}`,
    }),
  },
};

/**
 * Removes a part's signature; a call needs a replacement, and a part with nothing else is dropped.
 */
function dropSignature(
  part: WireObject,
  names: ReadonlySet<string> | undefined,
): readonly WireObject[] {
  if (!isDropped(namesOfThought(part), names)) return [part];
  const { thoughtSignature: _, thought_signature: __, ...rest } = part;
  if ('functionCall' in rest) return [{ ...rest, thoughtSignature: unsignedCall }];
  return rest['text'] === '' || Object.keys(rest).length === 0 ? [] : [rest];
}
