/**
 * Resolves auxiliary tasks to routes (law 9): the task's own target, its chain, then the main
 * route.
 */

import type { Credential } from '../../model/credential.ts';
import { defaults, usualTimeout } from '../../model/defaults.ts';
import { protocolNames } from '../../model/protocol.ts';
import type { Route, RouteTarget, Target } from '../../model/target.ts';
import { catalogue } from '../../providers/builtin.ts';
import { custom } from '../../providers/entries/custom.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import type { ResolvedTask } from '../resolved/resolved.ts';
import { formatKeyPath } from '../schema/key-paths.ts';
import type { KeyPath, TaskSettings } from '../schema/schema.ts';
import { createTarget, limitsFrom } from './create-target.ts';
import { locationOf, type ResolveContext } from './resolve-context.ts';
import { toLocator } from './resolve-locator.ts';
import { checkUrl, chooseEndpoint, originsOfSoftware } from './resolve-origins.ts';
import {
  identityOf,
  type NamedTarget,
  parseTarget,
  type TargetResolver,
} from './resolve-targets.ts';

export interface TaskPlan {
  readonly route: Route;
  readonly task: ResolvedTask;
  /** The pool of a task with its own key or server. */
  readonly pool: FirstTarget['pool'];
}

interface TaskContext {
  readonly context: ResolveContext;
  readonly name: string;
  readonly path: KeyPath;
  readonly settings: TaskSettings;
  readonly resolver: TargetResolver;
  readonly main: Route;
}

/** Undefined after a problem. */
export function resolveTask(
  context: ResolveContext,
  name: string,
  base: { readonly resolver: TargetResolver; readonly main: Route },
): TaskPlan | undefined {
  const settings = context.settings.auxiliary?.[name] ?? {};
  const scene: TaskContext = { context, name, path: ['auxiliary', name], settings, ...base };
  const timeoutMs = (settings.timeout ?? usualTimeout(name)) * 1000;
  const first = resolveFirst(scene);
  if (first === 'problem') return undefined;
  const chain = resolveChain(scene, first?.place);
  const targets = dropRepeatedTargets(orderTargets(scene, first?.place, chain)).map(
    ({ target, ...place }) => ({
      ...place,
      target: {
        ...target,
        streamRecovery: settings.stream_recovery ?? target.streamRecovery,
        maxWaitMs: settings.max_wait === undefined ? target.maxWaitMs : settings.max_wait * 1000,
        limits: { wholeMs: timeoutMs, ...target.limits, ...limitsFrom(settings) },
      },
    }),
  );
  const {
    max_concurrency: maxConcurrency,
    blind_models: blindModels,
    judge: isJudged = true,
  } = settings;
  const task = { timeoutMs, isJudged, maxConcurrency, blindModels };
  return { route: { task: name, targets }, task, pool: first?.pool };
}

function resolveChain(
  { path, settings, resolver, main }: TaskContext,
  first: RouteTarget | undefined,
): readonly RouteTarget[] {
  const chain = [[...path, 'fallback_chain'], settings.fallback_chain ?? []] as const;
  resolver.warnOfRepeats(...chain, first === undefined ? main.targets : [first]);
  return resolver.chain(...chain);
}

/**
 * Lists the task's targets. If it has none of its own, its body fields apply to the whole main
 * route.
 */
function orderTargets(
  { settings, main }: TaskContext,
  first: RouteTarget | undefined,
  chain: readonly RouteTarget[],
): readonly RouteTarget[] {
  const addBody = withBody(settings);
  if (first === undefined) return [...main.targets, ...chain].map(addBody);
  const tail = settings.fallback === 'none' ? [] : main.targets;
  return [...[first, ...chain].map(addBody), ...tail];
}

