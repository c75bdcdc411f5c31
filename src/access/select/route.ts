/**
 * Chooses the targets and their order for the model that the caller named (step 1 of a request).
 * Pure, from resolved config.
 */

import type { Alias, ResolvedConfig, ResolvedProvider } from '../../config/resolved/resolved.ts';
import { RequestError } from '../../errors.ts';
import type { CallerLogin } from '../../model/credential.ts';
import type { Operation, ProtocolName } from '../../model/protocol.ts';
import type { Route, RouteTarget, Target } from '../../model/target.ts';
import { namesModel } from '../../protocols/passed/read-passed.ts';
import { fitsGlob } from '../../providers/glob.ts';
import type { Lessons } from '../memory/lessons.ts';
import type { ModelLists } from './model-lists.ts';
import { providerHeader } from './passages.ts';
import { fixUnknownModel } from './unknown-model.ts';

/** The model as the caller named it, and the kind of request. */
export interface RouteQuery {
  readonly model: string;
  readonly operation: Operation;
  /** Present for a request that is passed through. */
  readonly passed?: PassedQuery | undefined;
  /** The login that its caller brings for its own vendor, and the protocol of the request. */
  readonly login?: Pick<CallerLogin, 'isAlone'> | undefined;
  readonly protocol?: ProtocolName;
  /** The first target of the route is asked alone. Default: false. */
  readonly isAlone?: boolean | undefined;
}

export interface PassedQuery {
  /** The protocol of the answer. */
  readonly protocol: ProtocolName;
  /** The provider that the caller names, with or without a model. */
  readonly provider: string | undefined;
  /** It contains ids of objects that an account stores. */
  readonly isBound: boolean;
}

/** Throws `RequestError` (404) if no target fits. */
export function chooseRoute(config: ResolvedConfig, asked: RouteQuery, lists: ModelLists): Route {
  const { operation, passed, login } = asked;
  if (login !== undefined) return routeOfLogin(config, asked, lists);
  if (passed?.provider !== undefined) return routeAt(config, asked.model, passed.provider);
  if (passed !== undefined && !namesModel(asked)) return routeOfKeeper(config, operation, passed);
  const route = findRoute(config, asked, lists);
  if (asked.isAlone === true) return { task: 'pinned', targets: route.targets.slice(0, 1) };
  return operation === 'embed' || passed !== undefined ? toOneModel(config, route) : route;
}

/**
 * The login's own vendor comes first, and is asked for the very model that the caller named. Behind
 * it comes the main route, also where the model would be pinned: programs name models of their own.
 */
function routeOfLogin(
  config: ResolvedConfig,
  { login, ...asked }: RouteQuery,
  lists: ModelLists,
): Route {
  const { model } = asked;
  const vendor = findVendor(config, asked);
  const reason = "its caller's own login";
  const own = vendor && { target: vendor.targetFor(model), reason };
  if (login?.isAlone === true) return { task: 'pinned', targets: own === undefined ? [] : [own] };
  const usual = findUsual(config, asked, lists);
  if (own === undefined || isOfOurs(config, model))
    return usual ?? chooseRoute(config, asked, lists);
  if (usual !== undefined && isOfferedElsewhere(usual, own.target)) return usual;
  if (usual === undefined || usual.task === 'pinned')
    return pinned(config, own, asked.passed === undefined ? 'main' : 'none');
  const rest = usual.targets.filter(({ target }) => target.id !== own.target.id);
  return { task: usual.task, targets: [own, ...rest] };
}

/** The provider that takes callers' logins in this protocol: the configuration has one at most. */
function findVendor(
  { providers }: ResolvedConfig,
  { protocol, model }: RouteQuery,
): ResolvedProvider | undefined {
  const takes = ({ targetFor }: ResolvedProvider): boolean => {
    const target = targetFor(model);
    return [target, ...(target.alternatives ?? [])].some((form) => form.protocol === protocol);
  };
  return [...providers.values()]
    .filter(({ credentials }) => credentials.some(({ source }) => source === 'caller'))
    .find(takes);
}

/** Undefined where nobody else offers the model. */
function findUsual(
  config: ResolvedConfig,
  asked: RouteQuery,
  lists: ModelLists,
): Route | undefined {
  try {
    return chooseRoute(config, asked, lists);
  } catch (error) {
    if (error instanceof RequestError && error.code === 'model-unknown') return undefined;
    throw error;
  }
}

