/** The model in a body for a target (step 3 of a request): at the top, or, where the path names it, in the requests within it. Pure. */

import type { Target } from '../../model/target.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';

export function nameModel(
  { protocol, model }: Pick<Target, 'protocol' | 'model'>,
  body: WireObject,
): WireObject {
  if (protocol !== 'google-generate-content') return { ...body, model };
  const { requests, generateContentRequest: counted } = body;
  const name = (request: unknown): unknown =>
    isRecord(request)
      ? { ...request, model: /^(models|tunedModels)\//.test(model) ? model : `models/${model}` }
      : request;
  return {
    ...body,
    ...(Array.isArray(requests) ? { requests: requests.map(name) } : {}),
    ...(counted === undefined ? {} : { generateContentRequest: name(counted) }),
  };
}
