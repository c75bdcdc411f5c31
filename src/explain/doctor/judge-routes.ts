/**
 * Reports problems in the routes of a plan: a task without any usable target, an unusable key, an
 * unknown model. Pure.
 */

import { fixByState, isOneOf } from '../../access/report/standing-fixes.ts';
import { hedgeFix } from '../../access/wording/hedge-fix.ts';
import { fixModel } from '../../access/wording/model-fix.ts';
import { fixSaid } from '../../access/wording/said-fix.ts';
import { isHeldBack } from '../../credentials/health/key-state.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Fix } from '../../model/fix.ts';
import { isLost } from '../plan/create-plan.ts';
import { rowOf } from '../plan/outcomes.ts';
import type { KeyPlan, Plan, RoutePlan, TargetPlan } from '../plan/plan.ts';
import { judgeLastRequests } from './last-requests.ts';
import { describeHindrance, listEvidence } from './standing-words.ts';
import { createTrouble, type Trouble } from './troubles.ts';

/**
 * The problem that is easiest to fix comes first. Each is reported once, even if several tasks have
 * it.
 */
export function judgeRoutes(plan: Plan): readonly Trouble[] {
  const { routes, at: now } = plan;
  const shut = routes.filter(isShut);
  const open = routes.filter((route) => !isShut(route));
  const troubles = [
    ...shut.map((route) => describeShut(route, now)),
    ...open.flatMap((route) => describeOpen(route, now)),
  ];
  const last = judgeLastRequests(plan);
  const whole = last.map(({ evidence }) => evidence.join('\n')).join('\n');
  const isNew = ({ severity, evidence: [said = ''] }: Trouble): boolean =>
    severity !== 'resting' || said === '' || said.includes('"') || !whole.includes(said);
  return [...describeRefused(plan), ...mergeEqual(troubles).filter(isNew), ...last];
}

/** Nobody waits for a budget: its requests are refused at once. */
function isShut({ isUsable, targets }: RoutePlan): boolean {
  return (
    !isUsable || targets.every(({ standing }) => isLost(standing) || standing.cause === 'budget')
  );
}

function describeRefused({ refused }: Plan): readonly Trouble[] {
  if (refused === undefined) return [];
  const evidence = ['the configuration before that change is in force'];
  const fix = { text: 'correct it (holdfast config edit)' };
  return [createTrouble('broken', `a change is refused: ${refused}`, { evidence, fix, exit: 3 })];
}

/** The message begins with the name of its task; tasks with the same cause share one line. */
interface RouteTrouble extends Trouble {
  readonly task: string;
}

function mergeEqual(troubles: readonly RouteTrouble[]): readonly Trouble[] {
  return [...Map.groupBy(troubles, ({ what }) => what).values()].flatMap((group) => {
    const shut = group.filter(({ exit }) => exit !== 0);
    const first = shut[0] ?? group[0];
    if (first === undefined) return [];
    const { task: _, ...trouble } = first;
    const tasks = [...new Set(shut.map(({ task }) => task))].join(', ');
    const whose = tasks === '' ? '' : `${tasks} cannot be answered: `;
    return [{ ...trouble, what: `${whose}${trouble.what}` }];
  });
}

function describeShut(route: RoutePlan, now: number): RouteTrouble {
  const { task, targets } = route;
  const [nearest] = targets.toSorted((one, other) => rankFix(one) - rankFix(other));
  const off = { task, severity: 'broken', exit: 4, evidence: [] } as const;
  if (route.budget !== undefined) {
    const { text: what, fix } = route.budget;
    return { ...off, severity: 'resting', what, fix };
  }
  if (nearest === undefined) return { ...off, what: 'its route has no target' };
  const others = targets.filter((target) => target !== nearest);
  const evidence = others.map((target) => describeHindrance(target, worstKey(target), now));
  const trouble = describeBlockedTarget(nearest, worstKey(nearest), now);
  const severity = nearest.standing.state === 'rests' ? 'resting' : 'broken';
  return { ...off, severity, ...trouble, evidence: [...trouble.evidence, ...evidence] };
}

/**
 * Sorts by effort: an address or a model is easier to fix than a key, and a key easier than
 * billing.
 */
