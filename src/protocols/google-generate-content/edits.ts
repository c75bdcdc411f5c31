/**
 * How a `google-generate-content` body is edited for a target: the signatures of its parts, and the
 * model in requests within it. Pure.
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
 * A part says the same without its signature, but a call must bear one; a part that was nothing
 * else is gone.
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

/** A turn that is left without parts is gone. */
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
