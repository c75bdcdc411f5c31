/** Resolves targets named in config; each provider is looked up once. */

import type { Credential } from '../../model/credential.ts';
import type { RouteTarget, Target } from '../../model/target.ts';
import type { ResolvedProvider } from '../resolved/resolved.ts';
import { formatKeyPath } from '../schema/key-paths.ts';
import type { KeyPath, TargetSettings } from '../schema/schema.ts';
import { formatSource, type ResolveContext } from './resolve-context.ts';
import { resolveProvider } from './resolve-provider.ts';

/** A target as written, before its look-up. */
export interface NamedTarget {
  readonly provider: string;
  readonly model: string;
}

/**
 * Reads `provider/model`; the model may itself contain slashes. Undefined for a text without both.
 */
export function parseTarget(settings: TargetSettings): NamedTarget | undefined {
  if (typeof settings !== 'string') return settings;
  const slash = settings.indexOf('/');
  if (slash <= 0 || slash === settings.length - 1) return undefined;
  return { provider: settings.slice(0, slash), model: settings.slice(slash + 1) };
}

/** Resolves each provider once and caches it. */
export class TargetResolver {
  readonly #context: ResolveContext;
  readonly #providers = new Map<string, ResolvedProvider | undefined>();
  readonly #places = new Map<string, KeyPath>();

  constructor(context: ResolveContext) {
    this.#context = context;
  }

  resolved(): ReadonlyMap<string, ResolvedProvider> {
    const entries = [...this.#providers].flatMap(([name, provider]) =>
      provider === undefined ? [] : [[name, provider] as const],
    );
    return new Map(entries);
  }

  provider(name: string, namedAt: KeyPath): ResolvedProvider | undefined {
    if (!this.#providers.has(name)) {
      this.#providers.set(name, resolveProvider(this.#context, name, namedAt));
      this.#places.set(name, namedAt);
    }
    return this.#providers.get(name);
  }

  /** The first place that names a provider, preferably under `providers:`. */
  placeOf(name: string): KeyPath | undefined {
    return this.#places.get(name);
  }

  isConfigured(name: string): boolean {
    return this.#providers.get(name) !== undefined;
  }

  credentials(name: string): readonly Credential[] {
    return this.#providers.get(name)?.credentials ?? [];
  }

  target(named: NamedTarget, namedAt: KeyPath): Target | undefined {
    return this.provider(named.provider, namedAt)?.targetFor(named.model);
  }

  /** Returns the targets of a `fallback_chain` in order, without those that have problems. */
  chain(path: KeyPath, chain: readonly TargetSettings[]): readonly RouteTarget[] {
    return chain.flatMap((settings, index) => this.place(settings, [...path, index]));
  }

  /**
   * Warns of each target that occurs earlier in its chain: it is asked once, so the chain is
   * shorter than it looks.
   */
  warnOfRepeats(
    path: KeyPath,
    chain: readonly TargetSettings[],
    before: readonly RouteTarget[],
  ): void {
    const { findings, document } = this.#context;
    const seen = new Map(before.map(({ target, reason }) => [identityOf(target), reason]));
    for (const [index, settings] of chain.entries()) {
      const [place] = this.place(settings, [...path, index]);
      if (place === undefined) continue;
      const { target, reason } = place;
      const first = seen.get(identityOf(target));
      seen.set(identityOf(target), first ?? reason);
      if (first === undefined) continue;
      const at = formatSource(document, [...path, index]);
      const what = `${at}: ${reason} names ${target.id}, which ${first} names before it: it is asked once`;
      findings.warn('chain-repeats', what, { text: 'take it out or name another' });
    }
  }

  /** The key path is the reason in the route. */
  place(settings: TargetSettings, path: KeyPath): readonly RouteTarget[] {
    const named = parseTarget(settings);
    const target = named === undefined ? undefined : this.target(named, path);
    return target === undefined
      ? []
      : [{ target, reason: formatKeyPath(path), key: formatKeyPath(path) }];
  }
}

/** Identifies a target: another server or another key makes the same model another target. */
export function identityOf({ id, baseUrl, pool }: Target): string {
  return `${id} ${baseUrl} ${pool}`;
}
