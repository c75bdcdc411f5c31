/** What came from the wire as JSON, read without a throw, and what it is when it is none (steps 3, 4 and 6 of a request). */

import type { Operation } from '../model/protocol.ts';
import { isRecord, parseOrNothing } from './is-record.ts';
import type { BodyVerdict, Protocol } from './protocol.ts';

/** Judges a whole answer by what it parses to. */
export function judgeText(text: string, { judgeAnswer }: Judge, operation: Operation): BodyVerdict {
  const body = parseOrNothing(text);
  return isRecord(body) ? judgeAnswer(body, operation) : { kind: 'malformed', detail: describeBody(text) };
}

type Judge = Pick<Protocol, 'judgeAnswer'>;

/** Names a body that should have been one JSON object. */
export function describeBody(text: string): string {
  const start = text.trimStart();
  if (start === '') return 'an empty body';
  return start.startsWith('<') ? 'an HTML page' : 'a body that is not one JSON object';
}
