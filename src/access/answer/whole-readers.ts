/**
 * Readers of whole answers: error bodies, and answers that are not streamed, which commit when all
 * has arrived.
 */

import { costOf } from '../../cost/cost-of.ts';
import type { Headers } from '../../model/request.ts';
import { isPage, judgeText, judgeTranslated } from '../../protocols/body/json-body.ts';
import { appRule } from '../../protocols/body/web-apps.ts';
import type { BodyVerdict } from '../../protocols/contract/protocol.ts';
import { parseOrNothing } from '../../protocols/json/is-record.ts';
import { judgePassed } from '../../protocols/passed/judge-passed.ts';
import { Pieces } from '../../transport/pieces.ts';
import { errorBodyLimit } from '../classify/classify.ts';
import { saysError } from '../classify/error-body.ts';
import {
  type CutFailure,
  createEndless,
  createFailure,
  notJson,
} from '../classify/kept-failure.ts';
import { mayShare } from '../classify/shared-words.ts';
import { isRiddle, refusalRule } from '../classify/way-in.ts';
import type { JudgedMiss } from '../tasks/task-judge.ts';
import {
  createBroken,
  explainEmptiness,
  findEmptiness,
  findLack,
  hasWorked,
  noteUnknownWord,
} from './ending.ts';
import type { AnswerReader, AttemptPlan, OngoingAttempt } from './outcome.ts';
import type { TranslatedCall } from './translate.ts';
import { type AnswerToPass, translateWhole } from './translated-body.ts';
import { tellAsStream } from './whole-as-stream.ts';

/** After this time an unfinished error body is judged by its status, and by what has arrived. */
const errorBodyMs = 10_000;

/** More than any answer has, and still half of what one text can hold. */
const bodyLimit = 256 * 1024 * 1024;

/** Collects the body of an error answer, then classifies it. */
export class ErrorReader implements AnswerReader {
  readonly #attempt: OngoingAttempt;
  readonly #status: number;
  readonly #headers: Headers;
  readonly #body = new Pieces();

  constructor(attempt: OngoingAttempt, status: number, headers: Headers) {
    this.#attempt = attempt;
    this.#status = status;
    this.#headers = headers;
    attempt.deadline.watch('error body', errorBodyMs);
  }

  push(chunk: Buffer): void {
    this.#body.add(chunk);
    if (this.#body.length > errorBodyLimit) this.end();
  }

  end(): void {
    const body = this.#body.join().toString('utf8');
    const failure = this.#attempt.classify({ status: this.#status, headers: this.#headers, body });
    this.#attempt.settle({ kind: 'failed', failure });
  }

  /** The status is known; a part of the body suffices. */
  fail(): void {
    this.end();
  }
}

/** Collects a whole answer and passes it on if it parses to its end. */
export class BodyReader implements AnswerReader {
  readonly #attempt: OngoingAttempt;
  readonly #status: number;
  readonly #headers: Headers;
  readonly #translated: TranslatedCall | undefined;
  readonly #body = new Pieces();

  constructor(
    attempt: OngoingAttempt,
    { status, headers }: { readonly status: number; readonly headers: Headers },
    translated?: TranslatedCall,
  ) {
    this.#attempt = attempt;
    this.#status = status;
    this.#headers = headers;
    this.#translated = translated;
    // A stream was requested but a body came: an error inside a 200, or a whole answer.
    if (attempt.pace !== 'whole') {
      attempt.deadline.awaitContent(attempt.limits, attempt.startedAt);
    }
  }