/** A task, or a target as this gateway names it: no vendor knows a model of that name. */
function isOfOurs(config: ResolvedConfig, model: string): boolean {
  const [provider = ''] = model.split('/', 1);
  return (
    config.routes.has(model) ||
    config.impliedRoutes?.has(model) === true ||
    config.tasksOff.has(model) ||
    (provider !== model && config.providers.has(provider))
  );
}

/** Another provider heads the route with the very model. */
function isOfferedElsewhere({ targets }: Route, { model, provider }: Target): boolean {
  const first = targets[0]?.target;
  return first?.model === model && first.provider !== provider;
}

/** The caller named the provider, and maybe its model too. */
function routeAt(config: ResolvedConfig, model: string, name: string): Route {
  const provider = config.providers.get(name);
  if (provider === undefined) throw providerNotConfigured(config, name);
  const own = model.startsWith(`${name}/`) ? model.slice(name.length + 1) : model;
  return {
    task: 'pinned',
    targets: [{ target: provider.targetFor(own), reason: `named by ${providerHeader}` }],
  };
}

/**
 * Chooses the account for files and batches without a named provider: that of the main provider,
 * else the first that speaks the protocol. An id may come from any.
 */
function routeOfKeeper(
  config: ResolvedConfig,
  operation: Operation,
  { protocol, isBound }: PassedQuery,
): Route {
  const main = config.routes.get('main')?.targets.map(({ target }) => target.provider) ?? [];
  const names = [...new Set([...main, ...config.providers.keys()])];
  const targets = names.flatMap((name) => config.providers.get(name)?.targetFor(operation) ?? []);
  const speaks = (target: Target): boolean =>
    [target, ...(target.alternatives ?? [])].some((form) => form.protocol === protocol);
  const speaking = targets.filter(speaks);
  const reason = 'the request names no provider';
  const chosen = speaking.length > 0 ? speaking : targets;
  const asked = isBound ? chosen : chosen.slice(0, 1);
  return { task: 'pinned', targets: asked.map((target) => ({ target, reason })) };
}

/**
 * Embeddings, images and voices never fall back to another model, because the results are not
 * interchangeable: returns the first target of the route, and those that config calls the very same
 * model.
 */
function toOneModel(
  { sameModels, providers }: ResolvedConfig,
  { task, targets: [first] }: Route,
): Route {
  if (first === undefined) return { task, targets: [] };
  // A provider that is excluded, such as this gateway itself, is excluded here too.
  const same = (sameModels?.get(first.target.id) ?? []).filter(({ provider }) =>
    providers.has(provider),
  );
  const reason = `the same model as ${first.target.id}`;
  return { task, targets: [first, ...same.map((target) => ({ target, reason }))] };
}

/**
 * The task that answers instead of an unknown model, if config wants that. A main model makes no
 * images or speech.
 */
const insteadOf: Readonly<Partial<Record<Operation, string>>> = {
  generate: 'main',
  'count-tokens': 'main',
  embed: 'embeddings',
};

/**
 * Tries in this order: a task; an alias; `provider/model`; a known model id; the only provider;
 * `unknown_model`.
 */
function findRoute(config: ResolvedConfig, asked: RouteQuery, lists: ModelLists): Route {
  const { model, operation } = asked;
  const task = config.routes.get(model) ?? routeOfAlias({ config, lists }, model);
  if (task !== undefined) return task;
  if (config.tasksOff.has(model)) throw taskOff(model);
  const implied = config.impliedRoutes?.get(model);
  if (implied !== undefined) return implied;
  const target = findKnownTarget({ config, lists }, model);
  if (target !== undefined) return routeOfTarget(config, target);
  const instead = config.routes.get(insteadOf[operation] ?? '');
  if (config.unknownModel === 'main' && instead !== undefined) return instead;
  const listed = (name: string): Iterable<string> => {
    const provider = config.providers.get(name);
    return provider === undefined ? [] : lists.idsOf(provider);
  };
  throw notFound(
    `no configured provider offers the model "${model}"`,
    fixUnknownModel(config, asked, listed),
  );
}

/** Everything that a name is looked up in. */
interface KnownNames {
  readonly config: ResolvedConfig;
  /** The providers' own lists. */
  readonly lists: ModelLists;
}

/** The alias that counts for a name: itself before patterns, and the longest pattern. */
export function findAlias({ aliases }: ResolvedConfig, model: string): Alias | undefined {
  const fitting = aliases
    .filter(({ pattern }) => fitsGlob(pattern, model))
    .sort(
      (a, b) =>
        Number(b.pattern === model) - Number(a.pattern === model) ||
        b.pattern.length - a.pattern.length,
    );
  return fitting[0];
}

