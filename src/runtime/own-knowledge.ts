/** The part of the engine that is made anew with each process: lessons, time, and those who wait. */

import { CallerFacts } from '../access/caller-facts.ts';
import { RetryRatio } from '../access/decide/retry-ratio.ts';
import type { Engine } from '../access/engine.ts';
import { createLessons } from '../access/lessons.ts';
import { Notices } from '../access/notices.ts';
import { Rechecks } from '../access/rechecks.ts';
import { MainTurns } from '../access/tasks/main-turns.ts';
import { TaskSlots } from '../access/tasks/task-slots.ts';
import { WaitQueues } from '../access/waiting/wait-queues.ts';
import { Stickiness } from '../credentials/pool/stickiness.ts';
import type { Host } from '../host.ts';

/** Requests that wait for capacity hold at most this part of `gateway.max_inflight_bytes`. */
const waitingShare = 0.25;

/** What the engine knows in this process alone, and forgets with it: lessons of refusals, time, and those who wait. */
export function createOwnKnowledge(
  { clock }: Host,
  { emit, health, config, redactor }: Pick<Engine, 'emit' | 'health' | 'config' | 'redactor'>,
) {
  return {
    stickiness: new Stickiness(),
    rechecks: new Rechecks(),
    notices: new Notices(clock, emit),
    lessons: createLessons(clock),
    retryRatio: new RetryRatio(clock),
    taskSlots: new TaskSlots(clock),
    mainTurns: new MainTurns(clock),
    callerFacts: new CallerFacts(redactor),
    queues: new WaitQueues(clock, health, () => config().gateway.maxInflightBytes * waitingShare),
  };
}
