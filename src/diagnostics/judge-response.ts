/**
 * Classifies a recorded answer, a whole body or a stream: is it a failure, and of which class?
 * Pure.
 */

import { createBroken } from '../access/answer/ending.ts';
import { endWithoutFinish, markerWithoutFinish } from '../access/answer/stream-limits.ts';
import { type AnswerToClassify, classifyAnswer } from '../access/classify/classify.ts';
import { createFailure, notJson } from '../access/classify/kept-failure.ts';
import type { Failure } from '../model/failure.ts';
import type { Headers } from '../model/request.ts';
import { isRecord, parseOrNothing } from '../protocols/json/is-record.ts';
import { builtinEntries } from '../providers/builtin.ts';
import { hasOwnAddress } from '../providers/sites.ts';
import { isEvents } from '../transport/sse.ts';
import { isStreamText, readEnd, readTranscript, type Transcript } from './stream-transcript.ts';

export interface ResponseToJudge {
  /**
   * A name of the catalogue; any other gets the rules for every provider. The answer counts as one
   * from the vendor's own address.
   */
  readonly provider: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** Whether the key has worked at this site, and with this model, before (law 6). */
  readonly isProven: boolean;
  /** When it was received, epoch ms. */
  readonly now: number;
  readonly redact: (text: string) => string;
}

export interface Judgement {
  /** Absent: it is no failure. */
  readonly failure: Failure | undefined;
  /** Absent if the body is no stream. */
  readonly transcript: Transcript | undefined;
}

export function judgeResponse(given: ResponseToJudge): Judgement {
  const isVendor = builtinEntries.some(
    (entry) => entry.name === given.provider && hasOwnAddress(entry),
  );
  const vendor = isVendor ? given.provider : undefined;
  const response = { ...given, vendor, isProvenWithModel: given.isProven };
  if (response.status > 299) return { failure: classifyAnswer(response), transcript: undefined };
  if (!isStream(response)) return { failure: judgeBody(response), transcript: undefined };
  const transcript = readTranscript(response.body);
  return { failure: judgeTranscript(response, transcript), transcript };
}

function isStream({ headers, body }: ResponseToJudge): boolean {
  return isEvents(headers) ? !body.trimStart().startsWith('<') : isStreamText(body);
}

function judgeTranscript(
  response: AnswerToClassify,
  { error, isDamaged, hasContent, hasFinished, hasMarker, finish }: Transcript,
): Failure | undefined {
  if (error !== undefined) return classifyAnswer({ ...response, body: error });
  if (isDamaged)
    return createFailure('malformed', 'damaged-event', 'an event of the answer is unreadable');
  if (finish.kind === 'broken') return createBroken(finish);
  if (hasFinished) {
    return hasContent || finish.explainsEmpty
      ? undefined
      : createFailure('empty', 'empty-stream', 'the answer was empty');
  }
  return hasMarker ? markerWithoutFinish({ hasContent }) : endWithoutFinish();
}

function judgeBody(response: AnswerToClassify): Failure | undefined {
  const body = parseOrNothing(response.body);
  const first: unknown = Array.isArray(body) ? body[0] : body;
  if (!isRecord(first))
    return createFailure(
      'malformed',
      body === undefined ? notJson : 'not-an-answer',
      'the body is not one JSON object',
    );
  const { isError, finish } = readEnd(first);
  if (isError) return classifyAnswer(response);
  if (finish.kind === 'broken') return createBroken(finish);
  const { choices } = first;
  if (choices === undefined || (Array.isArray(choices) && choices.length > 0)) return undefined;
  return createFailure('malformed', 'not-an-answer', 'a JSON body without "choices"');
}
