/**
 * One request under way: its body and route, its candidates, its limits, and what has happened so
 * far.
 */

import type { ResolvedConfig, ResolvedTask } from '../../config/resolved/resolved.ts';
import type { ProtocolName } from '../../model/protocol.ts';
import type { Passage } from '../../model/request.ts';
import type { Route, Target } from '../../model/target.ts';
import type { Bound, Protocol, ReadBody } from '../../protocols/contract/protocol.ts';
import { readPassed } from '../../protocols/passed/read-passed.ts';
import { profileOf } from '../../tasks/profiles.ts';
import type { DecodedRequest } from '../answer/decoded-request.ts';
import { Recovery } from '../answer/recover.ts';
import type { ReplyWriter } from '../answer/reply-writer.ts';
import { goesOnByItself } from '../decide/unrepeatable.ts';
import type { EndedRequest } from '../memory/lessons.ts';
import type { TargetPool } from '../select/candidate.ts';
import { Candidates, placesOf } from '../select/candidates.ts';
import { chooseRoute, type PassedQuery } from '../select/route.ts';
import { findTie } from '../select/tie.ts';
import { openSpending, type RequestSpending } from '../spending/request-spending.ts';
import { TaskJudge } from '../tasks/task-judge.ts';
import { planTaskTime, type TaskTime } from '../tasks/task-time.ts';
import { operationNouns } from '../wording/wording.ts';
import { checkAllowed, checkMaker } from './allowed.ts';
import type { Amendment } from './amendments.ts';
import { AttemptBudget } from './budget.ts';
import { bindLogin } from './caller-login.ts';
import { findDepartureTime, takeUnanswered } from './departed-callers.ts';
import type { ConfiguredRequest, Engine } from './engine.ts';
import { Holds } from './holds.ts';
import { OpenRecord } from './open-record.ts';
import { filterTextOnly, type Vision } from './text-only.ts';

export interface RequestContext {
  readonly engine: Engine;
  readonly request: ConfiguredRequest;
  /** The configuration at the start of the request. */
  readonly config: ResolvedConfig;
  readonly protocol: Protocol;
  readonly body: ReadBody;
  readonly route: Route;
  readonly candidates: Candidates;
  /** Limits attempts and time. */
  readonly budget: AttemptBudget;
  /** Limits money; absent if no budget counts the request. */
  readonly spending: RequestSpending | undefined;
  /** What has happened so far: its record while it is being written. */
  readonly openRecord: OpenRecord;
  /** What others wait for; absent until it takes something, as in almost all. */
  holds?: Holds;
  /** Of an auxiliary task; absent for `main` and for a model named by the request. */
  readonly task: Task | undefined;
  /** What the request was changed by for a target that refused it as it was, by the target's id. */
  readonly amendments: Map<string, readonly Amendment[]>;
  /** Handles a stream that breaks. */
  readonly recovery: Recovery;
  /** Keeps its images from targets without vision. */
  readonly vision: Vision;
  /**
   * The expected time at which its caller leaves if nothing flows before, monotonic ms; absent:
   * unknown.
   */
  readonly leavesAt: number | undefined;
  /**
   * How its caller's last request with the same prompt ended, if that was a moment ago, without an
   * answer.
   */
  before?: EndedRequest | undefined;
  /** The decoded request for other protocols; absent until a target needs it. */
  decoded?: DecodedRequest;
  readonly writer: ReplyWriter;
}

/** The limits of an auxiliary task for this request. */
export interface Task {
  readonly time: TaskTime;
  /** Absent if its answers are not judged. */
  readonly judge: TaskJudge | undefined;
  /** `max_concurrency`; absent: no limit. */
  readonly slots: number | undefined;
  /** It has let the conversation go first; once is enough. */
  hasGivenWay: boolean;
}

/**
 * Opens a request: reads it, finds its route, checks its caller's key, sets its limits, and ranks
 * its candidates. Throws `RequestError` if the body cannot be read, the key does not allow it, or
 * no route fits its model.
 */
export function openRequest(
  engine: Engine,
  request: ConfiguredRequest,
  writer: ReplyWriter,
): RequestContext {
  const { clock } = engine.host;
  const { operation, passage } = request;
  const config = request.config ?? engine.config();
  const protocol = engine.protocols[request.protocol];
  const body = passage === undefined ? protocol.readBody(request, operation) : readPassed(request);
  const passed = passage && describePassage(passage, request.protocol, body);
  const { login, isAlone } = request;
  const asked = {
    model: body.model,
    operation,
    passed,
    login,
    protocol: request.protocol,
    isAlone,
  };
  const route = chooseRoute(config, asked, engine.modelLists);
  if (request.tasks !== undefined || operation === 'batches')
    checkAllowed(request, route.task, body.model);
  const limits = config.tasks?.get(route.task);
  const task = limits && planTask(limits, { request, route, body, protocol }, clock.monotonic());
  const isCounted = config.spending !== undefined || request.budgets !== undefined;
  const places = placesOf({ config, pools: engine.pools, lessons: engine.lessons }, route, request);
  const context: RequestContext = {
    engine,
    request,
    config,
    protocol,
    body,
    route,
    candidates: new Candidates(engine, { request, body, places }),
    budget: new AttemptBudget(clock, task?.time),
    spending: isCounted
      ? openSpending({ engine, config, request, task: route.task, body, first: places[0]?.target })
      : undefined,
    openRecord: new OpenRecord(),
    task,
    amendments: new Map(),
    recovery: new Recovery(body, request.headers),
    vision: { described: undefined, askedInWords: [] },
    leavesAt: body.stream ? undefined : findDepartureTime({ engine, request, body }),
    writer,
  };
  filterAndRank(context);
  if (body.stream) writer.expectStream();
  return context;
}

