/**
 * The part of the engine that each process creates anew: its lessons and warnings, its callers,
 * rechecks and queues. The workers of one gateway share some of it.
 */

import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import type { Health } from '../../credentials/health/health.ts';
import type { Redactor } from '../../credentials/redact/redact.ts';
import { CallerLogins } from '../../credentials/sources/caller.ts';
import { assertNever } from '../../errors.ts';
import type { Clock } from '../../host.ts';
import type { EventListener } from '../../model/events.ts';
import type { TellWorkers, WorkerNews } from '../../model/worker-news.ts';
import { PromptCache } from '../answer/prompt-cache.ts';
import { CallerFacts } from '../memory/caller-facts.ts';
import { createLessons, hearLesson } from '../memory/lessons.ts';
import { Notices } from '../memory/notices.ts';
import { MainTurns } from '../waiting/main-turns.ts';
import { Rechecks } from '../waiting/rechecks.ts';
import { type SlotSource, TaskSlots } from '../waiting/task-slots.ts';
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
  readonly together?: Together | undefined;
}

/** What makes several processes one. Default: a process is alone. */
export interface Together {
  /** Passes on what this process learns. */
  readonly tell: TellWorkers;
  /** Counts over all processes. */
  readonly taskSlots: SlotSource;
  /** Keys the digests of prompts, which the processes compare. */
  readonly promptKey: string;
}

/** Everything that the engine knows only in this process. */
export type OwnKnowledge = Readonly<ReturnType<typeof createOwnKnowledge>>;

export function createOwnKnowledge(parts: KnowledgeParts) {
  const { clock, emit, health, config, redactor, together } = parts;
  const taskSlots: SlotSource = together?.taskSlots ?? new TaskSlots(clock);
  return {
    rechecks: new Rechecks(),
    notices: new Notices(clock, emit),
    lessons: createLessons(clock, together?.tell),
    promptCache: new PromptCache(clock),
    retryBudget: new RetryBudget(clock, together?.tell),
    taskSlots,
    mainTurns: new MainTurns(clock, together?.tell),
    callerLogins: new CallerLogins(redactor, clock),
    callerFacts: new CallerFacts(redactor, clock),
    queues: new WaitQueues(clock, health, () => config().gateway.maxInflightBytes * waitingShare),
  };
}

type SharedKnowledge = Pick<OwnKnowledge, 'lessons' | 'retryBudget' | 'mainTurns'>;

/** Another process of this gateway has learned something. */
export function hearNews(
  { lessons, retryBudget, mainTurns }: SharedKnowledge,
  news: WorkerNews,
): void {
  switch (news.kind) {
    case 'lesson':
      hearLesson(lessons, news);
      break;
    case 'retries':
      retryBudget.hear(news);
      break;
    case 'main':
      mainTurns.hear(news.origin, news.isUnderWay);
      break;
    default:
      assertNever(news);
  }
}

/** Returns what a new process has to hear to know as much as this one. */
export function listNews({ lessons, mainTurns }: SharedKnowledge): readonly WorkerNews[] {
  const underWay = mainTurns.list();
  return [
    ...Object.values(lessons).flatMap((lesson) => lesson.list()),
    ...underWay.map((origin) => ({ kind: 'main', origin, isUnderWay: true }) as const),
  ];
}
