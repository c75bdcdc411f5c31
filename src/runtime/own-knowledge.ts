/** The part of the engine that is made anew with each process: lessons, time, and those who wait. */

import { LearnedEdits } from '../access/amend/learned-edits.ts';
import { CallerFacts } from '../access/caller-facts.ts';
import { RetryRatio } from '../access/decide/retry-ratio.ts';
import type { Engine } from '../access/engine.ts';
import { LearnedBlindness } from '../access/eyes/learned-blindness.ts';
import { LimitsLeft } from '../access/limits-left.ts';
import { Rechecks } from '../access/rechecks.ts';
import { Warmth } from '../access/reply/pace.ts';
import { LearnedWindows } from '../access/route/learned-windows.ts';
import { Unserved } from '../access/route/unserved.ts';
import { Shortages } from '../access/shortages.ts';
import { Payers } from '../access/spending/payers.ts';
import { MainTurns } from '../access/tasks/main-turns.ts';
import { TaskSlots } from '../access/tasks/task-slots.ts';
import { TaskStarts } from '../access/tasks/task-starts.ts';
import { WaitQueues } from '../access/waiting/wait-queues.ts';
import { Stickiness } from '../credentials/pool/stickiness.ts';
import type { Host } from '../host.ts';

/** Requests that wait for capacity hold at most this part of `gateway.max_inflight_bytes`. */
const waitingShare = 0.25;

/** What the engine knows in this process alone, and forgets with it: lessons of refusals, time, and those who wait. */
export function createOwnKnowledge(
  { clock }: Host,
  { emit, health, config, redactor }: Pick<Engine, 'emit' | 'health' | 'config' | 'redactor'>,
): OwnKnowledge {
  return {
    stickiness: new Stickiness(),
    rechecks: new Rechecks(),
    shortages: new Shortages(clock, emit),
    learned: new LearnedEdits(),
    unserved: new Unserved(clock),
    windows: new LearnedWindows(clock),
    blindness: new LearnedBlindness(clock),
    limitsLeft: new LimitsLeft(clock),
    retryRatio: new RetryRatio(clock),
    taskSlots: new TaskSlots(clock),
    taskStarts: new TaskStarts(clock),
    mainTurns: new MainTurns(clock),
    warmth: new Warmth(clock),
    callerFacts: new CallerFacts(redactor),
    payers: new Payers(emit),
    queues: new WaitQueues(clock, health, () => config().gateway.maxInflightBytes * waitingShare),
  };
}

type Lessons =
  | 'learned'
  | 'unserved'
  | 'windows'
  | 'blindness'
  | 'limitsLeft'
  | 'warmth'
  | 'callerFacts'
  | 'payers';
type OwnKnowledge = Pick<
  Engine,
  | Lessons
  | 'stickiness'
  | 'rechecks'
  | 'shortages'
  | 'retryRatio'
  | 'taskSlots'
  | 'taskStarts'
  | 'mainTurns'
  | 'queues'
>;
