/**
 * What one attempt is given and what it gives: the seam between the attempt and the readers of its
 * answer. Types only.
 */

import type { Health } from '../../credentials/health/health.ts';
import type { Redactor } from '../../credentials/redact/redact.ts';
import type { Host } from '../../host.ts';
import type { Lease, Secret } from '../../model/credential.ts';
import type { ProviderAnswer } from '../../model/failure.ts';
import type { Pace, ProtocolName } from '../../model/protocol.ts';
import type { JointRecord, Usage } from '../../model/record.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { Target } from '../../model/target.ts';
import type { Continuation, Protocol, ReadBody } from '../../protocols/contract/protocol.ts';
import type { Delivered, StreamWatch } from '../../protocols/contract/watched-stream.ts';
import type { Deadline, EffectiveLimits } from '../../transport/deadlines.ts';
import type { CutFailure } from '../classify/kept-failure.ts';
import type { SignatureTable } from '../classify/match-signature.ts';
import type { Lessons } from '../memory/lessons.ts';
import type { TaskJudge } from '../tasks/task-judge.ts';
import type { TaskTime } from '../tasks/task-time.ts';
import type { Carriage } from './carriage.ts';
import type { PromptCache } from './prompt-cache.ts';
import type { ReplyFacts, ReplyWriter } from './reply-writer.ts';

/** What an attempt gave. */
export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly usage: Usage | undefined;
      readonly notes: readonly string[];
      /** Names of what only the account that answered will understand. */
      readonly made?: readonly string[] | undefined;
      /** Where it went on with an answer that had broken. */
      readonly joint?: JointRecord | undefined;
    }
  /** Nothing of it reached the caller. `held` can be passed on when nothing better comes. */
  | {
      readonly kind: 'failed';
      readonly failure: CutFailure;
      readonly held?: (() => void) | undefined;
      /** Tokens that it says it used all the same. */
      readonly usage?: Usage | undefined;
    }
  | Broken
  | {
      readonly kind: 'client-gone';
      /** As told until then, else estimated. Absent: nothing is known. */
      readonly usage?: Usage | undefined;
      /** The target had not sent a byte. */
      readonly isSilent: boolean;
    };

/** It failed after content had reached the caller. */
export interface Broken {
  readonly kind: 'broken';
  readonly failure: CutFailure;
  readonly notes: readonly string[];
  readonly usage: Usage | undefined;
  readonly made?: readonly string[] | undefined;
  /** What the caller has; undefined when nobody can go on from it. */
  readonly delivered: Delivered | undefined;
  /** Epoch ms: what happened later is charged as newer than this. */
  readonly committedAt: number;
  /**
   * How long nothing had come when it failed: the part of its time that counts as lost (law 13).
   */
  readonly silentMs: number;
  /** Tells its end in the provider's own words, where nobody goes on with it. */
  readonly held?: (() => void) | undefined;
  readonly joint?: JointRecord | undefined;
}

/** The rest of an answer, as one attempt asks for it. */
export interface PlannedContinuation extends Continuation {
  /** Names the target whose stream broke. */
  readonly from: string;
}

/** The part of the engine that an attempt works with. */
export interface AttemptEngine {
  readonly host: Host;
  readonly health: Pick<Health, 'provenAt' | 'hasWorkedWith'>;
  readonly lessons: Lessons;
  readonly protocols: Readonly<Record<ProtocolName, Protocol>>;
  readonly promptCache: PromptCache;
  readonly redactor: Redactor;
  readonly signatures: SignatureTable;
}

export interface AttemptPlan {
  readonly engine: AttemptEngine;
  readonly request: AccessRequest;
  readonly body: ReadBody;
  /** What was read already of the request, for targets that speak another protocol. */
  readonly carriage?: Carriage | undefined;
  readonly protocol: Protocol;
  readonly target: Target;
  readonly lease: Lease;
  readonly secret: Secret | undefined;
  /** Set where it asks for the rest of an answer that broke. */
  readonly continuation?: PlannedContinuation | undefined;
  /** Keep the text as it flows, for a continuation. */
  readonly keepsText: boolean;
  readonly writer: ReplyWriter;
  readonly facts: ReplyFacts;
  /** What earlier attempts of the request have cost. */
  readonly spentUsd: number;
  /** Whether no other target could take the request now. */
  readonly isLastTarget: () => boolean;
  readonly freshConnection: boolean;
  /**
   * When its caller will have left, monotonic ms. Default: nobody knows, or it sees an answer that
   * flows.
   */
  readonly leavesAt?: number | undefined;
  /** Of an auxiliary task: limits the answer as a whole, streamed or not. */
  readonly taskTime: TaskTime | undefined;
  /** Of an auxiliary task whose answers are judged. */
  readonly judge?: TaskJudge | undefined;
  /** A 2xx head has come. Default: nobody asks. */
  readonly onHead?: (() => void) | undefined;
  /** A 2xx has committed: the secret is proven and its older marks end. */
  readonly onCommit: () => void;
  /** It was sent once more, unseen, over another connection. */
  readonly onResent: () => void;
}

/** What reads the answer once its head is known. */
export interface AnswerReader {
  push(chunk: Buffer): void;
  end(): void;
  /** The connection broke or a limit ran out: what that means here. */
  fail(failure: CutFailure): void;
  /** Of a stream: what has come of it so far. */
  readonly watch?: StreamWatch;
  /** The same in the target's protocol, where that is another. */
  readonly spokenWatch?: StreamWatch;
}

/** One attempt under way, as the reader of its answer sees it. */
export interface OngoingAttempt {
  readonly plan: AttemptPlan;
  readonly pace: Pace;
  readonly limits: EffectiveLimits;
  readonly deadline: Deadline;
  /** Monotonic ms. */
  readonly startedAt: number;
  classify(answer: ProviderAnswer): CutFailure;
  pause(): void;
  resume(): void;
  /** The one outcome; the upstream request ends with it. */
  settle(outcome: Outcome): void;
}
