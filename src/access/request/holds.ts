/**
 * What one request holds that others wait for: a slot of its task, its turn out of a wait queue,
 * the probes of marks, the rechecks of keys, reserved money, and the turn of the main conversation
 * at a server that answers one request at a time. It is taken here, and `release` gives it back.
 */

import type { Timer } from '../../host.ts';
import type { Lease } from '../../model/credential.ts';
import type { Mark } from '../../model/failure.ts';
import type { Booking } from '../../model/spending.ts';
import type { Target } from '../../model/target.ts';
import type { Candidate } from '../select/candidate.ts';
import type { RequestSpending, SettleMoney } from '../spending/request-spending.ts';
import type { GiveBack, SlotWish } from '../waiting/task-slots.ts';
import type { Turn } from '../waiting/wait-queues.ts';
import type { Engine } from './engine.ts';

/**
 * A claim on a probe lasts this long unless it is renewed: a process that died holds nobody longer.
 */
export const claimMs = 15_000;

export class Holds {
  readonly #engine: Engine;
  /** The id of the request. */
  readonly #owner: string;
  /** Present while the request is released from a queue. */
  turn: Turn | undefined;
  #slot: GiveBack | undefined;
  #probes: readonly Mark[] = [];
  #renewal: Timer | undefined;
  #money: SettleMoney | undefined;
  #endMainTurn: GiveBack | undefined;
  /** What budgets have counted for the attempt that has just ended. */
  booking: Booking | undefined;

  constructor(engine: Engine, owner: string) {
    this.#engine = engine;
    this.#owner = owner;
  }

  get hasSlot(): boolean {
    return this.#slot !== undefined;
  }

  /** False when no slot was free in time. */
  async takeSlot(task: string, wish: SlotWish): Promise<boolean> {
    this.#slot ??= await this.#engine.taskSlots.take(task, wish);
    return this.hasSlot;
  }

  /** Claims the probes of all these marks, or of none; renewed until the release. */
  async claim(marks: readonly Mark[]): Promise<boolean> {
    if (!(await this.#engine.health.claimProbes(marks, this.#owner, claimMs))) return false;
    this.#probes = marks;
    this.#renewLater();
    return true;
  }

  /** Claims one more recheck of this secret. False if another request is rechecking it. */
  recheck(lease: Lease): boolean {
    return this.#engine.rechecks.begin(lease, this.#owner);
  }

  /** Reserves what the attempt may cost. False if it may not be sent. */
  async reserve(spending: RequestSpending, candidate: Candidate): Promise<boolean> {
    this.#money = await spending.hold(candidate);
    return this.#money !== undefined;
  }

  beginMainTurn(target: Target): void {
    this.#endMainTurn = this.#engine.mainTurns.begin(target);
  }

  /** The attempt has ended: its cost is booked. Undefined: unknown. */
  settle(paid: Parameters<SettleMoney>[0]): void {
    this.booking = this.#money?.(paid);
    this.#money = undefined;
    this.#endMainTurn?.();
    this.#endMainTurn = undefined;
  }

  /** A turn that is about another candidate goes to the next of the queue. */
  keepTurnFor(lease: Lease | undefined): void {
    if (lease === undefined || this.turn?.covers(lease) !== true) this.#giveTurn(false);
  }

  /**
   * Gives everything back. `goesOn`: the request makes another attempt, and keeps its slot and its
   * rechecks for it.
   */
  release({
    isSent,
    goesOn = false,
  }: {
    readonly isSent: boolean;
    readonly goesOn?: boolean;
  }): void {
    const { health, rechecks } = this.#engine;
    this.settle(undefined);
    this.#renewal?.cancel();
    const probes = this.#probes;
    this.#probes = [];
    if (probes.length > 0) void health.releaseProbes(probes, this.#owner);
    this.#giveTurn(isSent);
    if (goesOn) return;
    this.#slot?.();
    this.#slot = undefined;
    if (!rechecks.isIdle) rechecks.endAll(this.#owner);
  }

  #giveTurn(isSent: boolean): void {
    this.turn?.release({ isSent });
    this.turn = undefined;
  }

  #renewLater(): void {
    const { health, host } = this.#engine;
    this.#renewal = host.clock.startTimer(claimMs / 3, () => {
      if (!this.#probes.some(({ key, since }) => health.mark(key)?.since === since)) return;
      void health.claimProbes(this.#probes, this.#owner, claimMs);
      this.#renewLater();
    });
  }
}
