/** The reply side of the translate leg for an answer that is taken whole: judged as the target's protocol, told as the client's. */

import type { Failure } from '../../model/failure.ts';
import type { Headers } from '../../model/request.ts';
import { judgeText } from '../../protocols/json-body.ts';
import type { BodyVerdict } from '../../protocols/protocol.ts';
import { CollectedBody } from '../reply/collected-body.ts';
import type { AnswerReader, OngoingAttempt } from '../reply/outcome.ts';
import { BodyReader } from '../reply/whole-readers.ts';
import { asSpoken, asTranslated, createUntranslatable } from './translated-attempt.ts';
import type { TranslatedSides } from './translated-stream.ts';

export class TranslatedBody implements AnswerReader {
  readonly #attempt: OngoingAttempt;
  readonly #headers: Headers;
  readonly #status: number;
  readonly #sides: TranslatedSides;
  readonly #body = new CollectedBody();
  /** For what is no answer at all. */
  readonly #untold: BodyReader;

  constructor(
    attempt: OngoingAttempt,
    { status, headers }: { readonly status: number; readonly headers: Headers },
    sides: TranslatedSides,
  ) {
    this.#attempt = attempt;
    this.#headers = headers;
    this.#status = status;
    this.#sides = sides;
    this.#untold = new BodyReader(asSpoken(attempt, sides.spoken), status, headers);
  }

  push(chunk: Buffer): void {
    const failure = this.#body.push(chunk);
    if (failure !== undefined) this.fail(failure);
  }

  end(): void {
    const body = this.#body.join();
    const verdict = judgeText(body.toString('utf8'), this.#sides.spoken, 'generate');
    if (verdict.kind === 'answer' && !this.#attempt.plan.body.stream) this.#tell(verdict);
    else this.#untold.judge(verdict, body);
  }

  fail(failure: Failure): void {
    this.#untold.fail(failure);
  }

  #tell({ body, usage }: Extract<BodyVerdict, { kind: 'answer' }>): void {
    const { call } = this.#sides;
    let told: ReturnType<typeof call.client.encodeAnswer>;
    try {
      told = call.client.encodeAnswer(call.spoken.decodeAnswer(body, call.hints), call.facts);
    } catch (error) {
      this.fail(createUntranslatable(this.#attempt, error));
      return;
    }
    const attempt = asTranslated(this.#attempt, { usage: () => usage, notes: () => call.notes });
    const headers = { ...this.#headers, 'content-type': 'application/json' };
    const verdict = attempt.plan.protocol.judgeAnswer(told, 'generate');
    const counted = verdict.kind === 'answer' ? { ...verdict, usage } : verdict;
    new BodyReader(attempt, this.#status, headers).judge(counted, Buffer.from(JSON.stringify(told)));
  }
}
