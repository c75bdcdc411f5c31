/**
 * Classifies a recorded answer, a whole body or a stream: is it a failure, and of which class? The
 * watch of its protocol judges the events, as in a live stream. Used for pasted answers and the
 * corpus. Pure.
 */

import { createBroken } from '../access/answer/ending.ts';
import { endWithoutFinish, markerWithoutFinish } from '../access/answer/stream-limits.ts';
import { type AnswerToClassify, classifyAnswer } from '../access/classify/classify.ts';
import { createFailure, notJson } from '../access/classify/kept-failure.ts';
import type { Failure } from '../model/failure.ts';
import type { Headers } from '../model/request.ts';
import { MessagesWatch } from '../protocols/anthropic-messages/watch.ts';
import type { StreamWatch } from '../protocols/contract/watched-stream.ts';
import { GoogleWatch } from '../protocols/google-generate-content/watch.ts';
import { isRecord, parseOrNothing, type WireObject } from '../protocols/json/is-record.ts';
import { ChatWatch } from '../protocols/openai-chat/watch.ts';
import { ResponsesWatch } from '../protocols/openai-responses/watch.ts';
import type { Finish } from '../protocols/translation/finish.ts';
import { builtinEntries } from '../providers/builtin.ts';
import { hasOwnAddress } from '../providers/sites.ts';
import { isEvents, SseSplitter } from '../transport/sse.ts';

export interface Transcript {
  /** Counts parsed events, without comments and pings. */
  readonly events: number;
  /** Events that are no valid JSON. */
  readonly malformed: number;
  /** An event before the finish reason was unreadable, and more events followed it. */
  readonly isDamaged: boolean;
  readonly hasContent: boolean;
  /** There was a finish reason, or an event that ends an answer. */
  readonly hasFinished: boolean;
  /** There was a `[DONE]`. */
  readonly hasMarker: boolean;
  readonly finish: Finish;
  readonly error: string | undefined;
}

/** Accepts server-sent events, and lines of JSON as Ollama's own routes send them. */
export function isStreamText(text: string): boolean {
  return /^(?:(?:data|event|id|retry):|:)/m.test(text) || isLines(text);
}

export function readTranscript(text: string): Transcript {
  const all = listData(text);
  const watch = createWatch(all.map(parseFields).filter((event) => event !== undefined));
  const seen = { events: 0, malformed: 0, isDamaged: false, hasMarker: false };
  let hasBroken = false;
  for (const data of all) {
    const { hasFinished } = watch;
    const verdict = watch.push(data);
    if (data.trim() === '[DONE]') seen.hasMarker = true;
    else if (watch.event === undefined) {
      seen.malformed += 1;
      hasBroken ||= data.trimStart().startsWith('{') && !hasFinished;
    } else {
      seen.events += 1;
      seen.isDamaged ||= hasBroken || (verdict === 'malformed' && !hasFinished);
      if (verdict === 'error') break;
    }
  }
  const { hasContent, hasFinished, finish, error } = watch;
  return { ...seen, hasContent, hasFinished, finish, error };
}

/** Creates the watch of the protocol that these events belong to. */
function createWatch(events: readonly WireObject[]): StreamWatch {
  const options = { choices: 1, keepsText: false };
  if (events.some(({ choices }) => choices !== undefined)) return new ChatWatch(options);
  if (events.some(({ candidates, promptFeedback }) => candidates ?? promptFeedback))
    return new GoogleWatch(options);
  const types = events.flatMap(({ type }) => (typeof type === 'string' ? type : []));
  if (types.some((type) => type.startsWith('response.'))) return new ResponsesWatch(options);
  return types.length > 0 ? new MessagesWatch(options) : new ChatWatch(options);
}

/**
 * Returns the data of each event, and other text that parses as JSON, since vendors append a bare
 * error (Gemini, seen 2026-06).
 */
function listData(text: string): readonly string[] {
  if (isLines(text))
    return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : toChatEvent(line)));
  const splitter = new SseSplitter();
  const frames = [...splitter.push(Buffer.from(text))];
  const last = splitter.end();
  if (last !== undefined) frames.push(last);
  return frames.flatMap(({ raw, data }) => {
    const bare = raw.toString('utf8').trim();
    return data ?? (bare.startsWith('{') ? bare : []);
  });
}

/** Requires at least two lines, the first of them a JSON object. */
function isLines(text: string): boolean {
  const [first = '', ...rest] = text.trim().split('\n');
  return rest.length > 0 && first.startsWith('{') && parseFields(first) !== undefined;
}

/** Converts a line of Ollama's own routes to an event of `openai-chat`. */
function toChatEvent(line: string): string {
  const { message, done, ...rest } = parseFields(line) ?? {};
  if (message === undefined && done === undefined) return line;
  const delta = isRecord(message) ? { ...message, reasoning: message['thinking'] } : {};
  return JSON.stringify({
    ...rest,
    choices: [{ delta, finish_reason: done === true ? 'stop' : null }],
  });
}

function parseFields(text: string): WireObject | undefined {
  const value = parseOrNothing(text);
  return isRecord(value) ? value : undefined;
}

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
  const watch = createWatch([first]);
  if (watch.take(first) === 'error') return classifyAnswer(response);
  const { finish } = watch;
  if (finish.kind === 'broken') return createBroken(finish);
  const { choices } = first;
  if (choices === undefined || (Array.isArray(choices) && choices.length > 0)) return undefined;
  return createFailure('malformed', 'not-an-answer', 'a JSON body without "choices"');
}
