/**
 * Finds the parts of `google-generate-content` requests and answers that are bound to one account:
 * caches, files, signed thoughts.
 */

import { boundTo } from '../body/bound-reference.ts';
import type { BodyForm } from '../body/read-body.ts';
import type { Bound, BoundReference } from '../contract/protocol.ts';
import { isRecord, recordsIn, type WireObject } from '../json/is-record.ts';
import { createWordList } from '../json/scan.ts';
import { namesOfSeals } from '../translation/sealed.ts';
import { candidatesOf, partsIn, partsOf } from './parts.ts';

/**
 * Top-level fields and nested words; every body with something bound contains at least one of them.
 */
export const bound: BodyForm['bound'] = {
  fields: ['cachedContent', 'cached_content'],
  words: createWordList(['thoughtSignature', 'thought_signature', 'fileUri', 'file_uri']),
  find: findBound,
};

export function findBound(body: WireObject): Bound {
  const { contents, cachedContent = body['cached_content'] } = body;
  const parts = recordsIn(contents).flatMap(partsIn);
  return {
    references: [...boundTo('cachedContent', cachedContent), ...parts.flatMap(referTo)],
    sealed: parts.flatMap(namesOfThought),
  };
}

/** The names under which a signed part is remembered. */
export function namesOfThought(part: WireObject): readonly string[] {
  return namesOfSeals(part['thoughtSignature'] ?? part['thought_signature']);
}

/** Signatures in a whole answer or in one event. Called for every event, hence plain loops. */
export function namesOfAnswer(answer: WireObject): readonly string[] {
  const names: string[] = [];
  for (const candidate of candidatesOf(answer))
    for (const part of partsOf(candidate)) names.push(...namesOfThought(part));
  return names;
}

/** Uploaded files only: a web address works for every account. */
function referTo(part: WireObject): readonly BoundReference[] {
  const { fileData: data = part['file_data'] } = part;
  const uri: unknown = isRecord(data) ? (data['fileUri'] ?? data['file_uri']) : undefined;
  return typeof uri === 'string' && /(^|\/)files\/[^/]+$/.test(uri) ? boundTo('fileUri', uri) : [];
}
