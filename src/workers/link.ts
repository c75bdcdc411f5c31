/**
 * The link between a primary and one worker, the same at both ends: what is told is heard, and what
 * is asked is answered, in the order in which it is sent.
 */

import { assertNever, decodeFault, encodeFault } from '../errors.ts';
import type { Peer } from '../host/worker-process.ts';
import {
  type AskedKind,
  type LinkAsked,
  type LinkFrame,
  type LinkTold,
  parseFrame,
  type ToldKind,
} from './messages.ts';

/** What this end does with each kind of message; other kinds are not heard. */
export interface Ear {
  readonly told: { readonly [Kind in ToldKind]?: (body: LinkTold[Kind]) => void };
  readonly asked?: {
    readonly [Kind in AskedKind]?: (
      question: LinkAsked[Kind]['question'],
    ) => Promise<LinkAsked[Kind]['answer']> | LinkAsked[Kind]['answer'];
  };
}

interface WaitingAsker {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class WorkerLink {
  readonly #peer: Peer;
  readonly #ear: Ear;
  readonly #askers = new Map<number, WaitingAsker>();
  #askedSoFar = 0;
  #isOver: Error | undefined;

  constructor(peer: Peer, ear: Ear) {
    this.#peer = peer;
    this.#ear = ear;
    peer.onMessage((message) => {
      const frame = parseFrame(message);
      if (frame !== undefined) this.#hear(frame);
    });
  }

  tell<Kind extends ToldKind>(kind: Kind, body: LinkTold[Kind]): void {
    this.#send({ type: 'told', kind, body });
  }

  /** Rejects with the error that the other end throws, and if the link ends before the answer. */
  ask<Kind extends AskedKind>(
    kind: Kind,
    question: LinkAsked[Kind]['question'],
  ): Promise<LinkAsked[Kind]['answer']> {
    return new Promise((resolve, reject) => {
      if (this.#isOver !== undefined) {
        reject(this.#isOver);
        return;
      }
      const id = ++this.#askedSoFar;
      this.#askers.set(id, { resolve: (answer) => resolve(parseAnswer<Kind>(answer)), reject });
      this.#send({ type: 'asked', id, kind, question });
    });
  }

  /** The other end is gone: whoever waits for an answer gets this error. */
  end(error: Error): void {
    this.#isOver = error;
    for (const { reject } of this.#askers.values()) reject(error);
    this.#askers.clear();
  }

  #send(frame: LinkFrame): void {
    this.#peer.send(frame);
  }

  #hear(frame: LinkFrame): void {
    switch (frame.type) {
      case 'told':
        hearTold(this.#ear.told, frame.kind, frame.body);
        break;
      case 'asked':
        void this.#answer(frame);
        break;
      case 'answered':
        this.#takeAsker(frame.id)?.resolve(frame.answer);
        break;
      case 'refused':
        this.#takeAsker(frame.id)?.reject(decodeFault(frame.fault));
        break;
      default:
        assertNever(frame);
    }
  }

  async #answer({
    id,
    kind,
    question,
  }: Extract<LinkFrame, { readonly type: 'asked' }>): Promise<void> {
    try {
      const answer = await findAnswer(this.#ear.asked ?? {}, kind, question);
      this.#send({ type: 'answered', id, answer });
    } catch (error) {
      this.#send({ type: 'refused', id, fault: encodeFault(error) });
    }
  }

  #takeAsker(id: number): WaitingAsker | undefined {
    const asker = this.#askers.get(id);
    this.#askers.delete(id);
    return asker;
  }
}

/** The answer to a question is of that question's kind. */
function parseAnswer<Kind extends AskedKind>(answer: unknown): LinkAsked[Kind]['answer'] {
  return answer as LinkAsked[Kind]['answer'];
}

function hearTold<Kind extends ToldKind>(
  told: Ear['told'],
  kind: Kind,
  body: LinkTold[Kind],
): void {
  told[kind]?.(body);
}

function findAnswer<Kind extends AskedKind>(
  asked: NonNullable<Ear['asked']>,
  kind: Kind,
  question: LinkAsked[Kind]['question'],
): Promise<LinkAsked[Kind]['answer']> | LinkAsked[Kind]['answer'] | undefined {
  return asked[kind]?.(question);
}
