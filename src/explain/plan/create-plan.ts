/**
 * Routes a request without sending it, and returns the engine's own route, candidates and verdicts
 * as a plan. It refreshes no token.
 */

import { ReplyWriter } from '../../access/answer/reply-writer.ts';
import { countsModel } from '../../access/memory/limit-windows.ts';
import { fixAbsent, fixUnkeyed, fixWithheld } from '../../access/report/key-fixes.ts';
import { pullModel } from '../../access/report/pull-model.ts';
import type { Engine } from '../../access/request/engine.ts';
import { openRequest, type RequestContext } from '../../access/request/request-context.ts';
import type { Candidate, TargetPool } from '../../access/select/candidate.ts';
import { createCandidate } from '../../access/select/candidates.ts';
import { Lateness } from '../../access/select/late.ts';
import { chooseRoute } from '../../access/select/route.ts';
import {
  findUsable,
  isAskable,
  judge,
  type Unusable,
  type Usable,
  type Verdict,
} from '../../access/select/verdict.ts';
import { listLimits } from '../../access/spending/account.ts';
import { allTasks } from '../../config/resolved/all-tasks.ts';
import { describeOrigin } from '../../config/resolved/describe-origin.ts';
import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { findNearest } from '../../config/schema/nearest.ts';
import { judgeKeyState, keyStates } from '../../credentials/health/key-state.ts';
import { listLimit } from '../../credentials/pool/pool.ts';
import type { KeyRow } from '../../diagnostics/key-report.ts';
import type { Keys } from '../../diagnostics/keys.ts';
import { createProbeRequest, discardSink } from '../../diagnostics/test-key.ts';
import { StoreError } from '../../errors.ts';
import type { Target } from '../../model/target.ts';
import { pagesAt } from '../../providers/pages.ts';
import type { Store } from '../../store/store.ts';
import { type AskedPlan, findAsked, type PlanNames } from './asked.ts';
import { forecastFailures } from './forecast.ts';
import { addOutcomes, listOutcomes, readHistory, type TaskHistory } from './outcomes.ts';
import type { Plan, RoutePlan, StandingPlan, TargetPlan } from './plan.ts';
import { planImages } from './plan-images.ts';

export interface PlanQuestion {
  /** A task, a provider, a model, or the id or label of a key. Default: every task. */
  readonly name?: string | undefined;
  readonly signal: AbortSignal;
  /** Skips key commands and the keychain, for frequent calls. Default: false. */
  readonly isGlance?: boolean | undefined;
  /** Whose environment is read, where another shell is told of it. Default: `the environment`. */
  readonly environment?: string | undefined;
  /** The latest requests, if the caller counts them. Default: read from the store. */
  readonly history?: TaskHistory | undefined;
}

/** The places where a plan reads keys and past requests. */
export interface PlanSources {
  readonly keys: Pick<Keys, 'report' | 'describeAbsence'>;
  readonly records: Pick<Store, 'findRecords'>;
}

/** Throws `RequestError` (404) for an unknown name, and for a task that is switched off. */
export async function createPlan(
  engine: Engine,
  { keys, records }: PlanSources,
  { name, history, ...how }: PlanQuestion,
): Promise<Plan> {
  const pools = await keys.report(how);
  const config = engine.config();
  await engine.ledger.standingsOf(listLimits(config.spending));
  const context = { engine, keys, config, lists: engine.modelLists, pools, ...how };
  const shown = findAsked(context, name);
  const plan = {
    at: engine.host.clock.now(),
    asked: shown.asked,
    config: describeOrigin(config.origin),
    refused: engine.refusedChange(),
    routes: await Promise.all(shown.models.map((model) => planRoute(context, shown, model))),
    tasksOff: [...config.tasksOff],
    tasksAsMain: [...allTasks(config).keys()].filter((task) => !config.routes.has(task)),
  };
  const tasks = new Set([...config.routes.keys(), ...plan.tasksAsMain]);
  const past = history ?? (await readHistory(records, tasks, plan.at).catch(knowNothing));
  const routes = addOutcomes(context, plan, past);
  return { ...plan, routes, outcomes: listOutcomes(context, plan, past) };
}

/** A state file that cannot be read is told by itself; the rest of the plan holds. */
function knowNothing(error: unknown): TaskHistory {
  if (error instanceof StoreError) return new Map();
  throw error;
}

interface PlanContext extends PlanNames, Omit<PlanQuestion, 'name' | 'history'> {
  readonly engine: Engine;
  readonly keys: PlanSources['keys'];
}

