/** From checked settings to the flat configuration that the engine reads: all problems at once, no I/O but variables. */

import { ConfigError, type ConfigProblem } from '../errors.ts';
import type { Credential } from '../model/credential.ts';
import type { Route, Target } from '../model/target.ts';
import type { CredentialsContent } from './credentials-file.ts';
import { byPlace, type LoadedSettings } from './load.ts';
import { withoutOurselves } from './ourselves.ts';
import {
  Findings,
  lookupVariable,
  type ResolveContext,
  type ResolveInput,
  type VariablePlaces,
} from './resolve-context.ts';
import { resolveGateway } from './resolve-gateway.ts';
import { readTarget, TargetResolver } from './resolve-targets.ts';
import { isMainRoute, resolveTask, withoutRepeats } from './resolve-tasks.ts';
import { listValues } from './resolve-values.ts';
import type { Alias, ResolvedConfig, ResolvedTask } from './resolved.ts';
import { followsFrom, type Remainder } from './salvage.ts';

/** Resolves what was loaded, or throws a `ConfigError` with every problem of loading and resolving, in the order of the file. */
export function resolveLoaded(
  loaded: LoadedSettings,
  input: Omit<ResolveInput, 'settings' | 'document'>,
  origin: ResolvedConfig['origin'],
): ResolvedConfig {
  if (loaded.isValid) {
    const { settings, document } = loaded;
    return resolveConfig({ ...input, settings, document }, origin);
  }
  const further = loaded.remainder === undefined ? [] : findFurther(loaded.remainder, input, origin);
  throw new ConfigError('config-invalid', [...loaded.problems, ...further].toSorted(byPlace));
}

/** The problems of what is not broken, without those that only follow from what is. */
function findFurther(
  { changed, ...rest }: Remainder,
  input: Omit<ResolveInput, 'settings' | 'document'>,
  origin: ResolvedConfig['origin'],
): readonly ConfigProblem[] {
  try {
    resolveConfig({ ...input, ...rest }, origin);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.filter((problem) => !followsFrom(changed, problem));
  }
}

/** Resolves settings. Throws a `ConfigError` with every problem. */
export function resolveConfig(input: ResolveInput, origin: ResolvedConfig['origin']): ResolvedConfig {
  const findings = new Findings(input.document);
  const context: ResolveContext = { ...input, gateway: resolveGateway(input, findings), findings };
  const { unreadable } = input.places.dotenv.current();
  if (unreadable !== undefined)
    findings.warn('dotenv-unreadable', `${input.places.dotenv.path}: ${unreadable}`);
  if (input.stored.problem !== undefined) findings.warn('stored-keys-unusable', describeStored(input.stored));
  const resolver = new TargetResolver(context);
  for (const name of Object.keys(input.settings.providers ?? {}))
    resolver.provider(name, ['providers', name]);
  const main = resolveMain(context, resolver);
  const tasks = resolveTasks(context, resolver, main);
  const aliases = resolveAliases(context, resolver);
  const { providers, routes } = withoutOurselves(context, {
    providers: resolver.resolved(),
    routes: new Map([['main', main] as const, ...tasks.routes]),
  });
  if (findings.problems.length > 0)
    throw new ConfigError('config-invalid', findings.problems.toSorted(byPlace));
  const config: ResolvedConfig = {
    origin,
    providers,
    routes,
    tasksOff: tasks.off,
    tasks: tasks.settings,
    pools: new Map([
      ...[...providers].map(([name, { credentials }]) => [name, credentials] as const),
      ...tasks.pools,
    ]),
    selections: new Map([
      ...[...providers].map(([name, { selection }]) => [name, selection] as const),
      ...tasks.pools.map(([name]) => [name, 'fill-first'] as const),
    ]),
    aliases,
    unknownModel: input.settings.gateway?.unknown_model ?? 'error',
    pinnedFallback: input.settings.gateway?.pinned_fallback ?? 'none',
    gateway: context.gateway,
    values: listValues(context),
    warnings: findings.warnings,
  };
  for (const text of describeKeyless(config, input.places)) findings.warn('key-missing', text);
  return config;
}

/** What was last good stays in use; at the start there is nothing. */
function describeStored({ problem, keys, logins }: CredentialsContent): string {
  const rest = keys.length + logins.length;
  const effect = rest === 0 ? 'its keys cannot be used' : 'its last good content stays in use';
  return `${problem}; ${effect}, and nothing is written to it until it is mended`;
}

function resolveMain({ settings }: ResolveContext, resolver: TargetResolver): Route {
  const targets = [
    ...resolver.place(settings.main, ['main']),
    ...resolver.chain(['fallback_chain'], settings.fallback_chain ?? []),
  ];
  return { task: 'main', targets: withoutRepeats(targets) };
}

interface Tasks {
  readonly routes: readonly (readonly [string, Route])[];
  readonly pools: readonly (readonly [string, readonly Credential[]])[];
  readonly settings: ReadonlyMap<string, ResolvedTask>;
  readonly off: ReadonlySet<string>;
}

