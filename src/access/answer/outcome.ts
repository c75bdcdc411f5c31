/**
 * The input and the result of one attempt: the contract between the attempt and the readers of its
 * answer. Types only.
 */

import type { Health } from '../../credentials/health/health.ts';
import type { Redactor } from '../../credentials/redact/redact.ts';
import type { Host } from '../../host.ts';
import type { CallerLogin, Lease, Secret } from '../../model/credential.ts';
import type { EventListener } from '../../model/events.ts';
import type { ProviderAnswer } from '../../model/failure.ts';
import type { Pace, ProtocolName } from '../../model/protocol.ts';
import type { AttemptPhases, JointRecord, Usage } from '../../model/record.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { Target } from '../../model/target.ts';
import type { Continuation, Protocol, ReadBody } from '../../protocols/contract/protocol.ts';
import type { Delivered, StreamWatch } from '../../protocols/contract/watched-stream.ts';
import type { Deadline, EffectiveLimits } from '../../transport/deadlines.ts';
import type { CutFailure } from '../classify/kept-failure.ts';
import type { KnownLimits } from '../memory/known-limits.ts';
import type { Lessons } from '../memory/lessons.ts';
import type { TaskJudge } from '../tasks/task-judge.ts';
import type { TaskTime } from '../tasks/task-time.ts';
import type { DecodedRequest } from './decoded-request.ts';
import type { PromptCache } from './prompt-cache.ts';
import type { ReplyFacts, ReplyWriter } from './reply-writer.ts';

export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly usage: Usage | undefined;
      readonly notes: readonly string[];
      /** Why it has no text, which nobody else would mend. Absent: it has, or was to have none. */
      readonly lack?: CutFailure | undefined;
      /** Names in the answer that only this account understands. */
      readonly made?: readonly string[] | undefined;
      /** The place where it continued a broken answer. */
      readonly joint?: JointRecord | undefined;
    }
  /** Nothing of it reached the caller. `held` passes it on if nothing better comes. */
  | {
      readonly kind: 'failed';
      readonly failure: CutFailure;
      readonly held?: (() => void) | undefined;
      /** Tokens that it reports nevertheless. */
      readonly usage?: Usage | undefined;
    }
  | Broken
  | {
      readonly kind: 'client-gone';
      /** As reported so far, else estimated. Absent: unknown. */
      readonly usage?: Usage | undefined;
      /** As in `answered`, as far as it came: a caller may come back for a stored answer. */
      readonly made?: readonly string[] | undefined;
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
  /** The caller's text so far; undefined if nobody can continue it. */
  readonly delivered: Delivered | undefined;
  /** Epoch ms: later events are charged as newer than this. */
  readonly committedAt: number;
  /** The silence before the failure in ms, which counts as lost time (law 13). */
  readonly silentMs: number;
  /** Sends the provider's own ending if nobody continues the answer. */
  readonly held?: (() => void) | undefined;
  readonly joint?: JointRecord | undefined;
}

/** A request for the rest of an answer. */
export interface PlannedContinuation extends Continuation {
  /** Names the target whose stream broke. */
  readonly from: string;
}

/** The part of the engine that an attempt needs. */
export interface AttemptEngine {
  readonly emit: EventListener;
  readonly host: Host;
  readonly health: Pick<Health, 'provenAt' | 'hasWorkedWith' | 'hasServed'>;
  readonly lessons: Lessons;
  readonly limits: Pick<KnownLimits, 'note'>;
  readonly protocols: Readonly<Record<ProtocolName, Protocol>>;
  readonly promptCache: PromptCache;
  readonly redactor: Redactor;
  /** Phrases that providers are known to use, in small letters. */
  readonly phrases: () => readonly string[];
}

export interface AttemptPlan {
  readonly engine: AttemptEngine;
  readonly request: AccessRequest;
  readonly body: ReadBody;
  /** The decoded request, for targets of another protocol. */
  readonly decoded?: DecodedRequest | undefined;
  readonly protocol: Protocol;
  readonly target: Target;
  readonly lease: Lease;
  readonly secret: Secret | undefined;
  /** Its caller's own login, if that is what it is asked with. */
  readonly login?: CallerLogin | undefined;
  /** Present if the attempt asks for the rest of a broken answer. */
  readonly continuation?: PlannedContinuation | undefined;
  /** The text is kept as it flows, for a continuation. Default: it is not. */
  readonly keepsText?: boolean | undefined;
  readonly writer: ReplyWriter;
  readonly facts: ReplyFacts;
  /** The cost of the request's earlier attempts. Default: 0. */
  readonly spentUsd?: number | undefined;
  /** Whether no other target could take the request now. Default: true. */
  readonly isLastTarget?: (() => boolean) | undefined;
  /** Default: false. */
  readonly freshConnection?: boolean | undefined;
  /**
   * When its caller will have left, monotonic ms. Default: nobody knows, or it sees an answer that
   * flows.
   */
  readonly leavesAt?: number | undefined;
  /** For an auxiliary task: limits the whole answer, streamed or not. */
  readonly taskTime?: TaskTime | undefined;
  /** For an auxiliary task whose answers are judged. */
  readonly judge?: TaskJudge | undefined;
  /** The attempt notes here how far it came. Default: nowhere. */
  readonly phases?: { -readonly [Name in keyof AttemptPhases]: AttemptPhases[Name] } | undefined;
  /** Called at a 2xx head. Default: nothing is called. */
  readonly onHead?: (() => void) | undefined;
  /** Called when a 2xx commits: the secret is proven and its older marks end. */
  readonly onCommit?: (() => void) | undefined;
  /** Called when it was sent again over another connection, unseen by its caller. */
  readonly onResent?: (() => void) | undefined;
}

/** Reads the answer once its head is known. */
export interface AnswerReader {
  push(chunk: Buffer): void;
  end(): void;
  /** The connection broke or a limit ran out; the reader decides the outcome. */
  fail(failure: CutFailure): void;
  /** The stream so far; absent for a whole answer. */
  readonly watch?: StreamWatch;
  /** The same in the target's protocol, if that is another. */
  readonly spokenWatch?: StreamWatch;
}

/** One attempt under way, as the reader of its answer uses it. */
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
  /** Settles the one outcome and ends the upstream request. */
  settle(outcome: Outcome): void;
}

/** Where the events of an answer come from that was not sent as they are. */
export interface RelaySource extends Pick<OngoingAttempt, 'settle'> {
  /** Follows the answer in the target's own protocol. */
  readonly spoken: Pick<StreamWatch, 'finish'>;
}