function rankFix({ standing: { state, cause } }: TargetPlan): number {
  if (state === 'missing') return 1;
  return rowOf(cause)?.heldAgainst === 'money' ? 2 : 0;
}

/** Reports targets and keys that cannot be used while others answer. */
function describeOpen({ task, targets }: RoutePlan, now: number): readonly RouteTrouble[] {
  return targets.flatMap((target) => {
    const typo = describeTypo(task, target);
    if (typo !== undefined) return [typo];
    const keys = target.keys.length === 0 ? [undefined] : target.keys;
    return keys.flatMap((key): readonly RouteTrouble[] => {
      const { state } = key ?? target.standing;
      // a missing key beside a present one is only an unused source
      if (state === 'missing' ? target.standing.state !== 'missing' : !isHeldBack(state)) return [];
      const severity = state === 'rests' ? 'resting' : 'odd';
      const told = describeBlockedTarget(target, key, now);
      const isSpare = key !== undefined && state === 'out' && !isHeldBack(target.standing.state);
      const what = isSpare ? `${told.what}; another key is asked in its place` : told.what;
      return [{ task, severity, exit: 0, ...told, what }];
    });
  });
}

/** Nobody has asked for this model yet: it is only known to be in no list. */
function describeTypo(task: string, target: TargetPlan): RouteTrouble | undefined {
  const { id, provider, nearest, standing } = target;
  if (nearest === undefined || standing.state !== 'untried') return undefined;
  const what = `${id} is in no list of what ${provider} offers; did you mean ${nearest}?`;
  return { task, severity: 'unknown', exit: 0, what, evidence: [], fix: otherModel(target) };
}

/** Returns the key that a person should look at first. */
function worstKey({ keys, standing }: TargetPlan): KeyPlan | undefined {
  return keys.find(({ state, cause }) => state === standing.state && cause === standing.cause);
}

function describeBlockedTarget(
  target: TargetPlan,
  key: KeyPlan | undefined,
  now: number,
): Pick<Trouble, 'what' | 'evidence' | 'fix'> {
  const standing = key ?? target.standing;
  return {
    what: describeHindrance(target, key, now),
    evidence: listEvidence(standing, now),
    fix: findFix(target, key),
  };
}

/**
 * Returns a command that fixes it, a sentence if only others can fix it, or undefined if waiting is
 * enough.
 */
function findFix(target: TargetPlan, key: KeyPlan | undefined): Fix | undefined {
  const standing = key ?? target.standing;
  const fix = standing.fix ?? fixSaid(standing, target);
  return fix ?? hedgeFix(fixByClass(target, key), standing, target);
}

function fixByClass(target: TargetPlan, key: KeyPlan | undefined): Fix | undefined {
  const { state, cause, evidence, speaker } = key ?? target.standing;
  const { provider, links } = target;
  const kind = rowOf(cause)?.fix;
  if (state === 'out' && isOneOf(kind, ['name-model', 'allow-model']))
    return otherModel(target, key);
  if (key === undefined) return fixByState({ provider, state, cause, evidence, speaker, links });
  const { source, foundAt } = key;
  return isOneOf(kind, ['replace-key', 'allow-request']) && !isLost(target.standing)
    ? fixSpare(key)
    : fixByState({ provider, state, cause, evidence, speaker, source, foundAt, links });
}

function fixSpare({ source, id, foundAt }: KeyPlan): Fix {
  return source === 'stored'
    ? { text: 'remove it', command: shellLine`holdfast auth remove ${id}` }
    : { text: `replace it, or take it out of ${foundAt}` };
}

function otherModel(
  { provider, named, nearest, pull, links, standing: own }: TargetPlan,
  standing: KeyPlan | TargetPlan['standing'] = own,
): Fix {
  return fixModel(standing, {
    provider,
    at: named && `${named.key.replace(/\.model$/, '')} (${named.source})`,
    keys: links?.keys,
    ...(standing.state === 'out' && { pull }),
    nearest: nearest === undefined ? undefined : named && nameNearest(provider, nearest, named.key),
  });
}

function nameNearest(provider: string, model: string, key: string): Fix {
  const value = key.endsWith('.model') ? model : `${provider}/${model}`;
  return { text: `${model} is there`, command: shellLine`holdfast config set ${key} ${value}` };
}
