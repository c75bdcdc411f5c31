/**
 * Reports tasks whose last requests all failed for a reason that leaves no mark: too slow, too
 * long, too many attempts. Pure.
 */

import { taskTimeoutRule } from '../../access/tasks/task-time.ts';
import { describeSpeaker, fixSpeaker } from '../../access/wording/speakers.ts';
import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { rowOfClass } from '../../failures/classes.ts';
import { shellLine } from '../../host/shell-line.ts';
import { defaults } from '../../model/defaults.ts';
import type { Fix } from '../../model/fix.ts';
import type { AttemptRecord, RequestRecord } from '../../model/record.ts';
import type { Plan, RoutePlan } from '../plan/plan.ts';
import { countNoun } from '../why/wording.ts';
import { countsForTask, listTaskRoutes } from './task-rows.ts';
import { createTrouble, type Trouble } from './troubles.ts';

/** Older failures were probably fixed long ago. */
const lookBackMs = 24 * 60 * 60_000;
const attemptLimit = 12;

interface LastRequests {
  readonly route: RoutePlan;
  readonly routes: Plan['routes'];
  readonly last: RequestRecord;
  /** The attempt that ended the request. */
  readonly miss: AttemptRecord & { readonly failure: NonNullable<AttemptRecord['failure']> };
  /** The number of requests that ended like this in a row. */
  readonly inARow: number;
  /** One attempt of the task may take this long. */
  readonly timeoutMs: number | undefined;
}

/** `timeouts` maps the name of a task to its timeout, ms. */
export function judgeLastRequests(
  plan: Plan,
  records: readonly RequestRecord[],
  timeouts: ReadonlyMap<string, { readonly timeoutMs: number }> = new Map(),
): readonly Trouble[] {
  const { routes, at } = plan;
  return listTaskRoutes(plan).flatMap((route) => {
    const own = records
      .filter((record) => countsForTask(record, route.task) && record.at > at - lookBackMs)
      .toSorted((one, other) => other.at - one.at);
    const answered = own.findIndex(({ outcome }) => outcome === 'answered');
    const failed = answered < 0 ? own : own.slice(0, answered);
    const [last] = failed;
    const miss = last?.attempts.findLast(hasMissed);
    if (last === undefined || miss === undefined) return [];
    const timeoutMs = timeouts.get(route.task)?.timeoutMs;
    return findTroubles({ route, routes, last, miss, inARow: failed.length, timeoutMs });
  });
}

function hasMissed(attempt: AttemptRecord): attempt is LastRequests['miss'] {
  return attempt.failure !== undefined;
}

function findTroubles(facts: LastRequests): readonly Trouble[] {
  const { route, last, miss, inARow, timeoutMs } = facts;
  const { task } = route;
  const { class: cause, message, speaker } = miss.failure;
  if (describeSpeaker(speaker) !== undefined) return judgeSpeaker(facts);
  const times = `${countNoun(inARow, 'request')}${inARow > 1 ? ' in a row' : ''}`;
  if (last.attempts.filter(({ isProbe }) => isProbe !== true).length >= attemptLimit) {
    const what = `the last request of ${task} used up its ${attemptLimit} attempts, and was not answered`;
    return [
      createTrouble('broken', what, {
        evidence: [`the last of them: "${message}"`],
        fix: askAgain(task),
      }),
    ];
  }
  if (cause === 'context-overflow') {
    const what = `the last conversation of ${task} was too long for ${miss.target}`;
    const fix = askAnother(facts, 'let a model with a larger context window answer');
    return [createTrouble('broken', what, { evidence: [`it said: "${message}"`], fix })];
  }
  if (rowOfClass(cause).isSilence !== true) return [];
  const isTasks = timeoutMs !== undefined && miss.failure.rule === taskTimeoutRule;
  const what = `${miss.target} ${isTasks ? `is too slow for ${task}` : `keeps silent, so ${task} is not answered`}: ${times}`;
  const fix = isTasks ? giveTime(task, timeoutMs) : askAnother(facts, 'let another answer');
  return [createTrouble('broken', what, { evidence: [message], fix })];
}

/**
 * Handles errors of a proxy or of a web page before the provider. They may leave no mark, yet they
 * persist.
 */
function judgeSpeaker({ miss: { target: id, failure }, routes }: LastRequests): readonly Trouble[] {
  const { speaker, message } = failure;
  const target = routes.flatMap(({ targets }) => targets).find((one) => one.id === id);
  if (target === undefined) return [];
  const { provider, baseUrl } = target;
  const fix = fixSpeaker(speaker, { provider, pool: provider, origin: new URL(baseUrl).origin });
  const evidence = [`it said: "${message}"`];
  const what = `${provider} ${describeSpeaker(speaker)}`;
  return [
    createTrouble('broken', what, {
      evidence,
      fix: fix === undefined ? undefined : { text: fix },
    }),
  ];
}

/** Suggests asking again, since a failing target is held back by then. */
function askAgain(task: string): Fix {
  const option = task === 'main' ? [] : ['--task', task];
  return {
    text: 'what refused is held back now, so the next request begins with the others',
    command: shellLine`holdfast ask ${[...option, 'hello']}`,
  };
}

/** Suggests the usual timeout of such a task, or twice the current one if that is set already. */
function giveTime(task: string, timeoutMs: number): Fix {
  const usual =
    new Map(Object.entries(defaults.taskTimeout)).get(task) ?? defaults.otherTaskTimeout;
  const seconds = Math.min(
    defaults.longestTask,
    Math.max(usual, Math.ceil((2 * timeoutMs) / 1000)),
  );
  const key = formatKeyPath(['auxiliary', task, 'timeout']);
  const command = shellLine`holdfast config set ${key} ${seconds}`;
  return { text: 'give it more time', command };
}

/** Suggests a target from another route that this route lacks. */
function askAnother({ route: { task, targets }, routes }: LastRequests, text: string): Fix {
  const own = new Set(targets.map(({ id }) => id));
  const other = routes
    .flatMap((route) => route.targets)
    .find(
      ({ id, standing }) =>
        !own.has(id) && standing.state !== 'missing' && standing.state !== 'out',
    );
  const option = task === 'main' ? [] : ['--task', task];
  if (other === undefined)
    return {
      text: `${text}: ${shellLine`holdfast fallback add ${['PROVIDER/MODEL', ...option]}`}`,
    };
  return { text, command: shellLine`holdfast fallback add ${[other.id, ...option]}` };
}
