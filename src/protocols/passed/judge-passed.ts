/**
 * Judges a JSON answer to a request that was passed through (step 4 of a request): it must parse to
 * its end and be no error. Pure.
 */

import { describeBody } from '../body/json-body.ts';
import { saysFault } from '../content/says-fault.ts';
import type { BodyVerdict } from '../contract/protocol.ts';
import { isRecord, parseOrNothing, recordsIn, type WireObject } from '../json/is-record.ts';
import type { NeutralUsage } from '../translation/neutral.ts';
import { countChatTokens, countResponseTokens, readUsage } from '../translation/usage.ts';

/** Fields of a file or a batch that name what only its account knows. */
const idFields = ['id', 'input_file_id', 'output_file_id', 'error_file_id'];

export function judgePassed(text: string): BodyVerdict {
  const value = parseOrNothing(text);
  if (Array.isArray(value)) return { kind: 'answer', usage: undefined, isEmpty: false, body: {} };
  if (!isRecord(value)) return { kind: 'malformed', detail: describeBody(text) };
  if (saysError(value)) return { kind: 'error' };
  return {
    kind: 'answer',
    usage: readUsage(value['usage'], countPassed),
    isEmpty: false,
    body: value,
    made: listIds(value),
  };
}

/**
 * An error where an answer should be: a batch that has failed says so in words of its own
 * (`errors`).
 */
export function saysError(value: WireObject): boolean {
  return saysFault(value['error']) || value['type'] === 'error';
}

function listIds(body: WireObject): readonly string[] {
  const { data } = body;
  const objects = Array.isArray(data) ? recordsIn(data) : [body];
  return objects.flatMap((object) => idFields.flatMap((field) => stringsIn(object[field])));
}

function stringsIn(value: unknown): readonly string[] {
  return typeof value === 'string' && value !== '' ? [value] : [];
}

/** Pictures and sound are counted in these words, and by some vendors in those of a chat. */
function countPassed(usage: WireObject): NeutralUsage {
  return usage['input_tokens'] == null ? countChatTokens(usage) : countResponseTokens(usage);
}
