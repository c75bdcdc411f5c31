/** The model in a body for a target (step 3 of a request): at the top, or, where the path names it, in the requests within it. */

import type { Target } from '../../model/target.ts';
import { isRecord } from '../json/is-record.ts';
import type { EditedBody } from './edited-body.ts';

export function nameModel({ protocol, model }: Pick<Target, 'protocol' | 'model'>, body: EditedBody): void {
  if (protocol !== 'google-generate-content') {
    body.set('model', model);
    return;
  }
  const name = (request: unknown): unknown =>
    isRecord(request)
      ? { ...request, model: /^(models|tunedModels)\//.test(model) ? model : `models/${model}` }
      : request;
  const [requests, counted] = [body.read('requests'), body.read('generateContentRequest')];
  if (Array.isArray(requests)) body.set('requests', requests.map(name));
  if (counted !== undefined) body.set('generateContentRequest', name(counted));
}
