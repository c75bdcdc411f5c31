/**
 * Judges the whole answer of a side task (step 6 of a request) before its first byte is sent. The
 * answer is read in the client's protocol, with the reader of the translation.
 */

import type { Target } from '../../model/target.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import type { WireObject } from '../../protocols/json/is-record.ts';
import type {
  AnswerDecoder,
  NeutralContent,
  NeutralPart,
  Translation,
} from '../../protocols/translation/neutral.ts';
import {
  type JudgedAnswer,
  type MissCause,
  missReasons,
  type TaskProfile,
} from '../../tasks/profile.ts';
import { type CutFailure, createFailure } from '../classify/kept-failure.ts';
import { limitFields, readAskedLimit } from '../classify/output-limit.ts';
import { splitThought } from './think-block.ts';

export interface JudgedMiss {
  readonly failure: CutFailure;
  /** It is usable to some degree: the client gets it if nobody has a better one. */
  readonly isBearable: boolean;
}

export class TaskJudge {
  readonly #profile: TaskProfile;
  readonly #body: ReadBody;
  readonly #reading: Translation;

  /** `reading` is the translation of the client's protocol. */
  constructor(profile: TaskProfile, body: ReadBody, reading: Translation) {
    this.#profile = profile;
    this.#body = body;
    this.#reading = reading;
  }

  /** True for a task that needs no reasoning, from a caller that did not ask for any. */
  get wantsNoReasoning(): boolean {
    return this.#profile.limits.reasoning === 'off' && !this.#body.asksReasoning;
  }

  /** Limits the repeat of an answer that its own limit cut off, in tokens. */
  get longerLimit(): number {
    return Math.max(this.#profile.limits.outputFloor, 2 * (this.askedLimit ?? 0));
  }

  judgeWhole(body: WireObject, target: EditedTarget): JudgedMiss | undefined {
    try {
      const { content, finish } = this.#reading.decodeAnswer(body);
      return this.judge({ ...hearParts(content), finish }, target);
    } catch {
      return undefined; // an answer that we cannot read is left to its caller
    }
  }

  /** Returns undefined if the task's streams are not held back. */
  follow(target: EditedTarget): JudgedStream | undefined {
    if (!this.#profile.limits.holdsStreams) return undefined;
    return new JudgedStream(this, target, new this.#reading.AnswerDecoder());
  }

  judge(heard: Heard, target: EditedTarget): JudgedMiss | undefined {
    const asked = this.askedLimit;
    const askedLimit =
      asked !== undefined && asked < this.#profile.limits.outputFloor ? asked : undefined;
    const cause = this.#profile.judge({ ...heard, askedLimit });
    if (cause === undefined || (cause === 'empty' && this.#body.endsWithToolResult()))
      return undefined;
    const { text } = heard;
    const { visible } = splitThought(text);
    const words = describeMiss(cause, heard, asked && sentLimit(asked, target));
    return {
      failure: createFailure('unusable', `judged-${cause}`, words),
      isBearable: cause === 'think-text' && visible.trim() !== '' && visible !== text,
    };
  }

  /** The caller's limit in tokens; undefined if it sets none. */
  get askedLimit(): number | undefined {
    return readAskedLimit(this.#body);
  }
}

/** One stream, followed event by event while it is held back. */
export class JudgedStream {
  readonly #judge: TaskJudge;
  readonly #target: EditedTarget;
  readonly #decoder: AnswerDecoder;
  /** Undefined for a stream that we cannot read: it is left to its caller. */
  #parts: NeutralPart[] | undefined = [];

  constructor(judge: TaskJudge, target: EditedTarget, decoder: AnswerDecoder) {
    this.#judge = judge;
    this.#target = target;
    this.#decoder = decoder;
  }

  push(event: WireObject | undefined): void {
    if (event === undefined) return;
    this.#read(() => this.#decoder.push(event));
  }

  end(): JudgedMiss | undefined {
    this.#read(() => this.#decoder.end());
    return this.#parts && this.#judge.judge(hearParts(this.#parts), this.#target);
  }

  #read(read: () => readonly NeutralPart[]): void {
    try {
      this.#parts?.push(...read());
    } catch {
      this.#parts = undefined;
    }
  }
}

/** The target as it was asked: its edits may have raised the caller's limit. */
type EditedTarget = Pick<Target, 'bodyEdits'>;

/** Returns the limit of the answer that was sent, in tokens. */
function sentLimit(asked: number, { bodyEdits }: EditedTarget): number {
  return bodyEdits.reduce(
    (limit, edit) =>
      edit.kind === 'clamp' && limitFields.includes(edit.field)
        ? Math.min(edit.max ?? Infinity, Math.max(edit.min ?? 0, limit))
        : limit,
    asked,
  );
}

/** What ended without a word for lack of room has been thinking, whether it told so or not. */
function describeMiss(cause: MissCause, { finish }: Heard, limit: number | undefined): string {
  const isThought = cause === 'empty' || cause === 'only-reasoning';
  if (!isThought || finish !== 'length') return missReasons[cause];
  const room =
    limit === undefined
      ? 'all that its server allows an answer'
      : `all ${limit} tokens that the request allows (max_tokens)`;
  return `${missReasons[cause]}: its thinking took ${room}`;
}

type Heard = Omit<JudgedAnswer, 'askedLimit'>;

function hearParts(parts: readonly (NeutralPart | NeutralContent)[]): Heard {
  let [text, reasoningLength, hasToolCalls] = ['', 0, false];
  let finish: Heard['finish'] = 'other';
  for (const part of parts) {
    switch (part.type) {
      case 'text-delta':
        text += part.delta;
        break;
      case 'text':
        text += part.text;
        break;
      case 'reasoning-delta':
        reasoningLength += part.delta.length;
        break;
      case 'reasoning':
        reasoningLength += part.text.length;
        break;
      case 'finish':
        finish = part.finishReason.unified;
        break;
      case 'tool-call':
      case 'tool-input-start':
      case 'file':
        hasToolCalls = true;
        break;
      default: // vendor-specific parts say nothing about the task
    }
  }
  return { text, reasoningLength, hasToolCalls, finish };
}
