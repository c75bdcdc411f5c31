/**
 * What one worker process of a gateway tells the others, so that they are one: what it has learned,
 * how much it retries, and where a conversation is under way. Types only.
 */

export type WorkerNews =
  /** A lesson; `known` is absent when it was forgotten. */
  | {
      readonly kind: 'lesson';
      /** Which of the lessons of the engine. */
      readonly lesson: string;
      readonly key: string;
      readonly known?: unknown;
    }
  /** More requests, and more retries of requests. */
  | { readonly kind: 'retries'; readonly requests: number; readonly retries: number }
  /** A request of main begins or ends at a server that answers one at a time. */
  | { readonly kind: 'main'; readonly origin: string; readonly isUnderWay: boolean };

export type TellWorkers = (news: WorkerNews) => void;
