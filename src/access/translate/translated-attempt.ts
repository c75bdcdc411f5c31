/** What the readers of a translated answer have in common: the attempt as the client's reader sees it, and the bytes on their way to the package. */

import type { Usage } from '../../model/record.ts';
import type { Protocol } from '../../protocols/protocol.ts';
import type { OngoingAttempt, Outcome } from '../reply/outcome.ts';

/** What the target's side adds to the client's. */
export interface TargetSide {
  readonly usage: () => Usage | undefined;
  readonly notes: () => readonly string[];
  readonly gate?: PauseGate;
}

/** The attempt for a reader of the client's protocol: its outcome bears the tokens and notes of the target's side. */
export function asTranslated(attempt: OngoingAttempt, side: TargetSide): OngoingAttempt {
  const { plan, pace, limits, deadline, startedAt } = attempt;
  return {
    plan,
    pace,
    limits,
    deadline,
    startedAt,
    noteCommit: () => attempt.noteCommit(),
    classify: (answer) => attempt.classify(answer),
    pause: () => {
      side.gate?.close();
      attempt.pause();
    },
    resume: () => {
      side.gate?.open();
      attempt.resume();
    },
    settle: (outcome) => attempt.settle(complete(outcome, side)),
  };
}

/** The attempt for a reader of the target's own protocol. */
export function asSpoken(attempt: OngoingAttempt, protocol: Protocol): OngoingAttempt {
  return {
    ...asTranslated(attempt, { usage: () => undefined, notes: () => [] }),
    plan: { ...attempt.plan, protocol },
  };
}

function complete(outcome: Outcome, { usage, notes }: TargetSide): Outcome {
  if (outcome.kind === 'failed') return { ...outcome, usage: usage() };
  if (outcome.kind !== 'answered' && outcome.kind !== 'broken') return outcome;
  return { ...outcome, usage: usage(), notes: [...notes(), ...outcome.notes] };
}

/** Closed while the caller does not read. */
export class PauseGate {
  #waiting: PromiseWithResolvers<void> | undefined;

  close(): void {
    this.#waiting ??= Promise.withResolvers();
  }

  open(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  /** Resolves when the gate is open. */
  async pass(): Promise<void> {
    await this.#waiting?.promise;
  }
}

/** Bytes for a package, as they come. */
export class FedStream {
  readonly stream: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor() {
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        this.#controller = undefined;
      },
    });
  }

  push(bytes: Uint8Array): void {
    this.#controller?.enqueue(bytes);
  }

  close(): void {
    this.#controller?.close();
    this.#controller = undefined;
  }
}

/** Why an answer could not be decoded, for people. */
export function describeFault(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** True for one event that the package does not understand; any other fault of it is the end. */
export function isMisunderstood(error: unknown): boolean {
  return error instanceof Error && /TypeValidationError|JSONParseError/.test(error.name);
}
