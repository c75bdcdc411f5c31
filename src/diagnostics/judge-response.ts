/**
 * Classifies a recorded answer, a whole body or a stream, by the judges of the engine: is it a
 * failure, and of which class? Used for pasted answers and the corpus. Pure.
 */

import { createBroken } from '../access/answer/ending.ts';
import { FrameJudge } from '../access/answer/frame-judge.ts';
import { blameBody } from '../access/answer/whole-readers.ts';
import { classifyAnswer } from '../access/classify/classify.ts';
import { type CutFailure, createFailure, withCutWords } from '../access/classify/kept-failure.ts';
import type { Failure } from '../model/failure.ts';
import type { Headers } from '../model/request.ts';
import { anthropicMessages } from '../protocols/anthropic-messages/protocol.ts';
import { judgeText } from '../protocols/body/json-body.ts';
import type { Protocol } from '../protocols/contract/protocol.ts';
import { googleGenerateContent } from '../protocols/google-generate-content/protocol.ts';
import { isRecord, parseOrNothing, type WireObject } from '../protocols/json/is-record.ts';
import { openaiChat } from '../protocols/openai-chat/protocol.ts';
import { openaiResponses } from '../protocols/openai-responses/protocol.ts';
import type { Finish } from '../protocols/translation/finish.ts';
import { builtinEntries } from '../providers/builtin.ts';
import { hasOwnAddress } from '../providers/sites.ts';
import { isEvents, type SseFrame, SseSplitter } from '../transport/sse.ts';

export interface Transcript {
  /** Counts parsed events, without comments and `[DONE]`. */
  readonly events: number;
  /** Events that are no valid JSON. */
  readonly malformed: number;
  readonly hasContent: boolean;
  /** There was a finish reason, or an event that ends an answer. */
  readonly hasFinished: boolean;
}

/** Accepts server-sent events, and lines of JSON as Ollama's own routes send them. */
export function isStreamText(text: string): boolean {
  return /^(?:(?:data|event|id|retry):|:)/m.test(text) || isLines(text);
}

type Classify = (body: string) => CutFailure;

/** `classify` is called for an error among the events. */
export function judgeStream(text: string, classify: Classify): Required<Judgement> {
  const frames = listFrames(text);
  const events = frames.map(({ data = '' }) => parseFields(data));
  const protocol = protocolOf(events.filter((event) => event !== undefined));
  const watch = new protocol.StreamWatch({ choices: 1, keepsText: false });
  const judge = new FrameJudge(protocol, watch);
  const seen = { events: 0, malformed: 0 };
  let failure: Failure | undefined;
  for (const frame of frames) {
    const verdict = frame === frames.at(-1) ? judge.pushLast(frame) : judge.push(frame);
    if (verdict === 'malformed') seen.malformed += 1;
    else if (verdict && frame.data && watch.event) seen.events += 1;
    if (verdict !== 'error') continue;
    failure = judge.failure({}, ({ body }) => classify(body));
    break;
  }
  const { hasContent, hasFinished, finish } = watch;
  failure ??= hasFinished
    ? judgeFinish(finish, !hasContent)
    : judge.endFailure({}, ({ body }) => classify(body));
  return { failure, transcript: { ...seen, hasContent, hasFinished } };
}

function judgeFinish(finish: Finish, isEmpty: boolean): Failure | undefined {
  if (finish.kind === 'broken') return createBroken(finish);
  if (!isEmpty || finish.explainsEmpty) return undefined;
  return createFailure('empty', 'empty-stream', 'the answer was empty');
}

/** Returns the protocol that these events, or a body, belong to. */
function protocolOf(events: readonly WireObject[]): Protocol {
  const types = events.flatMap(({ type, object }) => [type, object].filter((one) => one));
  if (events.some(({ choices }) => choices)) return openaiChat;
  if (events.some(({ candidates, promptFeedback }) => candidates ?? promptFeedback))
    return googleGenerateContent;
  if (types.some((type) => /^response\b/.test(String(type)))) return openaiResponses;
  return types.length > 0 ? anthropicMessages : openaiChat;
}

function listFrames(text: string): readonly SseFrame[] {
  if (!isLines(text)) {
    const splitter = new SseSplitter();
    return [...splitter.push(Buffer.from(text)), splitter.end() ?? []].flat();
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => ({ raw: Buffer.from(line), data: toChatEvent(line) }));
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
  readonly transcript?: Transcript;
}

export function judgeResponse(response: ResponseToJudge): Judgement {
  const { provider, body, isProven: isProvenWithModel } = response;
  const isVendor = builtinEntries.some((one) => one.name === provider && hasOwnAddress(one));
  const given = { ...response, vendor: isVendor ? provider : undefined, isProvenWithModel };
  const classify: Classify = (text) => {
    const failure = classifyAnswer({ ...given, body: text });
    return withCutWords(failure, failure);
  };
  if (response.status > 299) return { failure: classify(body) };
  return isStream(response) ? judgeStream(body, classify) : { failure: judgeBody(body, classify) };
}

function isStream({ headers, body }: ResponseToJudge): boolean {
  return isEvents(headers) ? !body.trimStart().startsWith('<') : isStreamText(body);
}

function judgeBody(text: string, classify: Classify): Failure | undefined {
  const verdict = judgeText(text, protocolOf([parseFields(text) ?? {}]), 'generate');
  if (verdict.kind !== 'answer') return blameBody(verdict, { text }, () => classify(text));
  const { finish, isEmpty } = verdict;
  return finish && judgeFinish(finish, isEmpty);
}
