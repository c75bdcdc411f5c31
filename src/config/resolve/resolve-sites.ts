/**
 * Assigns the site of every address (law 5). Base URLs at one origin are one site if they share an
 * account: the catalogue or a provider lists them together, or keys of one `account` are used at
 * them. A site is named by one of its base URLs, never by a provider, so that it survives a
 * renaming. Pure.
 */

import type { Route, Target, TargetForm } from '../../model/target.ts';
import { catalogue } from '../../providers/builtin.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import { sitesOf } from '../../providers/sites.ts';
import type { ResolvedConfig, ResolvedProvider } from '../resolved/resolved.ts';

/** Base URLs of one account, wherever they are. */
type Group = readonly string[];

/** Returns the configuration with every target's site set. */
export function withSites(config: ResolvedConfig): ResolvedConfig {
  const { providers, routes, impliedRoutes = new Map(), sameModels = new Map() } = config;
  const known = catalogue.entries.flatMap(groupsOfEntry);
  const siteOf = joinSites(known, [
    ...[...providers.values()].map(groupOf),
    ...sharingAccounts(config),
  ]);
  const settle = (target: Target): Target => {
    const { alternatives } = target;
    const moved = { ...target, site: siteOf(target.baseUrl) };
    if (alternatives === undefined) return moved;
    return {
      ...moved,
      alternatives: alternatives.map((form) => ({ ...form, site: siteOf(form.baseUrl) })),
    };
  };
  return {
    ...config,
    routes: settleRoutes(routes, settle),
    impliedRoutes: settleRoutes(impliedRoutes, settle),
    sameModels: new Map([...sameModels].map(([id, targets]) => [id, targets.map(settle)])),
    providers: new Map(
      [...providers].map(([name, provider]) => [
        name,
        { ...provider, targetFor: rememberTargets((model) => settle(provider.targetFor(model))) },
      ]),
    ),
  };
}

/** Cache limit per provider, since callers may name any model. */
const maxTargets = 1000;

/** Caches targets, so that requests which name a model share one object. */
function rememberTargets(targetFor: (model: string) => Target): (model: string) => Target {
  const made = new Map<string, Target>();
  return (model) => {
    const known = made.get(model);
    if (known !== undefined) return known;
    const target = targetFor(model);
    if (made.size >= maxTargets) made.clear();
    made.set(model, target);
    return target;
  };
}

/**
 * Normalised as a URL, so that a site is never written like an origin: `https://host/v1`,
 * `https://host/`.
 */
export function nameSite(baseUrl: string): string {
  return new URL(baseUrl).href;
}

function settleRoutes(
  routes: ReadonlyMap<string, Route>,
  settle: (target: Target) => Target,
): ReadonlyMap<string, Route> {
  const moved = [...routes].map(([name, route]) => {
    const targets = route.targets.map((place) => ({ ...place, target: settle(place.target) }));
    return [name, { ...route, targets }] as const;
  });
  return new Map(moved);
}

/** One group per site of the vendor; the address for continuations belongs to the main one. */
function groupsOfEntry(entry: ProviderEntry): readonly Group[] {
  const [main, ...others] = sitesOf(entry).map(({ origins }) => Object.values(origins));
  const continued = entry.prefill?.origin;
  return [[...(main ?? []), ...(continued === undefined ? [] : [continued])], ...others];
}

function groupOf(provider: ResolvedProvider): Group {
  return targetFormsOf(provider).map(({ baseUrl }) => baseUrl);
}

function targetFormsOf(provider: ResolvedProvider): readonly TargetForm[] {
  const target = provider.targetFor('any');
  return [target, ...(target.alternatives ?? [])];
}

/** For each `account` at an origin, the addresses at which its keys are used. */
function sharingAccounts({ providers }: ResolvedConfig): readonly Group[] {
  const used = [...providers.values()].flatMap((provider) =>
    provider.credentials.flatMap(({ account, origin }) =>
      account === undefined ? [] : [{ at: `${origin} ${account}`, provider, origin }],
    ),
  );
  return [...Map.groupBy(used, ({ at }) => at).values()].map((sharing) => {
    const providersThere = new Set(sharing.map(({ provider }) => provider));
    const forms = [...providersThere].flatMap(targetFormsOf);
    return forms
      .filter(({ origin }) => origin === sharing[0]?.origin)
      .map(({ baseUrl }) => baseUrl);
  });
}

/**
 * Names a site by the first of its base URLs that the catalogue has, else by its shortest, so that
 * additions rarely change the name.
 */
function joinSites(known: readonly Group[], named: readonly Group[]): (baseUrl: string) => string {
  const joined = new Map<string, readonly string[]>();
  for (const group of [...known, ...named])
    for (const there of Map.groupBy(group, (baseUrl) => new URL(baseUrl).origin).values()) {
      const whole = [...new Set(there.flatMap((baseUrl) => joined.get(baseUrl) ?? [baseUrl]))];
      for (const baseUrl of whole) joined.set(baseUrl, whole);
    }
  const ranks = new Map(known.flat().map((baseUrl, index) => [baseUrl, index]));
  const rankOf = (baseUrl: string): number => ranks.get(baseUrl) ?? ranks.size + baseUrl.length;
  const compare = (one: string, other: string): number =>
    rankOf(one) - rankOf(other) || (one < other ? -1 : 1);
  const names = [...joined].map(
    ([baseUrl, whole]) => [baseUrl, whole.toSorted(compare)[0] ?? baseUrl] as const,
  );
  const nameOf = new Map(names.map(([baseUrl, first]) => [baseUrl, nameSite(first)]));
  return (baseUrl) => nameOf.get(baseUrl) ?? nameSite(baseUrl);
}
