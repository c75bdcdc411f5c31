/**
 * Judges the whole answer of a side task (step 6 of a request) before its first byte goes out. The answer is read in the
 * client's protocol, by the reader that the translate leg has for it.
 */

import type { Failure } from '../../model/failure.ts';
import { isRecord, type WireObject } from '../../protocols/is-record.ts';
import type { AnswerDecoder, NeutralContent, NeutralPart, Translation } from '../../protocols/neutral.ts';
import type { ReadBody } from '../../protocols/protocol.ts';
import { type JudgedAnswer, type MissCause, missReasons, type TaskProfile } from '../../tasks/profile.ts';
import { createFailure } from '../classify/classify.ts';
import { splitThought } from '../reply/think-block.ts';

/** An answer that is of no use. */
export interface JudgedMiss {
  readonly failure: Failure;
  /** Something of use stands in it all the same: it is passed on when nobody has a better one. */
  readonly isBearable: boolean;
}

/** Of what the model wrote, for the record. */
const quoteLimit = 160;

/** Where clients of each protocol say how long an answer may be. */
const limitFields = ['max_completion_tokens', 'max_tokens', 'max_output_tokens', 'generationConfig'];

export class TaskJudge {
  readonly #profile: TaskProfile;
  readonly #body: ReadBody;
  readonly #reading: Translation;

  /** `reading`: of the client's protocol. */
  constructor(profile: TaskProfile, body: ReadBody, reading: Translation) {
    this.#profile = profile;
    this.#body = body;
    this.#reading = reading;
  }

  /** A task that needs no thinking, asked by somebody who does not want any. */
  get wantsNoReasoning(): boolean {
    return this.#profile.limits.reasoning === 'off' && !this.#body.asksReasoning;
  }

  /** The tokens that an answer gets when the first had no room. */
  get room(): number {
    return Math.max(this.#profile.limits.outputFloor, 2 * (this.askedLimit ?? 0));
  }

  judgeWhole(body: WireObject): JudgedMiss | undefined {
    const heard = this.#listen();
    try {
      const { content, finish } = this.#reading.decodeAnswer(body);
      for (const part of content) heard.take(part);
      return heard.judge(finish);
    } catch {
      return undefined; // an answer that we cannot read is its caller's to judge
    }
  }

  /** Undefined where streams of the task go on as they come. */
  follow(): JudgedStream | undefined {
    if (!this.#profile.limits.holdsStreams) return undefined;
    return new JudgedStream(this.#reading.createAnswerDecoder(), this.#listen());
  }

  #listen(): Heard {
    const { outputFloor } = this.#profile.limits;
    return new Heard((answer) => {
      const asked = this.askedLimit;
      const askedLimit = asked !== undefined && asked < outputFloor ? asked : undefined;
      const cause = this.#profile.judge({ ...answer, askedLimit });
      return cause === 'empty' && this.#body.endsWithToolResult() ? undefined : cause;
    });
  }

  /** The tokens that the caller allows the answer; undefined where it does not say. */
  get askedLimit(): number | undefined {
    if (!limitFields.some((field) => this.#body.has(field))) return undefined;
    return readLimit(this.#body.parseToTranslate());
  }
}

/** One stream, followed event by event while it is held back. */
export class JudgedStream {
  readonly #decoder: AnswerDecoder;
  readonly #heard: Heard;
  #isReadable = true;

  constructor(decoder: AnswerDecoder, heard: Heard) {
    this.#decoder = decoder;
    this.#heard = heard;
  }

  push(event: WireObject): void {
    this.#read(() => this.#decoder.push(event));
  }

  /** Undefined for an answer that is of use, or that we cannot read. */
  end(): JudgedMiss | undefined {
    this.#read(() => this.#decoder.end());
    return this.#isReadable ? this.#heard.judge() : undefined;
  }

  #read(read: () => readonly NeutralPart[]): void {
    if (!this.#isReadable) return;
    try {
      for (const part of read()) this.#heard.take(part);
    } catch {
      this.#isReadable = false;
    }
  }
}

/** What has been heard of an answer. */
class Heard {
  readonly #judge: (answer: JudgedAnswer) => MissCause | undefined;
  #text = '';
  #reasoningLength = 0;
  #hasToolCalls = false;
  #finish: JudgedAnswer['finish'] = 'other';

  constructor(judge: (answer: JudgedAnswer) => MissCause | undefined) {
    this.#judge = judge;
  }

  take(part: NeutralPart | NeutralContent): void {
    switch (part.type) {
      case 'text-delta':
        this.#text += part.delta;
        return;
      case 'text':
        this.#text += part.text;
        return;
      case 'reasoning-delta':
        this.#reasoningLength += part.delta.length;
        return;
      case 'reasoning':
        this.#reasoningLength += part.text.length;
        return;
      case 'finish':
        this.#finish = part.finishReason.unified;
        return;
      case 'tool-call':
      case 'tool-input-start':
      case 'file':
        this.#hasToolCalls = true;
        return;
      default: // what only the vendor understands says nothing of the task
    }
  }

  judge(finish: JudgedAnswer['finish'] = this.#finish): JudgedMiss | undefined {
    const text = this.#text;
    const cause = this.#judge({
      text,
      reasoningLength: this.#reasoningLength,
      finish,
      hasToolCalls: this.#hasToolCalls,
      askedLimit: undefined,
    });
    if (cause === undefined) return undefined;
    const message = `${missReasons[cause]}${quote(text)}`;
    const isBearable =
      cause === 'think-text' &&
      splitThought(text).visible.trim() !== '' &&
      splitThought(text).visible !== text;
    return { failure: createFailure('unusable', `judged-${cause}`, message), isBearable };
  }
}

function quote(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  if (line === '') return '';
  return `: "${line.length > quoteLimit ? `${line.slice(0, quoteLimit)}…` : line}"`;
}

function readLimit(body: WireObject): number | undefined {
  const { generationConfig: google } = body;
  const values = [
    ...limitFields.map((field) => body[field]),
    isRecord(google) ? google['maxOutputTokens'] : undefined,
  ];
  return values.find((value) => typeof value === 'number');
}
