/** What came from the wire as JSON, read without a throw, and what it is when it is none (steps 3, 4 and 6 of a request). */

import type { Operation } from '../model/protocol.ts';
import { parseExactOrNothing } from './exact-json.ts';
import { isRecord, parseOrNothing } from './is-record.ts';
import type { BodyVerdict, Protocol } from './protocol.ts';

/** Judges a whole answer by what it parses to. */
export function judgeText(text: string, judge: Judge, operation: Operation): BodyVerdict {
  const body = parseOrNothing(text);
  return isRecord(body) ? judge.judgeAnswer(body, operation) : malformed(text);
}

/** The same of an answer that is told in other words: the numbers of tools stay as they were written. */
export function judgeTranslated(text: string, judge: Judge): BodyVerdict {
  const body = parseExactOrNothing(text);
  return isRecord(body) ? judge.judgeAnswer(body, 'generate') : malformed(text);
}

type Judge = Pick<Protocol, 'judgeAnswer'>;

function malformed(text: string): BodyVerdict {
  return { kind: 'malformed', detail: describeBody(text) };
}

/** Names a body that should have been one JSON object. */
export function describeBody(text: string): string {
  const start = text.trimStart();
  if (start === '') return 'an empty body';
  return start.startsWith('<') ? 'an HTML page' : 'a body that is not one JSON object';
}
