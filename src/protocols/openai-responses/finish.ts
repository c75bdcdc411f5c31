/**
 * Reads the finish of an `openai-responses` answer: a status, and for an incomplete answer its
 * reason, in place of one word.
 */

import { isRecord, type WireObject } from '../json/is-record.ts';
import { type Finish, judgeFinish } from '../translation/finish.ts';

/** An incomplete answer was cut by a limit, whatever its reason says. */
export function judgeResponseFinish({ status, incomplete_details: details }: WireObject): Finish {
  const ended = judgeFinish(status);
  const reason = judgeFinish(isRecord(details) ? details['reason'] : undefined);
  if (ended.kind === 'broken' || (reason.kind === 'none' && ended.unified !== 'length'))
    return ended;
  if (reason.kind === 'broken' || reason.unified === 'content-filter') return reason;
  const kind = reason.kind === 'unknown' ? 'unknown' : 'known';
  return { word: reason.word ?? ended.word, kind, unified: 'length', explainsEmpty: true };
}

/** Events that end an answer normally. */
const ends: Readonly<Record<string, string>> = {
  'response.completed': 'completed',
  'response.incomplete': 'incomplete',
};

const prefix = 'response.';
/** Every answer begins with these; their status says that it continues. */
const beginnings: ReadonlySet<string> = new Set(
  ['created', 'queued', 'in_progress'].map((word) => prefix + word),
);

/** The finish that this event reports; undefined for other events. */
export function judgeEndEvent(type: string, { response }: WireObject): Finish | undefined {
  // An event about a part of the answer names the part before the action:
  // `response.output_text.delta`.
  if (!type.startsWith(prefix) || type.includes('.', prefix.length) || beginnings.has(type))
    return undefined;
  const said = isRecord(response) ? response : {};
  const word = ends[type];
  if (word !== undefined) return judgeResponseFinish({ ...said, status: said['status'] ?? word });
  const finish = judgeFinish(type.slice(prefix.length));
  return finish.kind === 'broken' ? finish : undefined;
}
