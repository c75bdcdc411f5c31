/**
 * The reply side of a continuation (step 6 of a request, after a break): takes each event of it
 * through the joint, and knows what the caller has by then. One for each attempt that goes on with
 * an answer.
 */

import type { JointRecord } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import type { Protocol, StreamSplicer } from '../../protocols/contract/protocol.ts';
import type { Delivered } from '../../protocols/contract/watched-stream.ts';
import { type CutFailure, createFailure } from '../classify/kept-failure.ts';
import { splitThought, ThinkFilter } from '../tasks/think-block.ts';
import { begunAnew, divergedRule } from '../wording/wording.ts';
import { countCodePoints, Joint } from './joint.ts';
import type { PlannedContinuation } from './outcome.ts';

/** What came is no continuation: nobody can put it behind what the caller has. */
export function createDiverged({ id }: Target): CutFailure {
  return createFailure('unknown', divergedRule, `${id} ${begunAnew}`);
}

export class Splice {
  readonly #plan: PlannedContinuation;
  readonly #takesComments: boolean;
  readonly #target: string;
  readonly #joint: Joint;
  readonly #think: ThinkFilter;
  readonly #splicer: StreamSplicer;
  #told = '';
  #hasTold = false;
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

  /**
   * It began anew and told something else, or the same in other words: nobody can put the two
   * together.
   */
  get hasDiverged(): boolean {
    return this.#joint.finding === 'diverged';
  }

  /**
   * What the caller is told of this event; undefined when nothing. Where the joint is stands in a
   * comment before the first.
   */
  rewrite(data: string): Buffer | undefined {
    return this.#tell(this.#splicer.rewrite(data));
  }

  /** The stream has ended: what was held back. */
  end(): Buffer | undefined {
    return this.#tell(this.#splicer.end());
  }

  /** The event that ends the answer, as the caller is told of it. */
  terminal(raw: Buffer, data: string): Buffer {
    return this.#splicer.terminal?.(data) ?? raw;
  }

  /** True when it said that there is no more to say. Reasoning about that counts for nothing. */
  isEmpty(brought: Delivered): boolean {
    return !this.#hasText && brought.obstacle === undefined;
  }

  #tell(told: Buffer | undefined): Buffer | undefined {
    if (told === undefined || this.hasDiverged) return undefined;
    if (this.#hasTold) return told;
    this.#hasTold = true;
    return Buffer.concat([this.#comment(), told]);
  }

  /** Nothing of it has reached the caller: another may still go on with what he has. */
  get isUntold(): boolean {
    return !this.#hasTold;
  }

  /** What the caller has, given what this stream has brought. */
  delivered(brought: Delivered): Delivered {
    const before = this.#plan.delivered;
    return {
      text: before.text + this.#told,
      textEvents: before.textEvents + brought.textEvents,
      obstacle: brought.obstacle,
      opening: before.opening,
      usage: this.#splicer.usage,
      place: this.#splicer.place,
      blocks: this.#splicer.blocks,
    };
  }

  /** Undefined while nothing was told. */
  joint(): JointRecord | undefined {
    const { finding, removed } = this.#joint;
    if (!this.#hasTold || finding === 'diverged') return undefined;
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
    this.#told += text;
    return text;
  }
}
