/**
 * Recovers an answer whose stream broke after its first content (after step 6 of a request):
 * whether another attempt may continue it, how the rest is requested, and what the caller has by
 * then. docs/streams.md explains it.
 */

import { RequestError } from '../../errors.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { Decision } from '../../model/decision.ts';
import { defaults } from '../../model/defaults.ts';
import type { Failure } from '../../model/failure.ts';
import type { Headers } from '../../model/request.ts';
import type { StreamRecovery, Target } from '../../model/target.ts';
import type { Continuation, ReadBody } from '../../protocols/contract/protocol.ts';
import type { Delivered } from '../../protocols/contract/watched-stream.ts';
import { splitThought } from '../tasks/think-block.ts';
import { mayStopHere } from './anew.ts';
import { sentPart } from './joint.ts';
import type { Broken, PlannedContinuation } from './outcome.ts';
import { isOpenJson } from './preamble.ts';

const recoveryHeader = 'x-holdfast-stream-recovery';

/** The break that is being recovered from. */
export interface Break {
  readonly target: Target;
  readonly failure: Failure;
  readonly delivered: Delivered;
}

/** Plans how one request continues; almost no request needs it. */
export class Recovery {
  readonly #body: ReadBody;
  readonly #wish: StreamRecovery | undefined;
  readonly #refusers = new Set<string>();
  #asked: PlannedContinuation | undefined;
  /** The first break of the answer, while it is being continued. */
  underWay: Break | undefined;
  /** Why the last break is not recovered from. */
  obstacle: string | undefined;

  /** Throws `RequestError` if the caller's header is neither `continue` nor `error`. */
  constructor(body: ReadBody, headers: Headers) {
    this.#body = body;
    const wish = headers[recoveryHeader];
    if (wish !== undefined) this.#wish = parseWish(wish);
  }

  /** True when the text is kept as it flows, which a continuation needs. */
  keepsText(target: Target): boolean {
    return (this.#wish ?? target.streamRecovery ?? defaults.streamRecovery) === 'continue';
  }

  /** True when another attempt may continue the answer. */
  mayContinue(target: Target, broken: Broken): boolean {
    this.obstacle = this.#findObstacle(target, broken);
    return this.obstacle === undefined;
  }

  /** Later attempts ask for the rest. */
  begin(target: Target, { failure, delivered }: Broken): void {
    if (delivered !== undefined) this.underWay = { target, failure, delivered };
  }

  /**
   * True when this target may be asked for the rest. Incomplete JSON needs a target with prefill:
   * another's remark or quotation marks could not be separated from the text.
   */
  mayAsk(target: Target): boolean {
    const { visible } = splitThought(this.underWay?.delivered.text ?? '');
    return this.#takesPrefill(target) || !isOpenJson(visible);
  }

  /** Returns the request for the rest; undefined while nothing has broken. */
  plan(target: Target): PlannedContinuation | undefined {
    if (this.underWay === undefined) return undefined;
    const { target: from, delivered } = this.underWay;
    const { visible } = splitThought(delivered.text);
    const way = this.#chooseWay(visible, target);
    this.#asked = { way, delivered, shownText: sentPart(visible, way), from: from.id };
    return this.#asked;
  }

  /** A target that refuses a prefill is asked once more, by instruction. */
  withoutPrefill(target: Target, failure: Failure): Decision | undefined {
    if (this.#asked?.way !== 'prefill' || !isPrefillRefusal(failure)) return undefined;
    this.#refusers.add(target.id);
    if (!this.mayAsk(target))
      return {
        kind: 'next-target',
        reason: 'it takes no partial answer of its own, and the answer is JSON',
      };
    return {
      kind: 'retry',
      delayMs: 0,
      reason: 'it takes no partial answer of its own; once more by instruction',
    };
  }

  /**
   * True when the delivered text may be the whole answer: only then an empty continuation is
   * accepted.
   */
  mayBeWhole(): boolean {
    return mayStopHere(splitThought(this.underWay?.delivered.text ?? '').visible);
  }

  #findObstacle(target: Target, { failure, delivered }: Broken): string | undefined {
    if (!this.keepsText(target)) return 'stream_recovery is "error"';
    if (rowOfClass(failure.class).isRequestFault === true)
      return `${failure.class} is not helped by another target`;
    if (delivered === undefined) return 'it does not fit what was delivered';
    const obstacle = delivered.obstacle ?? this.#body.obstacleFor(target);
    return obstacle === undefined ? undefined : `${obstacle} cannot be continued`;
  }

  #chooseWay(visible: string, target: Target): Continuation['way'] {
    if (visible.trim() === '') return 'afresh';
    return this.#takesPrefill(target) ? 'prefill' : 'instruct';
  }

  #takesPrefill({ id, prefill }: Target): boolean {
    return prefill !== undefined && !this.#refusers.has(id);
  }
}

/** A refusal for length or content would repeat in any other form. */
function isPrefillRefusal({ class: failureClass }: Failure): boolean {
  if (failureClass === 'context-overflow' || failureClass === 'content-policy') return false;
  return rowOfClass(failureClass).isRequestFault === true;
}

function parseWish(value: string): StreamRecovery {
  if (value === 'continue' || value === 'error') return value;
  throw new RequestError('request-invalid', `the header ${recoveryHeader} is "${value}"`, {
    fix: `send "continue" or "error", or leave it out`,
  });
}
