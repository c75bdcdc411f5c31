/**
 * Turns checked settings into the flat configuration of the engine. Reports all problems at once;
 * reads nothing but variables.
 */

import { ConfigError, type ConfigProblem } from '../../errors.ts';
import { defaults } from '../../model/defaults.ts';
import type { DescriptionLimits } from '../../model/descriptions.ts';
import type { RecordSettings } from '../../model/record.ts';
import type { Route } from '../../model/target.ts';
import { catalogue } from '../../providers/builtin.ts';
import { fitsGlob } from '../../providers/glob.ts';
import type { CredentialsContent } from '../files/credentials-file.ts';
import type { Alias, LogSettings, ResolvedConfig, SessionSettings } from '../resolved/resolved.ts';
import { askAbout, findTypo } from '../schema/nearest.ts';
import { complainOfAlias } from './alias-complaints.ts';
import { warnOfHardlyMeant } from './hardly-meant.ts';
import { describeKeyless, toWarning } from './keyless.ts';
import { byPlace, type LoadedSettings } from './load.ts';
import { withoutOurselves } from './ourselves.ts';
import { warnOfOutside } from './outside-variables.ts';
import { resolveBudgets, warnOfIdleBudgets } from './resolve-budgets.ts';
import { checkCallers } from './resolve-callers.ts';
import { Findings, type ResolveContext, type ResolveInput } from './resolve-context.ts';
import { resolveFleet } from './resolve-fleet.ts';
import { resolveGateway } from './resolve-gateway.ts';
import { resolvePath } from './resolve-locator.ts';
import { resolveSameModels } from './resolve-same-models.ts';
import { withSites } from './resolve-sites.ts';
import { parseTarget, TargetResolver } from './resolve-targets.ts';
import { dropRepeatedTargets, isMainRoute, resolveTask, type TaskPlan } from './resolve-tasks.ts';
import { listMoved, resolveValues } from './resolve-values.ts';
import { followsFrom, mayHaveLostKey, nothingOf, type Remainder } from './salvage.ts';

/** Throws a `ConfigError` with every problem of loading and resolving, in the order of the file. */
export function resolveLoaded(
  loaded: LoadedSettings,
  input: Omit<ResolveInput, 'settings' | 'document'>,
  origin: ResolvedConfig['origin'],
): ResolvedConfig {
  if (loaded.isValid) {
    const { settings, document } = loaded;
    return resolveConfig({ ...input, settings, document }, origin);
  }
  const further =
    loaded.remainder === undefined ? [] : findFurther(loaded.remainder, input, origin);
  throw createConfigError('config-invalid', [...loaded.problems, ...further]);
}

/** Resolves the part of a refused config that can be used; of one that is no YAML, nothing. */
export function resolveUsable(
  loaded: LoadedSettings,
  input: Omit<ResolveInput, 'settings' | 'document'>,
  origin: ResolvedConfig['origin'],
): ResolvedConfig {
  const { settings, document } = loaded.isValid ? loaded : (loaded.remainder ?? nothingOf());
  return resolveWhole({ ...input, settings, document }, origin).config;
}

function createConfigError(
  code: 'config-invalid' | 'credential-missing',
  problems: readonly ConfigProblem[],
): ConfigError {
  return new ConfigError(code, dropEchoes(problems).toSorted(byPlace));
}

/** Who writes a key in a way that cannot be used has no key: the way is what to correct. */
function dropEchoes(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return problems.filter(
    ({ key, isPending }) =>
      isPending !== true ||
      !problems.some(
        (other) =>
          other.key.startsWith(key) &&
          /^\.(api_key|credentials)\b/.test(other.key.slice(key.length)),
      ),
  );
}

/**
 * Problems in the valid part of the config, without those that only follow from the broken values.
 */
function findFurther(
  { changed, ...rest }: Remainder,
  input: Omit<ResolveInput, 'settings' | 'document'>,
  origin: ResolvedConfig['origin'],
): readonly ConfigProblem[] {
  const { problems, lacking } = resolveWhole({ ...input, ...rest }, origin);
  return [
    ...problems.filter((problem) => !followsFrom(changed, problem)),
    ...lacking.filter((problem) => !mayHaveLostKey(changed, problem)),
  ];
}

/**
 * Throws a `ConfigError` with every problem: `credential-missing` if the only problem is that there
 * is no key at all.
 */
export function resolveConfig(
  input: ResolveInput,
  origin: ResolvedConfig['origin'],
): ResolvedConfig {
  const { config, problems, lacking } = resolveWhole(input, origin);
  if (problems.length > 0) throw createConfigError('config-invalid', [...problems, ...lacking]);
  if (lacking.some(({ severity }) => severity !== 'warning'))
    throw createConfigError('credential-missing', lacking);
  const warnings = lacking.map((problem) => ({ code: 'key-missing', text: toWarning(problem) }));
  return { ...config, warnings: [...config.warnings, ...warnings] };
}

