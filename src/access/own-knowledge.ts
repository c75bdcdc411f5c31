/** The part of the engine that is made anew with each process: what it has learned and told, and who asks, rechecks or waits. */

import type { ResolvedConfig } from '../config/resolved.ts';
import type { Health } from '../credentials/health/health.ts';
import { Stickiness } from '../credentials/pool/stickiness.ts';
import type { Redactor } from '../credentials/redact.ts';
import type { Clock } from '../host.ts';
import type { EventListener } from '../model/events.ts';
import { CallerFacts } from './caller-facts.ts';
import { RetryRatio } from './decide/retry-ratio.ts';
import { createLessons } from './lessons.ts';
import { Notices } from './notices.ts';
import { Rechecks } from './rechecks.ts';
import { MainTurns } from './tasks/main-turns.ts';
import { TaskSlots } from './tasks/task-slots.ts';
import { PromptCache } from './translate/prompt-cache.ts';
import { WaitQueues } from './waiting/wait-queues.ts';

/** Requests that wait for capacity hold at most this part of `gateway.max_inflight_bytes`. */
const waitingShare = 0.25;

interface KnowledgeParts {
  readonly clock: Clock;
  readonly emit: EventListener;
  readonly health: Health;
  readonly config: () => ResolvedConfig;
  readonly redactor: Redactor;
}

/** What the engine knows in this process alone, and forgets with it. */
export type OwnKnowledge = Readonly<ReturnType<typeof createOwnKnowledge>>;

export function createOwnKnowledge({ clock, emit, health, config, redactor }: KnowledgeParts) {
  return {
    stickiness: new Stickiness(),
    rechecks: new Rechecks(),
    notices: new Notices(clock, emit),
    lessons: createLessons(clock),
    promptCache: new PromptCache(clock),
    retryRatio: new RetryRatio(clock),
    taskSlots: new TaskSlots(clock),
    mainTurns: new MainTurns(clock),
    callerFacts: new CallerFacts(redactor, clock),
    queues: new WaitQueues(clock, health, () => config().gateway.maxInflightBytes * waitingShare),
  };
}
