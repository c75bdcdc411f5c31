/**
 * Reads a recorded stream of any known protocol: did content come, did it fail in band, did it end
 * as it should? Its events are judged by the watch of its protocol, as those of a live stream. For
 * pasted answers and the corpus.
 */

import { MessagesWatch } from '../protocols/anthropic-messages/watch.ts';
import type { StreamWatch } from '../protocols/contract/watched-stream.ts';
import { GoogleWatch } from '../protocols/google-generate-content/watch.ts';
import { isRecord, parseOrNothing, type WireObject } from '../protocols/json/is-record.ts';
import { ChatWatch } from '../protocols/openai-chat/watch.ts';
import { ResponsesWatch } from '../protocols/openai-responses/watch.ts';
import type { Finish } from '../protocols/translation/finish.ts';
import { SseSplitter } from '../transport/sse.ts';

export interface Transcript {
  /** Events that parsed, comments and pings among them not. */
  readonly events: number;
  /** Events that are no JSON. */
  readonly malformed: number;
  /**
   * Before a finish reason an event that was to be an object could not be read, and more came
   * behind it.
   */
  readonly isDamaged: boolean;
  readonly hasContent: boolean;
  /** A finish reason was seen, or an event that ends an answer. */
  readonly hasFinished: boolean;
  /** `[DONE]` was seen. */
  readonly hasMarker: boolean;
  readonly finish: Finish;
  /** The first error in band, as JSON text. */
  readonly error: string | undefined;
}

/** Server-sent events, or lines of JSON as Ollama's own routes send them. */
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

/** What an event, or a whole answer, says of its end: an error, or a finish. */
export function readEnd(event: WireObject): { readonly isError: boolean; readonly finish: Finish } {
  const watch = createWatch([event]);
  return { isError: watch.take(event) === 'error', finish: watch.finish };
}

/** That of the protocol whose events these are. */
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
 * The data of each event; of bytes that are no event, what parses as JSON: vendors append a bare
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

/** At least two lines, the first of them an object of its own. */
function isLines(text: string): boolean {
  const [first = '', ...rest] = text.trim().split('\n');
  return rest.length > 0 && first.startsWith('{') && parseFields(first) !== undefined;
}

/** A line of Ollama's own routes, as `openai-chat` would say it. */
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