interface Resolution {
  /** Excludes everything with a problem. */
  readonly config: ResolvedConfig;
  readonly problems: readonly ConfigProblem[];
  readonly lacking: readonly ConfigProblem[];
}

function resolveWhole(input: ResolveInput, origin: ResolvedConfig['origin']): Resolution {
  const findings = new Findings(input.document);
  const context: ResolveContext = { ...input, gateway: resolveGateway(input, findings), findings };
  warnOfFiles(context);
  warnOfOutside(context);
  checkPrices(context);
  checkVision(context);
  warnOfHardlyMeant(context);
  const resolver = new TargetResolver(context);
  for (const name of Object.keys(input.settings.providers ?? {}))
    resolver.provider(name, ['providers', name]);
  checkCallers(context, resolver.resolved());
  const main = resolveMain(context, resolver);
  const names = splitAuxiliary(context);
  const named = planTasks(context, names.on, { resolver, main });
  const aliases = resolveAliases(context, resolver);
  const sameModels = resolveSameModels(context, resolver);
  const { providers, routes } = withoutOurselves(context, {
    providers: resolver.resolved(),
    routes: new Map([['main', main], ...routesOf(named)]),
  });
  const implied = planTasks(context, names.implied, { resolver, main: routes.get('main') ?? main });
  const resolved: ResolvedConfig = {
    origin,
    providers,
    routes,
    impliedRoutes: routesOf(implied),
    tasksOff: names.off,
    tasks: new Map([...named, ...implied].map(({ route, task }) => [route.task, task])),
    pools: new Map([
      ...[...providers].map(([name, { credentials }]) => [name, credentials] as const),
      ...named.flatMap(({ pool }) => (pool === undefined ? [] : [pool])),
    ]),
    selections: new Map([...providers].map(([name, { selection }]) => [name, selection])),
    sameModels,
    ...resolveBudgets(context, providers),
    aliases,
    blindModels: input.settings.blind_models,
    unknownModel: input.settings.gateway?.unknown_model ?? defaults.gateway.unknownModel,
    pinnedFallback: input.settings.gateway?.pinned_fallback ?? defaults.gateway.pinnedFallback,
    gateway: context.gateway,
    descriptions: resolveDescriptions(context),
    log: resolveLog(context),
    records: resolveRecords(context),
    sessions: resolveSessions(context),
    state: resolveFleet(context),
    values: [...resolveValues(context), ...listMoved(providers)],
    warnings: findings.warnings,
  };
  warnOfIdleBudgets(context, resolved);
  const config = withSites(resolved);
  const lacking = describeKeyless(context, {
    ...config,
    placeOf: (name) => resolver.placeOf(name),
  });
  return { config, problems: findings.problems, lacking };
}

function resolveLog(context: ResolveContext): LogSettings {
  const {
    folder,
    format = defaults.log.format,
    keep = defaults.log.keep,
  } = context.settings.log ?? {};
  return { folder: folder && resolvePath(context, folder), format, keep };
}

const dayMs = 24 * 3_600_000;

function resolveRecords({ settings }: ResolveContext): RecordSettings {
  const { content = defaults.records.content, days = defaults.records.days } =
    settings.records ?? {};
  return { hasContent: content, keptMs: days * dayMs };
}

function resolveSessions({ settings }: ResolveContext): SessionSettings {
  const {
    save = defaults.sessions.save,
    keep = defaults.sessions.keep,
    max_bytes: maxBytes = defaults.sessions.maxBytes,
  } = settings.sessions ?? {};
  return { save, keptMs: keep * dayMs, maxBytes };
}

function resolveDescriptions({ settings }: ResolveContext): DescriptionLimits {
  const {
    save = defaults.descriptions.save,
    keep = defaults.descriptions.keep,
    max_bytes: maxBytes = defaults.descriptions.maxBytes,
  } = settings.descriptions ?? {};
  return { keepDays: save ? keep : 0, maxBytes };
}

function warnOfFiles({ places, stored, findings }: ResolveContext): void {
  const { unreadable, fix } = places.dotenv.current();
  if (unreadable !== undefined)
    findings.warn('dotenv-unreadable', `${places.dotenv.path}: ${unreadable}`, fix);
  if (stored.problem !== undefined)
    findings.warn('stored-keys-unusable', describeStored(stored), stored.fix);
}

/** Reports prices for unknown providers, which would never apply. */
function checkPrices({ settings, findings }: ResolveContext): void {
  const names = [...catalogue.names, ...Object.keys(settings.providers ?? {})];
  for (const key of Object.keys(settings.prices ?? {})) {
    const [provider = ''] = key.split('/');
    if (names.includes(provider)) continue;
    const typo = findTypo('key', provider, names);
    const fix = askAbout(typo) ?? 'name a provider that this file or the catalogue has';
    findings.problem(['prices', key], `unknown provider ${provider}`, { fix, typo });
  }
}

