/**
 * The part of the engine that each process creates anew: its lessons and warnings, its callers,
 * rechecks and queues.
 */

import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import type { Health } from '../../credentials/health/health.ts';
import type { Redactor } from '../../credentials/redact/redact.ts';
import { CallerLogins } from '../../credentials/sources/caller.ts';
import type { Clock } from '../../host.ts';
import type { EventListener } from '../../model/events.ts';
import { PromptCache } from '../answer/prompt-cache.ts';
import { CallerFacts } from '../memory/caller-facts.ts';
import { createLessons } from '../memory/lessons.ts';
import { Notices } from '../memory/notices.ts';
import { MainTurns } from '../waiting/main-turns.ts';
import { Rechecks } from '../waiting/rechecks.ts';
import { TaskSlots } from '../waiting/task-slots.ts';
import { WaitQueues } from '../waiting/wait-queues.ts';
import { RetryBudget } from './budget.ts';

/** Requests that wait for capacity use at most this part of `gateway.max_inflight_bytes`. */
const waitingShare = 0.25;

interface KnowledgeParts {
  readonly clock: Clock;
  readonly emit: EventListener;
  readonly health: Health;
  readonly config: () => ResolvedConfig;
  readonly redactor: Redactor;
}

/** Everything that the engine knows only in this process. */
export type OwnKnowledge = Readonly<ReturnType<typeof createOwnKnowledge>>;

export function createOwnKnowledge({ clock, emit, health, config, redactor }: KnowledgeParts) {
  return {
    rechecks: new Rechecks(),
    notices: new Notices(clock, emit),
    lessons: createLessons(clock),
    promptCache: new PromptCache(clock),
    retryBudget: new RetryBudget(clock),
    taskSlots: new TaskSlots(clock),
    mainTurns: new MainTurns(clock),
    callerLogins: new CallerLogins(redactor, clock),
    callerFacts: new CallerFacts(redactor, clock),
    queues: new WaitQueues(clock, health, () => config().gateway.maxInflightBytes * waitingShare),
  };
}