/** Drops a target that occurs earlier in the route with the same server and keys. */
export function dropRepeatedTargets(places: readonly RouteTarget[]): readonly RouteTarget[] {
  const seen = new Set<string>();
  return places.filter(({ target }) => {
    const identity = identityOf(target);
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}

interface FirstTarget {
  readonly place: RouteTarget;
  readonly pool?: readonly [name: string, credentials: readonly Credential[]] | undefined;
}

/** The task's own target; undefined if it uses the main route. */
function resolveFirst(scene: TaskContext): FirstTarget | undefined | 'problem' {
  const { settings, path, main, resolver } = scene;
  if (settings.base_url) return resolveOwnServer(scene);
  const isMain = isMainRoute(settings.provider);
  if (isMain && !settings.model) return refuseStrayKey(scene);
  const named = findNamedTarget(
    scene,
    isMain ? main.targets[0]?.target.provider : settings.provider,
  );
  const target =
    named === undefined
      ? undefined
      : resolver.target(named, [...path, isMain ? 'model' : 'provider']);
  if (target === undefined) return 'problem';
  return settings.api_key ? withOwnKey(scene, target) : { place: placeOfTask(scene, target) };
}

/**
 * The target that the task names. Without a provider, `model` is a model of the main provider, or a
 * whole `provider/model`.
 */
function findNamedTarget(
  { context, settings, path, resolver }: TaskContext,
  provider: string | undefined,
): NamedTarget | undefined {
  if (provider === undefined) return undefined;
  if (!settings.model) {
    if (resolver.provider(provider, [...path, 'provider']) === undefined) return undefined;
    context.findings.problem([...path, 'model'], 'is missing', `name a model of ${provider}`);
    return undefined;
  }
  const whole = isMainRoute(settings.provider) ? parseTarget(settings.model) : undefined;
  return whole !== undefined && resolver.isConfigured(whole.provider)
    ? whole
    : { provider, model: settings.model };
}

/** Empty, `auto` and `main` mean the main route. */
export function isMainRoute(provider: string | undefined): boolean {
  return !provider || provider === 'auto' || provider === 'main';
}

function refuseStrayKey({ context, settings, path }: TaskContext): undefined | 'problem' {
  if (!settings.api_key) return undefined;
  context.findings.problem(
    [...path, 'api_key'],
    'belongs to no provider: the task takes the main route',
    'name provider and model of the task, or remove the key',
  );
  return 'problem';
}

function placeOfTask({ path }: TaskContext, target: Target): RouteTarget {
  return { target, reason: path.join('.'), key: formatKeyPath(path) };
}

/** Creates a pool for the task: its own key first, then the provider's keys as spares (law 3). */
function withOwnKey(scene: TaskContext, target: Target): FirstTarget {
  const pool = scene.path.join('.');
  const key = createTaskKey(scene, target);
  const spares = scene.resolver.credentials(target.provider);
  return {
    place: placeOfTask(scene, { ...target, pool }),
    pool: [pool, [...key, ...spares]],
  };
}

function createTaskKey(
  { context, settings, path }: TaskContext,
  { provider, origin }: { readonly provider: string; readonly origin: string },
): readonly Credential[] {
  if (!settings.api_key) return [];
  const label = path.join('.');
  return [
    {
      id: `${label}:config`,
      provider,
      label,
      source: 'config',
      locator: toLocator(settings.api_key),
      location: locationOf(context.document, [...path, 'api_key']),
      origin,
    },
  ];
}

/** The task's own server gets only the task's own key (law 12). */
function resolveOwnServer(scene: TaskContext): FirstTarget | 'problem' {
  const { context, settings, path } = scene;
  const baseUrl = checkUrl(context, [...path, 'base_url'], settings.base_url ?? '');
  const isComplete = checkOwnServer(scene);
  const entry = findShape(settings.provider);
  const protocol = settings.protocol ?? defaults.taskProtocol;
  const endpoint =
    baseUrl === undefined ? undefined : chooseEndpoint({ [protocol]: baseUrl }, protocol);
  if (endpoint === undefined || !isComplete) return 'problem';
  const pool = path.join('.');
  const { auth } = settings;
  const keyRequired = auth !== 'none';
  const spoken = settings.protocol === undefined ? originsOfSoftware(entry, endpoint) : {};
  const others = protocolNames.flatMap((other) =>
    other === protocol ? [] : (chooseEndpoint(spoken, other) ?? []),
  );
  const own = {
    provider: entry.name,
    pool,
    entry,
    endpoint,
    others,
    keyRequired,
    settings: { auth },
  };
  const target = createTarget(context, own, settings.model ?? '');
  return {
    place: placeOfTask(scene, target),
    pool: [pool, keyRequired ? createTaskKey(scene, target) : []],
  };
}

/** The catalogue entry whose protocol details a task's own server shares. */
function findShape(provider: string | undefined): ProviderEntry {
  if (provider === undefined || isMainRoute(provider)) return custom;
  return catalogue.get(provider) ?? { ...custom, name: provider };
}

function checkOwnServer({ context: { findings }, settings, path }: TaskContext): boolean {
  const hasKey = Boolean(settings.api_key) || settings.auth === 'none';
  if (!settings.model) {
    findings.problem([...path, 'model'], 'is missing', 'name a model of the server at base_url');
  }
  if (!hasKey) {
    findings.problem(
      [...path, 'api_key'],
      'is missing: a server of its own uses no other key',
      `write api_key: \${VARIABLE}, or auth: none`,
    );
  }
  return hasKey && Boolean(settings.model);
}

function withBody(settings: TaskSettings): (place: RouteTarget) => RouteTarget {
  const { reasoning_effort: reasoningEffort, extra_body: extraBody = {} } = settings;
  const hasBody = Object.keys(extraBody).length > 0;
  const added = { reasoningEffort, ...(hasBody ? { extraBody } : {}) };
  return (place) => ({ ...place, target: { ...place.target, ...added } });
}