function routeOfAlias(known: KnownNames, model: string): Route | undefined {
  const { config } = known;
  const { to } = findAlias(config, model) ?? {};
  if (to === undefined) return undefined;
  const task = config.routes.get(to) ?? config.impliedRoutes?.get(to);
  if (task !== undefined) return task;
  const target = findKnownTarget(known, to);
  return target === undefined ? undefined : routeOfTarget(config, target);
}

function findKnownTarget(known: KnownNames, model: string): Target | undefined {
  const { config } = known;
  const slash = model.indexOf('/');
  const named = slash < 0 ? undefined : config.providers.get(model.slice(0, slash));
  if (named !== undefined && slash + 1 < model.length)
    return named.targetFor(model.slice(slash + 1));
  const knowing = [...config.providers.values()].filter((provider) =>
    knowsModel(known, provider, model),
  );
  const [first] = knowing;
  if (first !== undefined && knowing.length === 1) return first.targetFor(model);
  const [only] = config.providers.values();
  return config.providers.size === 1 ? only?.targetFor(model) : undefined;
}

function knowsModel(
  { config, lists }: KnownNames,
  provider: ResolvedProvider,
  model: string,
): boolean {
  const isRouted = [...config.routes.values()].some(({ targets }) =>
    targets.some(({ target }) => target.provider === provider.name && target.model === model),
  );
  return (
    isRouted ||
    provider.entry.models.some(({ id }) => id === model) ||
    lists.idsOf(provider).has(model)
  );
}

/**
 * A target that heads a task's route takes that route; any other is pinned: all its keys, no other
 * target.
 */
function routeOfTarget(config: ResolvedConfig, target: Target): Route {
  for (const route of config.routes.values())
    if (route.targets[0]?.target.id === target.id) return route;
  return pinned(config, { target, reason: 'named by the request' });
}

/** Behind it comes the main route, if config, or the kind of request, wants that. */
function pinned(config: ResolvedConfig, own: RouteTarget, then = config.pinnedFallback): Route {
  const main = config.routes.get('main');
  if (then !== 'main' || main === undefined) return { task: 'pinned', targets: [own] };
  return {
    task: 'pinned',
    targets: [own, ...main.targets.filter(({ target }) => target.id !== own.target.id)],
  };
}

function taskOff(task: string): RequestError {
  const said = `the task "${task}" is switched off (auxiliary.${task}.provider: none)`;
  return notFound(said, `set auxiliary.${task}.provider to auto, or ask for another model`);
}

function providerNotConfigured({ providers }: ResolvedConfig, name: string): RequestError {
  const said = `${providerHeader} names "${name}", which is not configured`;
  return notFound(said, `name one of: ${[...providers.keys()].join(', ')}`);
}

function notFound(message: string, fix: string): RequestError {
  return new RequestError('model-unknown', message, { status: 404, fix });
}

interface ChosenForm {
  readonly target: Target;
  /**
   * The same in `openai-chat`, if the chosen one is the client's own protocol, whose path the
   * server may lack.
   */
  readonly inChat: Target | undefined;
}

/**
 * Chooses the client's protocol if the provider speaks it, else a translation, which embeddings do
 * not allow; undefined: none.
 */
export function chooseForm(
  named: Target,
  { protocol, operation }: { readonly protocol: ProtocolName; readonly operation: Operation },
  unserved: Lessons['unserved'],
): ChosenForm | undefined {
  const own = named.protocol === protocol ? named : inAlternative(named, protocol);
  if (operation !== 'generate') return own && { target: own, inChat: undefined };
  if (own === undefined) return { target: named, inChat: undefined };
  if (protocol === 'openai-chat') return { target: own, inChat: undefined };
  const inChat = findInChat(named, own);
  const isUnserved = inChat !== undefined && unserved.of({ target: own, operation }) === true;
  return isUnserved ? { target: inChat, inChat: undefined } : { target: own, inChat };
}

/** Avoids a path that the server may lack: translates to another one at the same origin. */
function findInChat(named: Target, own: Target): Target | undefined {
  const inChat = named.protocol === 'openai-chat' ? named : inAlternative(named, 'openai-chat');
  return inChat?.origin === own.origin ? inChat : undefined;
}

/**
 * Returns the target in this protocol, which is not its usual one; undefined if it does not speak
 * it.
 */
function inAlternative(target: Target, protocol: ProtocolName): Target | undefined {
  const form = target.alternatives?.find((other) => other.protocol === protocol);
  if (form === undefined) return undefined;
  const { prefill: _one, historyRepairs: _two, countsTokens: _three, ...common } = target;
  return { ...common, ...form };
}