/** Reports `describe` if there is no `vision` task for it. */
function checkVision({
  settings: { blind_models: all, auxiliary = {} },
  findings,
}: ResolveContext): void {
  if (auxiliary['vision'] !== undefined && auxiliary['vision'].provider !== 'none') return;
  const asking = Object.keys(auxiliary).filter(
    (name) => auxiliary[name]?.blind_models === 'describe',
  );
  const paths = [
    ...(all === 'describe' ? [['blind_models']] : []),
    ...asking.map((name) => ['auxiliary', name, 'blind_models']),
  ];
  for (const path of paths)
    findings.problem(
      path,
      'no model can describe images: there is no task vision',
      'name a model that sees: auxiliary: {vision: {provider: NAME, model: NAME}}',
    );
}

/** If `credentials.json` is invalid, its last good content stays in use, if there was one. */
function describeStored({ problem, keys, logins }: CredentialsContent): string {
  const rest = keys.length + logins.length;
  const effect = rest === 0 ? 'its keys cannot be used' : 'its last good content stays in use';
  return `${problem}; ${effect}, and nothing is written to it until it is corrected`;
}

function resolveMain({ settings }: ResolveContext, resolver: TargetResolver): Route {
  const first = resolver.place(settings.main, ['main']);
  const chain = [['fallback_chain'], settings.fallback_chain ?? []] as const;
  resolver.warnOfRepeats(...chain, first);
  return { task: 'main', targets: dropRepeatedTargets([...first, ...resolver.chain(...chain)]) };
}

/**
 * Splits the tasks to resolve: those in the config except disabled ones, and those it does not
 * mention.
 */
function splitAuxiliary({ settings: { auxiliary = {} }, findings }: ResolveContext): {
  readonly on: readonly string[];
  readonly off: ReadonlySet<string>;
  readonly implied: readonly string[];
} {
  const named = Object.keys(auxiliary).filter((name) => name !== 'main');
  if (Object.hasOwn(auxiliary, 'main'))
    findings.problem(['auxiliary', 'main'], 'main is not an auxiliary task', 'write it as main:');
  const off = new Set(named.filter((name) => auxiliary[name]?.provider === 'none'));
  return {
    on: named.filter((name) => !off.has(name)),
    off,
    implied: Object.keys(defaults.taskTimeout).filter((name) => !Object.hasOwn(auxiliary, name)),
  };
}

function planTasks(
  context: ResolveContext,
  names: readonly string[],
  base: { readonly resolver: TargetResolver; readonly main: Route },
): readonly TaskPlan[] {
  return names.flatMap((name) => resolveTask(context, name, base) ?? []);
}

function routesOf(plans: readonly TaskPlan[]): ReadonlyMap<string, Route> {
  return new Map(plans.map(({ route }) => [route.task, route]));
}

/** An alias names a task or `provider/model`. */
function resolveAliases(
  { settings, findings }: ResolveContext,
  resolver: TargetResolver,
): readonly Alias[] {
  const tasks = ['main', ...Object.keys({ ...defaults.taskTimeout, ...settings.auxiliary })];
  return Object.entries(settings.aliases ?? {}).map(([pattern, to]) => {
    const isTask = isMainRoute(to) || tasks.includes(to);
    const named = isTask ? undefined : parseTarget(to);
    if (named !== undefined) resolver.provider(named.provider, ['aliases', pattern]);
    else if (!isTask) {
      const complaint = complainOfAlias(to, tasks, settings.aliases ?? {});
      findings.problem(['aliases', pattern], ...complaint);
    }
    if (pattern === 'main' || settings.auxiliary?.[pattern] !== undefined) {
      const why = `a request for ${pattern} goes to the task of that name`;
      const fix = { text: 'take it out, or give it another name' };
      findings.warn('alias-unused', `aliases.${pattern} is never used: ${why}`, fix);
    }
    const cut = listKnownModels(resolver).find((id) => cutsWord(pattern, id));
    if (cut !== undefined)
      findings.warn('alias-wide', `aliases.${pattern} also takes ${cut}, from within a word`, {
        text: 'if that was not meant, write more of the name between the stars',
      });
    return { pattern, to: to === 'auto' ? 'main' : to };
  });
}

function listKnownModels(resolver: TargetResolver): readonly string[] {
  return [...resolver.resolved().values()].flatMap(({ entry }) => entry.models.map(({ id }) => id));
}

/** True for `*mini*` and `gemini-3.8-flash`: a text between stars begins inside a word. */
function cutsWord(pattern: string, id: string): boolean {
  const [, text = ''] = /^\*([a-z][^*]*)/i.exec(pattern) ?? [];
  if (text === '' || !fitsGlob(pattern, id)) return false;
  const at = id.toLowerCase().indexOf(text.toLowerCase());
  return at > 0 && /[a-z]/i.test(id[at - 1] ?? '');
}
