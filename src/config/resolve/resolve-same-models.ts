/**
 * Resolves models that config declares identical at several providers (`models.M.same_as`).
 * Embeddings may fall back only to these.
 */

import type { Target } from '../../model/target.ts';
import { formatSource, type ResolveContext } from './resolve-context.ts';
import type { TargetResolver } from './resolve-targets.ts';

/** Maps each such target's id to the other targets, in the order of config. */
export function resolveSameModels(
  context: ResolveContext,
  resolver: TargetResolver,
): ReadonlyMap<string, readonly Target[]> {
  warnOfChain(context);
  let groups: readonly (readonly Target[])[] = [];
  for (const pair of listPairs(context, resolver)) {
    const isJoined = (group: readonly Target[]): boolean =>
      group.some(({ id }) => pair.some((one) => one.id === id));
    const joined = new Map(
      [...groups.filter(isJoined).flat(), ...pair].map((target) => [target.id, target]),
    );
    groups = [...groups.filter((group) => !isJoined(group)), [...joined.values()]];
  }
  return new Map(groups.flatMap((group) => group.map(({ id }) => [id, othersThan(id, group)])));
}

function othersThan(id: string, group: readonly Target[]): readonly Target[] {
  return group.filter((other) => other.id !== id);
}

function listPairs(
  context: ResolveContext,
  resolver: TargetResolver,
): readonly (readonly Target[])[] {
  const providers = Object.entries(context.settings.providers ?? {});
  return providers.flatMap(([provider, { models = {} }]) =>
    Object.entries(models).flatMap(([model, { same_as: sameAs }]) => {
      if (sameAs === undefined) return [];
      const path = ['providers', provider, 'models', model, 'same_as'];
      const one = resolver.target({ provider, model }, path);
      const other = resolver.place(sameAs, path)[0]?.target;
      if (one === undefined || other === undefined) return [];
      if (one.id !== other.id) return [[one, other]];
      context.findings.problem(
        path,
        `${one.id} is this very model`,
        'name the same model at another provider, or remove the line',
      );
      return [];
    }),
  );
}

/** Warns of a `fallback_chain` that has no effect. */
function warnOfChain({ settings, document, findings }: ResolveContext): void {
  const chain = settings.auxiliary?.['embeddings']?.fallback_chain ?? [];
  if (chain.length === 0) return;
  const place = formatSource(document, ['auxiliary', 'embeddings', 'fallback_chain']);
  findings.warn(
    'embeddings-chain',
    `${place}: auxiliary.embeddings.fallback_chain is asked for no embeddings: vectors of two models cannot be compared`,
    {
      text: 'if another provider has the very same model, say so by providers.NAME.models.MODEL.same_as',
    },
  );
}
