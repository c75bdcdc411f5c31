/**
 * Judges the events of one stream (step 6 of a request) beyond the protocol's own watch: errors
 * that a server or proxy wrote in its own form, and damage that must not be skipped.
 */

import type { ProviderAnswer } from '../../model/failure.ts';
import type { Headers } from '../../model/request.ts';
import { isPage, judgeText } from '../../protocols/body/json-body.ts';
import type { Protocol } from '../../protocols/contract/protocol.ts';
import type { EventVerdict, StreamWatch } from '../../protocols/contract/watched-stream.ts';
import { parseOrNothing } from '../../protocols/json/is-record.ts';
import type { SseFrame } from '../../transport/sse.ts';
import { isErrorText } from '../classify/error-body.ts';
import { type CutFailure, createFailure } from '../classify/kept-failure.ts';
import { endWithoutFinish, markerWithoutFinish } from './stream-limits.ts';

const brace = 0x7b;
const letterE = 0x65;
const angle = 0x3c;

/** The reason for the last `error` verdict. */
interface FrameFault {
  readonly body: string;
  /**
   * `untyped`: not an error of this protocol. `damaged` and `unfinished`: no error, but a hole in
   * the answer, or its end is missing.
   */
  readonly kind: 'typed' | 'untyped' | 'damaged' | 'unfinished';
}

export class FrameJudge {
  readonly #protocol: Protocol;
  readonly #watch: StreamWatch;
  #fault: FrameFault = { body: '', kind: 'typed' };
  #dropped = 0;
  /** The last event without content. */
  #told = '';

  constructor(protocol: Protocol, watch: StreamWatch) {
    this.#protocol = protocol;
    this.#watch = watch;
  }

  push(frame: SseFrame): EventVerdict {
    const verdict = this.#judge(frame);
    if (verdict === 'malformed') this.#dropped += 1;
    return verdict;
  }

  /**
   * Judges the rest after the last blank line: a cut may be inside it, and half an event is not
   * malformed.
   */
  pushLast({ raw, data }: SseFrame): EventVerdict | undefined {
    const isTelling = data === undefined ? raw[0] === brace || raw[0] === angle : !isBroken(data);
    return isTelling ? this.#judge({ raw, data }) : undefined;
  }

  /** Adds the dropped events to a stream's notes. */
  withDropped(notes: readonly string[]): readonly string[] {
    return this.#dropped === 0 ? notes : [...notes, `${this.#dropped} malformed event(s) dropped`];
  }

  #judge({ raw, data }: SseFrame): EventVerdict {
    if (data === undefined) return this.#judgeDataless(raw);
    const verdict = this.#watch.push(data);
    switch (verdict) {
      case 'error':
        return this.#blame({ body: this.#watch.error ?? '', kind: 'typed' });
      case 'silent':
      case 'malformed':
        this.#told = data;
        if (raw[0] === letterE && isNamedError(raw))
          return this.#blame({ body: data, kind: 'untyped' });
        return verdict === 'silent' ? verdict : this.#judgeMalformed(data);
      case 'terminal':
        return this.#watch.hasFinished ? verdict : this.#blame({ body: data, kind: 'unfinished' });
      default:
        return verdict;
    }
  }

  /**
   * Returns the failure of the last `error` verdict. An unknown error counts as a cut with a
   * reason.
   */
  failure(headers: Headers, classify: (answer: ProviderAnswer) => CutFailure): CutFailure {
    const { body, kind } = this.#fault;
    if (kind === 'damaged') return describeDamage(this.#watch);
    if (kind === 'unfinished')
      return this.#lastWords(headers, classify) ?? markerWithoutFinish(this.#watch);
    const failure = classify({ status: 200, headers, body });
    return kind === 'typed' ? failure : nameCut(failure);
  }

  /** Returns the failure of a stream that is over without an end of its answer. */
  endFailure(headers: Headers, classify: (answer: ProviderAnswer) => CutFailure): CutFailure {
    const said = this.#watch.hasFinished ? undefined : this.#lastWords(headers, classify);
    return said ?? endWithoutFinish();
  }

  /** What ends before any content may have said why in a form of its own. */
  #lastWords(
    headers: Headers,
    classify: (answer: ProviderAnswer) => CutFailure,
  ): CutFailure | undefined {
    const body = this.#told;
    if (this.#watch.hasContent || !(errorMark.test(body) || isErrorText(body))) return undefined;
    return nameCut(classify({ status: 200, headers, body }));
  }

  /**
   * An object that cannot be parsed, or whose content has a wrong type, has lost content (law 17).
   */
  #judgeMalformed(data: string): EventVerdict {
    if (isPage(data)) return this.#blame({ body: data, kind: 'untyped' });
    return looksLikeObject(data) && !this.#watch.hasFinished
      ? this.#blame({ body: data, kind: 'damaged' })
      : 'malformed';
  }

  /** A page in place of events is somebody else's answer. */
  #judgeDataless(raw: Buffer): EventVerdict {
    if (raw[0] === brace) return this.#judgeBare(raw);
    if (raw[0] !== angle || this.#watch.hasFinished) return 'ping';
    const body = raw.toString('utf8');
    return isPage(body) ? this.#blame({ body, kind: 'untyped' }) : 'ping';
  }

  /**
   * An error body between the events, without `data:` before it, comes from a server that broke
   * while it streamed.
   */
  #judgeBare(raw: Buffer): EventVerdict {
    const body = raw.toString('utf8').trim();
    if (judgeText(body, this.#protocol, 'generate').kind !== 'error') return 'malformed';
    return this.#blame({ body, kind: 'typed' });
  }

  #blame(fault: FrameFault): EventVerdict {
    this.#fault = fault;
    return 'error';
  }
}

/** `[ERROR] …`. Other text may be the answer, which is never quoted (law 2). */
const errorMark = /^\W*(error|fatal)\b/i;

/** An error that no row knows is the reason of the cut. */
function nameCut(failure: CutFailure): CutFailure {
  return failure.class === 'unknown'
    ? createFailure('stream-cut', 'error-event', failure.message)
    : failure;
}

function describeDamage({ hasCall }: StreamWatch): CutFailure {
  const place = hasCall ? 'a tool call' : 'the answer';
  return createFailure(
    'malformed',
    'damaged-event',
    `an event in the middle of ${place} is unreadable`,
  );
}

function looksLikeObject(data: string): boolean {
  return data.trimStart().startsWith('{');
}

/** True for a text that starts like an object but cannot be parsed. */
function isBroken(data: string): boolean {
  return looksLikeObject(data) && parseOrNothing(data) === undefined;
}

/** Some servers name the event `error` and write any body into it. */
function isNamedError(raw: Buffer): boolean {
  return /^event: ?error/.test(raw.toString('latin1', 0, 12));
}
