/**
 * The link between a primary and one worker, the same at both ends: what is told is heard, and what
 * is asked is answered, in the order in which it is sent.
 */

import { Askers, replyTo } from '../host/askers.ts';
import type { Peer } from '../host/worker-process.ts';
import {
  type AnswerTo,
  type LinkFrame,
  type LinkKind,
  parseAnswer,
  parseFrame,
  type SaidWith,
} from './messages.ts';

/** What this end does with each kind of message; other kinds are not heard. */
export type Ear = {
  readonly [Kind in LinkKind]?: (
    ...said: SaidWith<Kind>
  ) => Promise<AnswerTo<Kind>> | AnswerTo<Kind>;
};

export class WorkerLink {
  readonly #peer: Peer;
  readonly #ear: Ear;
  readonly #askers = new Askers();
  #isOver: Error | undefined;

  constructor(peer: Peer, ear: Ear) {
    this.#peer = peer;
    this.#ear = ear;
    peer.onMessage((message) => {
      const frame = parseFrame(message);
      if (frame !== undefined) this.#hear(frame);
    });
  }

  tell<Kind extends LinkKind>(kind: Kind, ...said: SaidWith<Kind>): void {
    this.#send({ kind, said });
  }

  /** Rejects with the error that the other end throws, and if the link ends before the answer. */
  async ask<Kind extends LinkKind>(kind: Kind, ...said: SaidWith<Kind>): Promise<AnswerTo<Kind>> {
    if (this.#isOver !== undefined) throw this.#isOver;
    return parseAnswer<Kind>(await this.#askers.ask((id) => this.#send({ id, kind, said })));
  }

  /** The other end is gone: whoever waits for an answer gets this error. */
  end(error: Error): void {
    this.#isOver = error;
    this.#askers.end(error);
  }

  #send(frame: LinkFrame): void {
    this.#peer.send(frame);
  }

  #hear(frame: LinkFrame): void {
    if (!('kind' in frame)) {
      this.#askers.hear(frame);
      return;
    }
    const { id, kind, said } = frame;
    if (id === undefined) void call(this.#ear, kind, said);
    else void replyTo(id, () => call(this.#ear, kind, said)).then((reply) => this.#send(reply));
  }
}

function call<Kind extends LinkKind>(ear: Ear, kind: Kind, said: SaidWith<Kind>): unknown {
  return ear[kind]?.(...said);
}