async function planRoute(
  context: PlanContext,
  shown: AskedPlan,
  model: string,
): Promise<RoutePlan> {
  const opened = beginLook(context, model);
  const { places } = opened.candidates;
  const all = places.map((place) => planTarget({ ...context, opened, shown, place }));
  const candidates = [...opened.candidates.inOrder()];
  const isShown = ({ target, credential }: Candidate): boolean =>
    shown.isShown(target) &&
    shown.isKeyShown({ id: credential?.id ?? '', label: credential?.label ?? '' });
  const next = await findAskable(context, opened, candidates);
  const budget = next && opened.spending?.judgeOwn(next.candidate);
  const first = shown.asked && (await findAskable(context, opened, candidates.filter(isShown)));
  const { task } = opened.route;
  const isAsked = task === 'main' || task === 'pinned'; // no side task has a caller with a login
  return {
    task: task === 'pinned' ? model : task,
    isUsable:
      budget === undefined &&
      all.some(({ standing }) => !isLost(standing) && (isAsked || standing.state !== 'brought')),
    budget,
    next: next && nameCandidate(next),
    targets: places.flatMap(({ target }, index) =>
      shown.isShown(target) ? all.slice(index, index + 1) : [],
    ),
    failing: first && { ...nameCandidate(first), failures: forecastFailures(opened, first) },
  };
}

/** Opens a request that is routed and never sent. */
function beginLook({ engine, config, signal }: PlanContext, model: string): RequestContext {
  const operation = model === 'embeddings' ? 'embed' : 'generate';
  const [first] = chooseRoute(config, { model, operation }, engine.modelLists).targets;
  const protocol = first?.target.protocol ?? 'openai-chat';
  const question = createProbeRequest(engine.protocols[protocol], model);
  const request = {
    id: 'plan',
    protocol,
    operation,
    ...question,
    headers: {},
    signal,
    config,
  } as const;
  return openRequest(engine, request, new ReplyWriter(engine, request, discardSink));
}

/** Returns the first target that could be asked now. */
async function findAskable(
  { isGlance }: PlanContext,
  opened: RequestContext,
  candidates: readonly Candidate[],
): Promise<Usable | undefined> {
  if (!isGlance) return findUsable(opened, candidates, isAskable);
  return candidates.map((candidate) => judge(opened, candidate)).find(isAskable);
}

function nameCandidate({ candidate }: Usable): NonNullable<RoutePlan['next']> {
  return { target: candidate.target.id, key: candidate.credential?.id };
}

interface TargetLook extends PlanContext {
  readonly opened: RequestContext;
  readonly shown: AskedPlan;
  readonly place: TargetPool;
}

function planTarget(look: TargetLook): TargetPlan {
  const { config, opened, shown, place } = look;
  const { target, reason, key } = place;
  const rows = look.pools.find(({ name }) => name === target.pool)?.keys ?? [];
  const listed = rows.filter(shown.isKeyShown).slice(0, listLimit);
  const judged = listed.map((row) => ({ row, standing: planStanding(look, row) }));
  const [best] = judged.toSorted((one, other) => rankOf(one) - rankOf(other));
  const standing = best?.standing ?? standingAlone(look);
  const keys = judged.map(({ row, standing: own }) => {
    const { id, label, source, foundAt, alsoAt, variable, fingerprint, shadowedBy, logins } = row;
    const windows = row.windows.filter((one) => countsModel(one, target.model));
    const found = { id, label, source, foundAt, alsoAt, variable, fingerprint, shadowedBy };
    return { ...found, windows, logins, ...own };
  });
  return {
    id: target.id,
    provider: target.provider,
    baseUrl: target.baseUrl,
    links: pagesAt(config.providers.get(target.provider)?.entry, target.origin),
    pull: pullModel(config.providers.get(target.provider)?.entry, target),
    reason,
    named: key === undefined ? undefined : findNamed(config, key),
    nearest: findNearby(look, target, standing.state === 'out'),
    images: planImages(opened, target),
    standing,
    keys: place.pool === undefined && !target.keyRequired ? [] : keys,
    unlisted: rows.length > listLimit ? rows.length - listLimit : undefined,
  };
}

function rankOf({ standing }: { readonly standing: StandingPlan }): number {
  return keyStates.indexOf(standing.state);
}

