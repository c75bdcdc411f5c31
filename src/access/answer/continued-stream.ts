/**
 * Rewrites the events of a continuation (step 6 of a request, after a break): passes each through
 * the joint, and tracks the caller's text. Each continuing attempt has one.
 */

import type { JointRecord } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import type { Protocol } from '../../protocols/contract/protocol.ts';
import type { Splicer } from '../../protocols/contract/splicer.ts';
import type { Delivered } from '../../protocols/contract/watched-stream.ts';
import { type CutFailure, createFailure } from '../classify/kept-failure.ts';
import { splitThought, ThinkFilter } from '../tasks/think-block.ts';
import { begunAnew, divergedRule } from '../wording/wording.ts';
import { countCodePoints, Joint } from './joint.ts';
import type { PlannedContinuation } from './outcome.ts';

/** The answer is not a continuation of the caller's text. */
export function createDiverged({ id }: Target): CutFailure {
  return createFailure('unknown', divergedRule, `${id} ${begunAnew}`);
}

export class ContinuedStream {
  readonly #plan: PlannedContinuation;
  readonly #takesComments: boolean;
  readonly #target: string;
  readonly #joint: Joint;
  readonly #think: ThinkFilter;
  readonly #splicer: Splicer;
  #sent = '';
  #hasSent = false;
  #hasText = false;

  constructor(protocol: Protocol, plan: PlannedContinuation, target: string) {
    this.#plan = plan;
    this.#takesComments = protocol.takesNoComments !== true;
    this.#target = target;
    const { visible, missing } = splitThought(plan.delivered.text);
    this.#joint = new Joint(visible, plan.way);
    this.#think = new ThinkFilter(missing);
    this.#splicer = new protocol.Splicer(plan.delivered, {
      push: (text) => this.#join(this.#think.push(text)),
      end: () => this.#join(this.#think.end()) + this.#note(this.#joint.end()),
    });
  }

  /** True when it began anew with other content or other words: the two cannot be joined. */
  get hasDiverged(): boolean {
    return this.#joint.finding === 'diverged';
  }

  /**
   * Returns the event for the caller; undefined for none. A comment before the first one names the
   * place of the joint.
   */
  rewrite(data: string): Buffer | undefined {
    return this.#withComment(this.#splicer.rewrite(data));
  }

  /** Returns the held text when the stream has ended. */
  end(): Buffer | undefined {
    return this.#withComment(this.#splicer.end());
  }

  /** Returns the event that ends the answer, rewritten for the caller. */
  terminal(raw: Buffer, data: string): Buffer {
    return this.#splicer.terminal?.(data) ?? raw;
  }

  /** True when the target says that there is no more. Reasoning about that does not count. */
  isEmpty(brought: Delivered): boolean {
    return !this.#hasText && brought.obstacle === undefined;
  }

  #withComment(event: Buffer | undefined): Buffer | undefined {
    if (event === undefined || this.hasDiverged) return undefined;
    if (this.#hasSent) return event;
    this.#hasSent = true;
    return Buffer.concat([this.#comment(), event]);
  }

  /** False while nothing of it has reached the caller: another attempt may still continue. */
  get hasSent(): boolean {
    return this.#hasSent;
  }

  /** Returns the caller's text, including what this stream added. */
  delivered(brought: Delivered): Delivered {
    const before = this.#plan.delivered;
    return {
      text: before.text + this.#sent,
      textEvents: before.textEvents + brought.textEvents,
      obstacle: brought.obstacle,
      opening: before.opening,
      usage: this.#splicer.usage,
      place: this.#splicer.place,
      blocks: this.#splicer.blocks,
    };
  }

  /** Returns undefined while nothing was sent. */
  joint(): JointRecord | undefined {
    const { finding, removed } = this.#joint;
    if (!this.#hasSent || finding === 'diverged') return undefined;
    const { delivered, way, from } = this.#plan;
    return {
      at: countCodePoints(delivered.text),
      from,
      to: this.#target,
      way,
      finding: finding === 'open' ? 'clean' : finding,
      removed,
    };
  }

  #comment(): Buffer {
    const joint = this.joint();
    if (joint === undefined || !this.#takesComments) return Buffer.alloc(0);
    const { at, to, way, finding, removed } = joint;
    return Buffer.from(
      `: holdfast joint at=${at} target=${to} way=${way} finding=${finding} removed=${removed}\n\n`,
    );
  }

  #join(text: string): string {
    if (text === '') return '';
    this.#hasText = true;
    return this.#note(this.#joint.push(text));
  }

  #note(text: string): string {
    this.#sent += text;
    return text;
  }
}
