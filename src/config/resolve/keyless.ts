/**
 * Reports targets without a usable key, with their line. It is an error only if no target at all
 * can be asked (law 10).
 */

import { basename } from 'node:path';
import { type ConfigProblem, formatFix } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Credential } from '../../model/credential.ts';
import type { Fix } from '../../model/fix.ts';
import type { Target } from '../../model/target.ts';
import { describeNear } from '../files/near-variable.ts';
import type { ResolvedConfig, ResolvedProvider } from '../resolved/resolved.ts';
import { formatKeyPath } from '../schema/key-paths.ts';
import type { KeyPath } from '../schema/schema.ts';
import { type Judged, judgeSecret } from '../secrets/judge-secret.ts';
import { toProblem } from '../yaml/document.ts';
import { listIgnored, useIgnored } from './ignored.ts';
import { letLoginsIn } from './resolve-callers.ts';
import {
  judgeVariable,
  lookFor,
  type ResolveContext,
  type VariablePlaces,
} from './resolve-context.ts';

type KeylessConfig = Pick<ResolvedConfig, 'providers' | 'routes' | 'pools'>;

export interface KeylessContext extends KeylessConfig {
  /** The first place that names a provider; undefined for a task's pool. */
  readonly placeOf: (provider: string) => KeyPath | undefined;
}

/** Returns one problem per pool without a key: warnings, unless no pool has one. */
export function describeKeyless(
  context: ResolveContext,
  scene: KeylessContext,
): readonly ConfigProblem[] {
  const keyless = listKeyless(scene, context.places);
  const isEverybody = keyless.length === poolsOf(scene).size;
  if (isEverybody && context.whenKeyless === undefined) return [];
  const isFatal = isEverybody && context.whenKeyless === 'refuse';
  const taken = new Set([...scene.pools.keys()].flatMap((pool) => variablesOfPool(scene, pool)));
  return keyless.map(({ pool, targets, wanted }) => {
    const names = [...new Set(targets.map(({ id }) => id))].join(', ');
    const effect = isFatal ? '' : `, so ${names} cannot be asked`;
    const nearer = findNearer(context, scene.providers.get(pool), wanted);
    const problem = toProblem(context.document, scene.placeOf(pool) ?? pathOfTask(pool), {
      message: `${pool} has no key${wanted.some(({ fault }) => fault?.state === 'malformed') ? ' that can be used' : ''}${effect}; ${nearer?.what ?? describeSearch(wanted, (names) => describeNear(names, context.places, taken))}`,
      fix: nearer?.fix ? formatFix(nearer.fix) : describeFix(scene, pool, wanted),
      isPending: true,
    });
    return isFatal ? problem : { ...problem, severity: 'warning' };
  });
}

/** Why a key that is there is not used, which is nearer than the places that have none. */
function findNearer(
  { places, stored }: ResolveContext,
  provider: ResolvedProvider | undefined,
  wanted: readonly WantedProvider[],
): { readonly what: string; readonly fix?: Fix | undefined } | undefined {
  if (stored.problem !== undefined) return { what: stored.problem, fix: stored.fix };
  if (provider === undefined || wanted.some(({ fault }) => fault !== undefined)) return undefined;
  const [what] = listIgnored(provider, { ...places, stored, where: 'the environment' });
  if (what !== undefined) return { what, fix: useIgnored(provider) };
  return wanted.flatMap(({ name }) => findNamedFile(places, provider.name, name) ?? [])[0];
}

/** Images of containers take a secret's file by NAME_FILE; a file is a source of its own here. */
function findNamedFile(
  places: ResolveContext['places'],
  provider: string,
  name: string,
): { readonly what: string; readonly fix: Fix } | undefined {
  const look = lookFor(places, `${name}_FILE`);
  if (look.state !== 'found' || look.value === '') return undefined;
  const credentials = JSON.stringify([{ file: look.value }]);
  return {
    what: `${name}_FILE is set, which is not read`,
    fix: {
      text: 'name the file as the source of the key',
      command: shellLine`holdfast config set ${formatKeyPath(['providers', provider, 'credentials'])} ${credentials}`,
    },
  };
}

/** Names first what was found but is empty or invalid, since it hides the places after it. */
function describeSearch(
  wanted: readonly WantedProvider[],
  near: (names: readonly string[]) => string | undefined,
): string {
  const faults = wanted.flatMap(({ fault }) => fault?.detail ?? []);
  const unset = wanted.filter(({ fault }) => fault === undefined).map(({ name }) => name);
  const looked = `looked for ${unset.join(', ') || 'api_key'}`;
  const unread = new Set(wanted.flatMap(({ unread: why }) => why ?? []));
  const hint = faults.length + unread.size > 0 ? undefined : near(unset);
  return [
    ...faults,
    ...(faults.length > 0 && unset.length === 0 ? [] : [looked]),
    ...unread,
    ...(hint === undefined ? [] : [hint]),
  ].join('; ');
}

