/**
 * A member asks another one for the record of a request that the other has served (docs/fleet.md).
 * The question goes through the log, the answer is left beside it; both are in boxes that only
 * members open. No member calls another.
 */

import type { Host } from '../../host.ts';
import type { RequestRecord } from '../../model/record.ts';
import { appendQuestion } from './entries.ts';
import { type FleetLog, type FleetPost, LogGone, leftLimit } from './log.ts';
import type { Boxes, FleetSeal } from './seal.ts';

/** A person waits for it. */
const patienceMs = 2000;

const pollMs = 50;

/** Nobody waits for the answer to an older question. */
const questionMs = 30_000;

const questionLabel = 'question';

interface RecordQuestion {
  /** The answer is left under this name. */
  readonly id: string;
  /** The id of the request. */
  readonly request: string;
  /** The key of the member that is asked. */
  readonly to: string;
  /** By the engine's clock, epoch ms. */
  readonly askedAt: number;
}

export interface RecordAnswer {
  /** With its content, where that may be told. Absent: there is no record. */
  readonly record?: RequestRecord | undefined;
  /** The record is there and is longer than an answer may be. */
  readonly isTooLarge?: true;
}

export interface QuestionsParts {
  readonly host: Pick<Host, 'clock' | 'randomToken'>;
  readonly log: Pick<FleetLog, 'readPosition' | 'append'>;
  readonly post: Pick<FleetPost, 'leave' | 'take'>;
  readonly seal: FleetSeal;
  readonly boxes: Boxes;
  /** The key of this member. */
  readonly member: () => string;
  /** Epoch ms. */
  readonly engineNow: () => number;
}

export class Questions {
  readonly #parts: QuestionsParts;
  /** By id: when it was asked. */
  readonly #heard = new Map<string, number>();
  /** Finds the record of a request of this member. Absent: nothing is answered. */
  answer: ((request: string) => Promise<RequestRecord | undefined>) | undefined;

  constructor(parts: QuestionsParts) {
    this.#parts = parts;
  }

  /** Undefined if that member does not answer within 2 s. Rejects with `LogGone`. */
  async ask(request: string, to: string): Promise<RecordAnswer | undefined> {
    const { host, log, post, boxes, engineNow } = this.#parts;
    const { clock } = host;
    const question = { id: host.randomToken(16), request, to, askedAt: engineNow() };
    const position = await log.readPosition();
    const box = boxes.close(JSON.stringify(question), questionLabel);
    const place = position && (await appendQuestion(this.#parts, position, box));
    if (typeof place !== 'number') throw new LogGone('it has been emptied, or begun anew');
    const until = clock.monotonic() + patienceMs;
    while (clock.monotonic() < until) {
      const found = await post.take(question.id);
      const text = found && boxes.open(found, answerLabel(question));
      if (text !== undefined) return parseAnswer(text);
      await clock.sleep(pollMs);
    }
    return undefined;
  }

  /** Answers what this member is asked, each question once. Never rejects. */
  async hear(box: string): Promise<void> {
    const text = this.#parts.boxes.open(box, questionLabel);
    const question = text === undefined ? undefined : parseQuestion(text);
    if (question === undefined || !this.#isMine(question)) return;
    try {
      const record = await this.answer?.(question.request);
      await this.#parts.post.leave(question.id, this.#close(question, record));
    } catch {
      // whoever asked is told that this member does not answer
    }
  }

  #isMine({ id, to, askedAt }: RecordQuestion): boolean {
    const { member, engineNow } = this.#parts;
    const oldest = engineNow() - questionMs;
    for (const [heard, at] of this.#heard) if (at < oldest) this.#heard.delete(heard);
    const isMine = to === member() && askedAt >= oldest && !this.#heard.has(id);
    if (isMine) this.#heard.set(id, askedAt);
    return isMine && this.answer !== undefined;
  }

  /** The content is left out first. */
  #close(question: RecordQuestion, record: RequestRecord | undefined): string {
    const bare = record && { ...record, content: undefined };
    const fitting = [{ record }, { record: bare }]
      .map((answer) => this.#closeOne(question, answer))
      .find((box) => box.length <= leftLimit);
    return fitting ?? this.#closeOne(question, { isTooLarge: true });
  }

  #closeOne(question: RecordQuestion, answer: RecordAnswer): string {
    return this.#parts.boxes.close(JSON.stringify(answer), answerLabel(question));
  }
}

/** The letters of the member that has served this request: see `newRequestId`. */
export function memberOf(request: string): string {
  return request.slice('hfr_'.length, 'hfr_'.length + 4);
}

/** An answer to one question is none to another. */
function answerLabel({ id, request }: RecordQuestion): string {
  return `answer ${id} ${request}`;
}

/** Only members can have closed the box. */
function parseQuestion(text: string): RecordQuestion {
  return JSON.parse(text);
}

function parseAnswer(text: string): RecordAnswer {
  return JSON.parse(text);
}
