/**
 * Judges a JSON answer to a passed-through request (step 4 of a request): it must parse completely
 * and not be an error. Pure.
 */

import type { Operation } from '../../model/protocol.ts';
import type { Usage } from '../../model/record.ts';
import { describeBody } from '../body/json-body.ts';
import { saysFault } from '../content/says-fault.ts';
import type { BodyVerdict } from '../contract/protocol.ts';
import {
  isRecord,
  parseOrNothing,
  recordsIn,
  textsIn,
  type WireObject,
} from '../json/is-record.ts';
import type { NeutralUsage } from '../translation/neutral.ts';
import { countChatTokens, countResponseTokens, readUsage } from '../translation/usage.ts';

/** Fields of a file or a batch with ids that only its account knows. */
const idFields = ['id', 'input_file_id', 'output_file_id', 'error_file_id'];

/** The body of an answer, or the last event of its stream. */
export function judgePassed(text: string, operation?: Operation): BodyVerdict {
  const value = parseOrNothing(text);
  if (Array.isArray(value)) return { kind: 'answer', usage: undefined, isEmpty: false, body: {} };
  if (!isRecord(value)) return { kind: 'malformed', detail: describeBody(text) };
  if (saysError(value)) return { kind: 'error' };
  return {
    kind: 'answer',
    usage:
      operation === 'responses' ? usageOfStored(value) : readUsage(value['usage'], countPassed),
    isEmpty: false,
    body: value,
    made: listMade(value),
  };
}

/**
 * A stored answer was counted when it was made: to fetch it costs nothing. One that was made in the
 * background says what it has used when it has ended.
 */
function usageOfStored({ response, ...whole }: WireObject): Usage | undefined {
  const { background, status, usage } = isRecord(response) ? response : whole;
  const isOver = status !== 'queued' && status !== 'in_progress';
  return background === true && isOver ? readUsage(usage, countPassed) : undefined;
}

/**
 * True if an error is in place of an answer. A failed batch has its own field for that (`errors`),
 * and a stored answer that failed says so in its own.
 */
export function saysError(value: WireObject): boolean {
  if (value['object'] === 'response') return false;
  return saysFault(value['error']) || value['type'] === 'error';
}

function listMade({ data, ...body }: WireObject): readonly string[] {
  const objects = Array.isArray(data) ? recordsIn(data) : [body];
  return objects.flatMap(listIds);
}

/** Returns the ids of an object and of what comes with it. */
export function listIds(object: WireObject): readonly string[] {
  return idFields.flatMap((field) => textsIn(object[field]));
}

/** True for a file that a provider made for a batch: only the batch says whose it is. */
export function isUnclaimed({ purpose }: WireObject): boolean {
  return purpose === 'batch_output';
}

/** Images and audio have these fields, or with some vendors those of chat. */
function countPassed(usage: WireObject): NeutralUsage {
  return usage['input_tokens'] == null ? countChatTokens(usage) : countResponseTokens(usage);
}