/** Returns what the request holds, to take more. */
export function holdsOf(context: Pick<RequestContext, 'engine' | 'request' | 'holds'>): Holds {
  context.holds ??= new Holds(context.engine, context.request.id);
  return context.holds;
}

/** Returns what the route of a passage depends on besides its model. */
function describePassage(
  { provider }: Passage,
  protocol: ProtocolName,
  body: Pick<ReadBody, 'bound'>,
): PassedQuery {
  return { protocol, provider, isBound: body.bound() !== undefined };
}

/** Plans the task's limits for this request, and the judge of its answer. */
function planTask(
  limits: ResolvedTask,
  {
    request,
    route,
    body,
    protocol,
  }: Pick<RequestContext, 'request' | 'route' | 'body' | 'protocol'>,
  now: number,
): Task {
  // An alias, or a model that heads the route, brings other requests than the task's own.
  const isNamed = body.model === route.task;
  const isJudged =
    limits.isJudged && isNamed && request.operation === 'generate' && body.choices === 1;
  const profile = profileOf(route.task);
  const judged = request.judge === undefined ? profile : { ...profile, judge: request.judge };
  return {
    time: planTaskTime(limits, route.targets.length, now),
    judge: isJudged ? new TaskJudge(judged, body, protocol.translation) : undefined,
    slots: limits.maxConcurrency,
    hasGivenWay: false,
  };
}

const uselessInARow = 3;

/**
 * Applies what is known before the first attempt: some targets are dropped, others come last for a
 * while.
 */
function filterAndRank(context: RequestContext): void {
  const { candidates, engine, task, request, route } = context;
  const { unseen, unserved, toolless, useless, unanswered } = engine.lessons;
  const { operation, login } = request;
  if (login !== undefined && bindLogin(context, login)) return;
  if (!unseen.isEmpty || hasTextOnly(candidates.places)) filterTextOnly(context);
  if (!unserved.isEmpty) {
    const why = `it served no ${operationNouns[operation]} when last asked`;
    putBehind(context, (target) => unserved.of({ target, operation }) === true, why);
  }
  if (!toolless.isEmpty && context.body.has('tools')) {
    const why = 'its model refused a request with tools within the last hour';
    putBehind(context, (target) => toolless.of(target) === true, why);
  }
  if (!unanswered.isEmpty) beginElsewhere(context);
  if (task !== undefined) {
    const missesOf = ({ id }: Target): number => useless.of({ task: route.task, target: id }) ?? 0;
    const why = 'its last three answers to this task were of no use';
    putBehind(context, (target) => missesOf(target) >= uselessInARow, why);
  }
}

/** True when a target is configured or known to accept no images. */
function hasTextOnly(places: readonly TargetPool[]): boolean {
  for (const { target } of places) if (target.images === false) return true;
  return false;
}

/**
 * A caller that left while a target was silent, or whose answer broke off there, does not begin
 * there when it returns.
 */
function beginElsewhere(context: RequestContext): void {
  const { request, body, route, candidates } = context;
  if (request.passage !== undefined) return;
  const found = takeUnanswered(context, route.task);
  const isRoundOver = candidates.places.every(
    ({ target }) => found?.targets.includes(target.id) === true,
  );
  const before = found !== undefined && isRoundOver ? { ...found, targets: [] } : found;
  context.before = before;
  if (before === undefined || goesOnByItself(body)) return;
  const why = whyElsewhere(before, body);
  if (why !== undefined) putBehind(context, ({ id }) => before.targets.includes(id), why);
}

function whyElsewhere({ how }: EndedRequest, { stream }: ReadBody): string | undefined {
  if (how === 'broken') return 'the answer to the same request broke off there';
  // The limit of a stream is unknown, because keep-alives flow.
  return how === 'left' && !stream
    ? 'its caller left the same request while nothing came from there'
    : undefined;
}

function putBehind(
  { candidates, openRecord }: RequestContext,
  isLast: (target: Target) => boolean,
  why: string,
): void {
  const behind = candidates.putLast(({ target }) => isLast(target));
  openRecord.notes.push(
    ...behind.map(({ target }) => `${target.id} comes after the others: ${why}`),
  );
}

/**
 * Ids in the request belong to the account that made them: only candidates that understand them
 * stay. Throws `RequestError` for one that another caller made.
 */
export async function bindToAccount(
  { engine, request, candidates }: RequestContext,
  bound: Bound,
): Promise<void> {
  const tie = await findTie(engine.bindings, bound);
  checkMaker(request, tie);
  candidates.bind(tie, request.passage !== undefined);
}
