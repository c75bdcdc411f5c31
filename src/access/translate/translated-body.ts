/** The reply side of the translate leg for an answer that is taken whole: judged as the target's protocol, told as the client's. */

import type { Failure } from '../../model/failure.ts';
import type { Usage } from '../../model/record.ts';
import type { Headers } from '../../model/request.ts';
import { createFailure } from '../classify/classify.ts';
import { CollectedBody } from '../reply/collected-body.ts';
import type { AnswerReader, OngoingAttempt } from '../reply/outcome.ts';
import { BodyReader } from '../reply/whole-readers.ts';
import { describeWarnings, toNeutralAnswer } from './translate.ts';
import { asSpoken, asTranslated, describeFault } from './translated-attempt.ts';
import type { TranslatedSides } from './translated-stream.ts';

export class TranslatedBody implements AnswerReader {
  readonly #attempt: OngoingAttempt;
  readonly #headers: Headers;
  readonly #status: number;
  readonly #sides: TranslatedSides;
  readonly #body = new CollectedBody();
  /** For an answer that is none. */
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
    const verdict = this.#sides.spoken.judgeBody(body.toString('utf8'), 'generate');
    if (verdict.kind === 'answer' && !this.#attempt.plan.body.stream) {
      void this.#tell(body, verdict.usage);
      return;
    }
    this.#untold.push(body);
    this.#untold.end();
  }

  fail(failure: Failure): void {
    this.#untold.fail(failure);
  }

  async #tell(body: Buffer, usage: Usage | undefined): Promise<void> {
    const { call } = this.#sides;
    try {
      const amended = call.spoken.createAmender?.().amend(body.toString('utf8'));
      const result = await call.readWhole(amended === undefined ? body : Buffer.from(amended));
      const told = call.client.encodeAnswer(toNeutralAnswer(result), call.facts);
      const notes = [...call.notes, ...describeWarnings(result.warnings)];
      const side = { usage: () => usage, notes: () => notes };
      const headers = { ...this.#headers, 'content-type': 'application/json' };
      const reader = new BodyReader(asTranslated(this.#attempt, side), this.#status, headers);
      reader.push(Buffer.from(JSON.stringify(told)));
      reader.end();
    } catch (error) {
      const message = `the answer could not be read as ${this.#attempt.plan.target.protocol}: ${describeFault(error)}`;
      this.fail(createFailure('malformed', 'untranslatable', message));
    }
  }
}