/** Writes the log line `config.yaml:4:3: xiaomi has no key, …`. */
export function toWarning({ path, line, column, message }: ConfigProblem): string {
  return line === undefined ? message : `${basename(path)}:${line}:${column}: ${message}`;
}

function describeFix(
  { providers, placeOf }: KeylessContext,
  pool: string,
  wanted: readonly WantedProvider[],
): string {
  if (providers.get(pool)?.entry.takesLoginsOnly === true) return formatFix(letLoginsIn(pool));
  const broken = wanted.find(({ fault }) => fault !== undefined);
  const login =
    providers.get(pool)?.oauth === undefined
      ? ''
      : `${shellLine`holdfast auth login ${pool}`}, or `;
  const key = placeOf(pool) === undefined ? pool : `providers.${pool}`;
  if (broken?.isLiteral === true) return `${login}write the key alone there, on one line`;
  if (broken !== undefined)
    return `${login}write the key behind ${broken.name}=, or write ${key}.api_key`;
  const [first] = wanted;
  if (first?.unread !== undefined)
    return `${login}${first.mend === undefined ? `correct that file, or write ${key}.api_key` : formatFix(first.mend)}`;
  const store = login === '' ? `${shellLine`holdfast auth add ${pool}`}, or ` : '';
  const give = first === undefined ? store : `set ${first.name} in .env or the environment, or `;
  return `${login}${give}write ${key}.api_key`;
}

/** The pool of a task with its own key or server is called `auxiliary.NAME`. */
function pathOfTask(pool: string): KeyPath {
  const dot = pool.indexOf('.');
  return [pool.slice(0, dot), pool.slice(dot + 1)];
}

interface Keyless {
  readonly pool: string;
  readonly targets: readonly Target[];
  readonly wanted: readonly WantedProvider[];
}

/** A place that may contain the key. */
interface WantedProvider {
  /** Name of the variable, or `api_key`. */
  readonly name: string;
  /** The value is in the config itself. */
  readonly isLiteral?: true;
  /** Says what is wrong with its value; absent if it has none. */
  readonly fault?: Exclude<Judged, { readonly state: 'ok' }> | undefined;
  /** Why nobody could look for the variable. */
  readonly unread?: string | undefined;
  /** What lets it be read. */
  readonly mend?: Fix | undefined;
}

/** Pools of which no target has a usable key. */
function listKeyless(config: KeylessConfig, places: VariablePlaces): readonly Keyless[] {
  return [...poolsOf(config)].flatMap(([pool, targets]) => {
    const hasKey = (config.pools.get(pool) ?? []).some((key) => mayWork(key, places));
    if (hasKey || targets.some(({ keyRequired }) => !keyRequired)) return [];
    return [{ pool, targets, wanted: listWanted(config, pool, places) }];
  });
}

/** Maps each pool to its targets in all routes. */
function poolsOf({ routes }: KeylessConfig): ReadonlyMap<string, readonly Target[]> {
  const targets = [...routes.values()].flatMap((route) =>
    route.targets.map(({ target }) => target),
  );
  return Map.groupBy(targets, ({ pool }) => pool);
}

function mayWork({ locator }: Credential, places: VariablePlaces): boolean {
  if (locator.kind === 'literal') return judgeSecret(locator.value, '').state === 'ok';
  // whether a file, a program or a keychain has a key is only known when it is read
  if (locator.kind !== 'variable' || locator.file !== undefined) return true;
  return judgeVariable(places, locator.variable)?.state === 'ok';
}

function listWanted(
  config: KeylessConfig,
  pool: string,
  places: VariablePlaces,
): readonly WantedProvider[] {
  const literals = (config.pools.get(pool) ?? []).flatMap(lookAtLiteral);
  const variables = variablesOfPool(config, pool).map((name) => {
    const look = lookFor(places, name);
    const judged = judgeVariable(places, name);
    return {
      name,
      fault: judged?.state === 'ok' ? undefined : judged,
      unread: look.state === 'failed' ? look.why : undefined,
      mend: look.state === 'failed' ? look.fix : undefined,
    };
  });
  return [...literals, ...variables];
}

function lookAtLiteral({ locator, location }: Credential): readonly WantedProvider[] {
  if (locator.kind !== 'literal') return [];
  const at = location === undefined ? 'api_key' : `${location.path}:${location.line}`;
  const fault = judgeSecret(locator.value, at);
  // An empty one counts as absent.
  return fault.state === 'malformed' ? [{ name: 'api_key', isLiteral: true, fault }] : [];
}

function variablesOfPool({ pools, providers }: KeylessConfig, pool: string): readonly string[] {
  const named = (pools.get(pool) ?? []).flatMap(({ locator }) =>
    locator.kind === 'variable' ? [locator.variable] : [],
  );
  return [...new Set([...named, ...(providers.get(pool)?.keyVariables ?? [])])];
}
