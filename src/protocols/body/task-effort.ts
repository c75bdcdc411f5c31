/** How much a task wants its targets to reason, in the words of the protocol in which they are asked (step 3 of a request). Pure. */

import { assertNever } from '../../errors.ts';
import type { Target } from '../../model/target.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';

/** The fields that are looked at for it. */
export const effortFieldsRead = ['reasoning'];

/** Fields for the body. In `anthropic-messages` and `google-generate-content` none: which of its words a model takes differs, and only the translate leg knows. */
export function effortFields(
  target: Pick<Target, 'protocol' | 'reasoningEffort'>,
  body: WireObject,
): WireObject {
  const { protocol, reasoningEffort: effort } = target;
  if (effort === undefined) return {};
  switch (protocol) {
    case 'openai-chat':
      return { reasoning_effort: effort };
    case 'openai-responses': {
      const asked = body['reasoning'];
      return { reasoning: { ...(isRecord(asked) ? asked : {}), effort } };
    }
    case 'anthropic-messages':
    case 'google-generate-content':
      return {};
    default:
      return assertNever(protocol);
  }
}
