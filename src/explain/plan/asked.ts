/**
 * Resolves a name in a plan (a task, a provider, a model or a credential) and the routes that it
 * concerns. Pure.
 */

import type { ModelLists } from '../../access/select/model-lists.ts';
import { modelNames } from '../../access/select/models.ts';
import { allTasks } from '../../config/resolved/all-tasks.ts';
import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { askWhetherMeant } from '../../config/schema/nearest.ts';
import { listKeyNames } from '../../diagnostics/find-keys.ts';
import type { KeyRow, PoolReport } from '../../diagnostics/key-report.ts';
import { RequestError } from '../../errors.ts';
import type { Target } from '../../model/target.ts';
import { fitsGlob } from '../../providers/glob.ts';
import type { Plan, PlanKind } from './plan.ts';

/** The names that can be asked for. */
export interface PlanNames {
  readonly config: ResolvedConfig;
  readonly lists: ModelLists;
  readonly pools: readonly PoolReport[];
}

/** The routes that the plan will have. */
export interface AskedPlan {
  readonly asked?: NonNullable<Plan['asked']>;
  /** Each of these is routed like a request for that model. */
  readonly models: readonly string[];
  readonly isShown: (target: Target) => boolean;
  readonly isKeyShown: (key: Pick<KeyRow, 'id' | 'label'>) => boolean;
}

/** Throws `RequestError` (404) for an unknown name. */
export function findAsked(context: PlanNames, name: string | undefined): AskedPlan {
  const { routes } = context.config;
  const everything = { models: [...routes.keys()], isShown: () => true, isKeyShown: () => true };
  if (name === undefined) return everything;
  const [kind, ...also] = kindsOf(context, name);
  if (kind === undefined) throw nothingCalled(context, name);
  const asked = { name, kind, also };
  if (kind === 'task' || kind === 'model') return { ...everything, asked, models: [name] };
  const pools = kind === 'credential' ? poolsWith(context, name) : new Set<string>();
  const isShown = (target: Target): boolean => target.provider === name || pools.has(target.pool);
  const tasks = [...routes].filter(([, { targets }]) =>
    targets.some(({ target }) => isShown(target)),
  );
  return {
    asked,
    models: tasks.length > 0 ? tasks.map(([task]) => task) : defaultModels(context, name, pools),
    isShown,
    isKeyShown: ({ id, label }) => kind !== 'credential' || id === name || label === name,
  };
}

function kindsOf(context: PlanNames, name: string): readonly PlanKind[] {
  const { config } = context;
  const found: readonly (readonly [PlanKind, boolean])[] = [
    ['task', allTasks(config).has(name) || config.tasksOff.has(name)],
    ['provider', config.providers.has(name)],
    ['model', isKnownModel(context, name)],
    ['credential', poolsWith(context, name).size > 0],
  ];
  return found.flatMap(([kind, isIt]) => (isIt ? [kind] : []));
}

/**
 * Whether a request may name this model. With a single provider any name would count, so that rule
 * is ignored.
 */
function isKnownModel({ config, lists }: PlanNames, name: string): boolean {
  const slash = name.indexOf('/');
  if (slash > 0 && slash + 1 < name.length && config.providers.has(name.slice(0, slash)))
    return true;
  if (config.aliases.some(({ pattern }) => fitsGlob(pattern, name))) return true;
  return modelNames(config, lists).some(({ name: known }) => known.endsWith(`/${name}`));
}

function poolsWith({ pools }: PlanNames, name: string): ReadonlySet<string> {
  const found = pools.filter((pool) => listKeyNames([pool]).includes(name));
  return new Set(found.map((pool) => pool.name));
}

/** Returns the default models of a provider that no route uses. */
function defaultModels(
  { config }: PlanNames,
  name: string,
  pools: ReadonlySet<string>,
): readonly string[] {
  return [name, ...pools].flatMap((provider) => {
    const model = config.providers.get(provider)?.entry.defaultModel;
    return model === undefined ? [] : [`${provider}/${model}`];
  });
}

function nothingCalled({ config, lists, pools }: PlanNames, name: string): RequestError {
  const models = modelNames(config, lists).map((model) => model.name);
  const meant = askWhetherMeant(name, [
    ...allTasks(config).keys(),
    ...config.providers.keys(),
    ...models,
    ...listKeyNames(pools),
  ]);
  return new RequestError('model-unknown', `no task, provider, model or key is called ${name}`, {
    status: 404,
    fix:
      meant ??
      '`holdfast explain` shows every task; `holdfast models` and `holdfast auth list` the rest',
  });
}
