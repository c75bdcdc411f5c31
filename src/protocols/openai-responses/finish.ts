/** How an `openai-responses` answer ended: a status, and for an incomplete answer its reason, in place of one word. */

import { type Finish, judgeFinish } from '../finish.ts';
import { isRecord, type WireObject } from '../is-record.ts';

/** An answer that ended before its end did so at a limit, whatever word is given for it. */
export function judgeResponseFinish({ status, incomplete_details: details }: WireObject): Finish {
  const ended = judgeFinish(status);
  const reason = judgeFinish(isRecord(details) ? details['reason'] : undefined);
  if (ended.kind === 'broken' || (reason.kind === 'none' && ended.unified !== 'length')) return ended;
  if (reason.kind === 'broken' || reason.unified === 'content-filter') return reason;
  const kind = reason.kind === 'unknown' ? 'unknown' : 'known';
  return { word: reason.word ?? ended.word, kind, unified: 'length', explainsEmpty: true };
}

/** Events that end an answer well. */
const ends: Readonly<Record<string, string>> = {
  'response.completed': 'completed',
  'response.incomplete': 'incomplete',
};

/** How the answer ended with this event; undefined for an event in its middle. */
export function judgeEndEvent(type: string, { response }: WireObject): Finish | undefined {
  const said = isRecord(response) ? response : {};
  const word = ends[type];
  if (word !== undefined) return judgeResponseFinish({ ...said, status: said['status'] ?? word });
  const finish = judgeFinish(/^response\.([a-z_]+)$/.exec(type)?.[1]);
  return finish.kind === 'broken' ? finish : undefined;
}
