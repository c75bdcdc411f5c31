/** Checks which keys the routes need, and which of them the service would find. Pure. */

import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import type { KeyRow, PoolReport } from '../diagnostics/key-report.ts';

export interface PoolCheck {
  /** A provider, or a task with a key of its own. */
  readonly pool: string;
  /** The tasks whose routes use it. */
  readonly routes: readonly string[];
  /** The key that a request would use first; absent if there is none. */
  readonly key: KeyRow | undefined;
  /** True if a request could be sent. */
  readonly isUsable: boolean;
}

/** Returns every pool that a route uses, in the order of the routes. */
export function checkPools(
  { routes }: Pick<ResolvedConfig, 'routes'>,
  reports: readonly PoolReport[],
): readonly PoolCheck[] {
  const steps = [...routes].flatMap(([route, { targets }]) =>
    targets.map(({ target }) => ({ route, target })),
  );
  return [...Map.groupBy(steps, ({ target }) => target.pool)].map(([pool, asked]) => {
    const rows = reports.find(({ name }) => name === pool)?.keys ?? [];
    const found = rows.find(({ fingerprint }) => fingerprint !== undefined);
    return {
      pool,
      routes: [...new Set(asked.map(({ route }) => route))],
      key: found ?? rows[0],
      isUsable: found !== undefined || asked.some(({ target }) => !target.keyRequired),
    };
  });
}

/** Returns the tasks without any key. */
export function listUnusable(checks: readonly PoolCheck[]): readonly string[] {
  const usable = new Set(checks.filter(({ isUsable }) => isUsable).flatMap(({ routes }) => routes));
  return [...new Set(checks.flatMap(({ routes }) => routes))].filter((route) => !usable.has(route));
}
