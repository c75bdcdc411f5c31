/**
 * Changes a `google-generate-content` body for a target: the signatures of its parts, and the model
 * of requests within it. Pure.
 */

import type { BodyEdits } from '../contract/body-edits.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import { isDropped, unsignedCall } from '../translation/sealed.ts';
import { namesOfThought } from './bound.ts';

export const googleEdits: BodyEdits = {
  conversation: ['contents'],
  dropSealed: (body, names) => mapParts(body, (part) => dropSignature(part, names)),
  mapCalls: (body, change) =>
    mapParts(body, (part) => ['functionCall' in part ? change(part) : part]),
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
  names: readonly string[] | undefined,
): readonly WireObject[] {
  if (!isDropped(namesOfThought(part), names)) return [part];
  const { thoughtSignature: _, thought_signature: __, ...rest } = part;
  if ('functionCall' in rest) return [{ ...rest, thoughtSignature: unsignedCall }];
  return rest['text'] === '' || Object.keys(rest).length === 0 ? [] : [rest];
}

/** Drops a turn that has no parts left. */
function mapParts(
  body: WireObject,
  change: (part: WireObject) => readonly WireObject[],
): WireObject {
  const { contents } = body;
  if (!Array.isArray(contents)) return body;
  const mapped = contents.flatMap((content: unknown): readonly unknown[] => {
    const parts: unknown = isRecord(content) ? content['parts'] : undefined;
    if (!isRecord(content) || !Array.isArray(parts)) return [content];
    const kept = parts.flatMap((part: unknown): readonly unknown[] =>
      isRecord(part) ? change(part) : [part],
    );
    return kept.length === 0 && parts.length > 0 ? [] : [{ ...content, parts: kept }];
  });
  return { ...body, contents: mapped };
}