function resolveTasks(context: ResolveContext, resolver: TargetResolver, main: Route): Tasks {
  const routes: [string, Route][] = [];
  const pools: (readonly [string, readonly Credential[]])[] = [];
  const settings = new Map<string, ResolvedTask>();
  const off = new Set<string>();
  for (const name of Object.keys(context.settings.auxiliary ?? {})) {
    if (name === 'main') {
      context.findings.problem(['auxiliary', name], {
        message: 'main is no auxiliary task',
        howToFix: 'write it as main:',
      });
      continue;
    }
    const plan = resolveTask(context, name, { resolver, main });
    if (plan === 'off') off.add(name);
    if (plan === undefined || plan === 'off') continue;
    routes.push([name, plan.route]);
    settings.set(name, plan.task);
    if (plan.pool !== undefined) pools.push(plan.pool);
  }
  return { routes, pools, settings, off };
}

/** An alias stands for a task, or for `provider/model`. */
function resolveAliases({ settings, findings }: ResolveContext, resolver: TargetResolver): readonly Alias[] {
  return Object.entries(settings.aliases ?? {}).map(([pattern, to]) => {
    const isTask = isMainRoute(to) || Object.hasOwn(settings.auxiliary ?? {}, to);
    const named = isTask ? undefined : readTarget(to);
    if (named !== undefined) resolver.provider(named.provider, ['aliases', pattern]);
    else if (!isTask) {
      const tasks = ['main', ...Object.keys(settings.auxiliary ?? {})].join(', ');
      findings.problem(['aliases', pattern], {
        message: `"${to}" is neither a task nor a target`,
        howToFix: `write provider/model or one of ${tasks}`,
      });
    }
    return { pattern, to: to === 'auto' ? 'main' : to };
  });
}

/** Throws when no target of any route has a key that is set, or needs none: nothing could ever be sent (law 10). */
export function checkUsable(config: ResolvedConfig, places: VariablePlaces, path: string): void {
  const keyless = listKeyless(config, places);
  if (keyless.length < poolsOf(config).size) return;
  const { unreadable } = places.dotenv.current();
  const unread = unreadable === undefined ? '' : `; ${places.dotenv.path} was not read: ${unreadable}`;
  const problems = keyless.map(({ pool, wanted }) => {
    const login = config.providers.get(pool)?.oauth === undefined ? '' : `holdfast auth login ${pool}, or `;
    const howToFix = `${login}set ${wanted[0] ?? 'its key'} in .env or the environment, or write providers.${pool}.api_key`;
    return {
      path,
      key: pool,
      message: `has no key; looked for ${wanted.join(', ') || 'api_key'}${unread}`,
      howToFix,
    };
  });
  throw new ConfigError('credential-missing', problems);
}

/** Who cannot be asked for want of a key, while others can; that nobody can is no warning, see `checkUsable`. */
function describeKeyless(config: ResolvedConfig, places: VariablePlaces): readonly string[] {
  const keyless = listKeyless(config, places);
  if (keyless.length === poolsOf(config).size) return [];
  return keyless.map(({ pool, targets, wanted }) => {
    const names = [...new Set(targets.map(({ id }) => id))].join(', ');
    return `${pool} has no key, so ${names} cannot be asked; looked for ${wanted.join(', ') || 'api_key'}`;
  });
}

interface Keyless {
  readonly pool: string;
  readonly targets: readonly Target[];
  /** The variables that may hold its key. */
  readonly wanted: readonly string[];
}

/** The pools of which nobody can be asked for want of a key. */
function listKeyless(config: ResolvedConfig, places: VariablePlaces): readonly Keyless[] {
  return [...poolsOf(config)].flatMap(([pool, targets]) => {
    const hasKey = (config.pools.get(pool) ?? []).some((key) => isSet(key, places));
    if (hasKey || targets.some(({ keyRequired }) => !keyRequired)) return [];
    return [{ pool, targets, wanted: listVariables(config, pool) }];
  });
}

/** All targets of all routes, by the pool that has their keys. */
function poolsOf(config: ResolvedConfig): ReadonlyMap<string, readonly Target[]> {
  const targets = [...config.routes.values()].flatMap((route) => route.targets.map(({ target }) => target));
  return Map.groupBy(targets, ({ pool }) => pool);
}

function isSet({ locator }: Credential, places: VariablePlaces): boolean {
  if (locator.kind === 'literal') return locator.value.trim() !== '';
  // whether another file, a program or a keychain holds a key is known when it is asked
  if (locator.kind !== 'variable' || locator.file !== undefined) return true;
  return (lookupVariable(places, locator.variable) ?? '').trim() !== '';
}

function listVariables(config: ResolvedConfig, pool: string): readonly string[] {
  const named = (config.pools.get(pool) ?? []).flatMap(({ locator }) =>
    locator.kind === 'variable' ? [locator.variable] : [],
  );
  return [...new Set([...named, ...(config.providers.get(pool)?.keyVariables ?? [])])];
}