/** Finds where the configuration names the target. */
function findNamed({ values }: ResolvedConfig, path: string): TargetPlan['named'] {
  const found = values.find(({ key }) => key === path || key === `${path}.model`);
  return found && { key: found.key, source: found.source };
}

/** Returns the model that this name is probably a typo of. */
function findNearby(
  { config, lists }: PlanContext,
  { provider: name, model, id }: Target,
  isOut: boolean,
): string | undefined {
  const provider = config.providers.get(name);
  if (provider === undefined) return undefined;
  const offered = lists.offeredBy(provider);
  if (offered.includes(model)) return undefined;
  const routed = [...config.routes.values()].flatMap(({ targets }) =>
    targets.map(({ target }) => target),
  );
  // another name of a route is as good a guess as this one, until this one was refused
  const others = routed.filter((target) => isOut && target.provider === name && target.id !== id);
  return findNearest(model, [...offered, ...others.map((target) => target.model)]);
}

/** Judges a target without any key: it needs none, or the text says where we searched. */
function standingAlone(look: TargetLook): StandingPlan {
  const { keys, opened, place, environment } = look;
  const verdict = judge(opened, createCandidate(place, undefined));
  const absence = keys.describeAbsence(place.target.provider, environment);
  const { target } = place;
  if (verdict.state !== 'missing') return toStanding(look, verdict);
  const fix = fixAbsent(target, look.config.providers.get(target.provider)?.entry, undefined);
  return { ...toStanding(look, verdict), ...absence, ...(fix && { fix }) };
}

function planStanding(look: TargetLook, row: KeyRow): StandingPlan {
  const { opened, place } = look;
  const credential = place.pool?.find(row.id);
  if (row.state === 'missing' || row.state === 'brought')
    return {
      state: row.state,
      detail: row.detail,
      fix:
        row.fix ??
        (row.state === 'missing' ? fixAbsent(place.target, undefined, credential) : undefined),
    };
  if (credential === undefined)
    return {
      state: 'barred',
      detail: whyBarred(place, row),
      fix: fixWithheld(place, look.config.providers.get(place.target.provider)),
    };
  return toStanding(look, judge(opened, createCandidate(place, credential)));
}

function whyBarred({ target }: TargetPool, { origin, models }: KeyRow): string {
  if (target.authStyle === 'none') return `${target.provider} is asked without a key`;
  if (origin !== target.origin) return `it is only sent to ${origin}`;
  return `it is only for ${models?.join(', ') ?? 'other models'}`;
}

/** Converts the engine's verdict for the plan. */
function toStanding({ engine, config, place, opened }: TargetLook, verdict: Verdict): StandingPlan {
  if (verdict.state === 'spent') return standingOfBudget(verdict);
  if ('why' in verdict) return { state: 'missing', detail: verdict.why.reason };
  // The key report has read its source already; the engine would read it again.
  if (verdict.state === 'pending') return { state: 'untried' };
  const { standing, lease } = verdict;
  const provenAt = engine.health.provenAt(lease);
  const marks = standing.state === 'free' ? [] : standing.marks;
  const isProven = provenAt !== undefined;
  const state = judgeKeyState(marks, { isProven, now: engine.host.clock.now() });
  const mark = standing.state === 'held-back' ? standing.mark : marks[0];
  const late = new Lateness(engine, opened.candidates).why(verdict.candidate)?.reason;
  if (mark === undefined) return { state, provenAt, late };
  const { cause, evidence, speaker, since, endSetBy, namedUntil } = mark;
  const provider = config.providers.get(place.target.provider);
  const fix =
    verdict.candidate.credential === undefined ? fixUnkeyed(mark, place, provider) : undefined;
  const why = { state, cause, evidence, speaker, since, provenAt, fix };
  return standing.state === 'held-back'
    ? { ...why, until: standing.until, endSetBy, namedUntil }
    : { ...why, late };
}

/** If the budget will not renew by itself, a person must act. */
function standingOfBudget({ why: { reason, until }, fix }: Unusable): StandingPlan {
  const state = until === undefined ? 'barred' : 'rests';
  return { state, cause: 'budget', detail: reason, until, fix };
}

/** Returns the targets of all routes; one may be there several times. */
export function targetsOf({ routes }: Pick<Plan, 'routes'>): readonly TargetPlan[] {
  return routes.flatMap(({ targets }) => targets);
}

/** Is unusable until a person intervenes. */
export function isLost({ state }: StandingPlan): boolean {
  return state === 'out' || state === 'missing' || state === 'barred';
}