  push(chunk: Buffer): void {
    this.#body.add(chunk);
    if (this.#body.length > bodyLimit)
      this.fail(createEndless('body', 'the answer was longer than 256 MB'));
  }

  end(): void {
    const attempt = this.#attempt;
    const body = this.#body.join();
    const whole =
      this.#translated === undefined
        ? { body, verdict: judgeOwn(body.toString('utf8'), attempt.plan), notes: [] }
        : translateWhole(attempt.plan, this.#translated, body);
    if (!('verdict' in whole)) this.fail(whole);
    else if (whole.verdict.kind !== 'answer') this.fail(this.#blame(whole.verdict, body));
    else if (attempt.plan.body.stream) tellAsStream(attempt, whole.verdict, this.#translated);
    else this.#pass(whole, whole.verdict);
  }

  #pass({ body, notes }: AnswerToPass, verdict: Extract<BodyVerdict, { kind: 'answer' }>): void {
    const attempt = this.#attempt;
    const { writer, facts, target, spentUsd = 0 } = attempt.plan;
    const held = (): void => {
      const usd = costOf(verdict.usage, target);
      const allFacts = usd === undefined ? facts : { ...facts, usd: spentUsd + usd };
      const json = this.#translated && { 'content-type': 'application/json' };
      writer.replyWhole(
        { status: this.#status, headers: { ...this.#headers, ...json }, body },
        allFacts,
      );
    };
    const miss = this.#findMiss(verdict);
    if (miss === undefined || hasWorked(miss.failure)) attempt.plan.onCommit?.();
    if (miss !== undefined) {
      const { failure, isBearable } = miss;
      attempt.settle({
        kind: 'failed',
        failure,
        usage: verdict.usage,
        ...(isBearable ? { held } : {}),
      });
      return;
    }
    held();
    const { finish, isEmpty } = verdict;
    attempt.settle({
      kind: 'answered',
      status: this.#status,
      usage: verdict.usage,
      made: verdict.made,
      lack: isEmpty && finish !== undefined ? explainEmptiness(attempt.plan, finish) : undefined,
      notes:
        finish?.kind === 'unknown' ? [...notes, ...noteUnknownWord(attempt.plan, finish)] : notes,
    });
  }

  /** A failed answer passes only in its own protocol: a translation would give it an end. */
  #findMiss({
    finish,
    isEmpty,
    body,
  }: Extract<BodyVerdict, { kind: 'answer' }>): JudgedMiss | undefined {
    const { plan } = this.#attempt;
    if (finish?.kind === 'broken')
      return { failure: createBroken(finish), isBearable: this.#translated === undefined };
    const judged = plan.judge?.judgeWhole(body, plan.target);
    if (judged !== undefined || finish === undefined) return judged;
    const failure = isEmpty ? findEmptiness(plan, finish) : findLack(plan, finish);
    return failure && { failure, isBearable: true };
  }

  fail(failure: CutFailure): void {
    this.#attempt.settle({ kind: 'failed', failure });
  }

  #blame(verdict: BodyVerdict, body: Buffer): CutFailure {
    const headers = this.#headers;
    const text = body.toString('utf8');
    const classify = (): CutFailure =>
      this.#attempt.classify({ status: this.#status, headers, body: text });
    if (isRiddle(headers)) return classify();
    if (this.#status === 202 && verdict.kind === 'malformed')
      return createFailure(
        'malformed',
        'answer-later',
        'it was only accepted, to be answered later (HTTP 202)',
      );
    // gRPC has its status in the headers, and no body beside an error
    if (text === '' && (headers['grpc-status'] ?? '0') !== '0') return classify();
    return blameBody(verdict, { text, type: headers['content-type'] }, classify);
  }
}

interface FaultyBody {
  readonly text: string;
  /** Its content type, as the server says. Default: unknown. */
  readonly type?: string | undefined;
}

/** Returns why a whole body is no answer. `classify` is called if it says so, or is a page. */
export function blameBody(
  verdict: BodyVerdict,
  { text, type = '' }: FaultyBody,
  classify: () => CutFailure,
): CutFailure {
  // Some servers say what went wrong in a 200, in a form of their own.
  if (verdict.kind === 'error' || saysError(text)) return classify();
  if (isPage(text)) return blamePage(classify());
  const detail = verdict.kind === 'malformed' ? verdict.detail : 'no answer';
  if (parseOrNothing(text) !== undefined)
    return createFailure('malformed', 'not-an-answer', `the answer was ${detail}`);
  return createFailure('malformed', notJson, `the answer was ${detail}${describeType(type)}`);
}

/**
 * A page of a program that is known: its API has another path, and no wait changes that. One of a
 * firewall is no outage either.
 */
function blamePage(failure: CutFailure): CutFailure {
  const { message, leadsTo, evidence } = failure;
  if (evidence.rule === refusalRule) return failure;
  const is = 'page';
  return leadsTo === undefined
    ? {
        ...createFailure('malformed', notJson, message),
        speaker: { is, meant: 'malformed' },
      }
    : {
        ...createFailure('not-offered', appRule, message),
        speaker: { is, meant: 'not-offered' },
        leadsTo,
      };
}

/** Empty for JSON, and for what is no plain name of a type: it may be of the request (law 2). */
function describeType(type: string): string {
  const name = type.toLowerCase().replace(/ *;.*$/s, '');
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(name) || mayShare(name) || /[/+]json$/.test(name)) return '';
  return `, sent as ${name}`;
}

function judgeOwn(text: string, { protocol, request, body }: AttemptPlan): BodyVerdict {
  if (request.passage !== undefined) return judgePassed(text, request.operation);
  // It will be written anew, as a stream.
  if (body.stream && request.operation === 'generate') return judgeTranslated(text, protocol);
  return judgeText(text, protocol, request.operation);
}
