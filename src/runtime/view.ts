/** The configuration in force as the engine's parts see it. Built once, by the composition root. */

import type { ConfigHolder } from '../config/holder/holder.ts';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';

export interface RuntimeView {
  config(): ResolvedConfig;
  configRefused(): string | undefined;
  configInForce(): string | undefined;
  reload(): void;
}

/** The configuration as the other parts see it. `adapt` runs once per version. */
export function createView(
  holder: ConfigHolder,
  adapt: ((config: ResolvedConfig) => ResolvedConfig) | undefined,
): RuntimeView {
  const view = {
    config: holder.current,
    configRefused: () => holder.refused,
    configInForce: () => holder.inForce,
    reload: () => void holder.reload(),
  };
  if (adapt === undefined) return view;
  let seen = holder.current();
  let adapted = adapt(seen);
  const config = (): ResolvedConfig => {
    const current = holder.current();
    if (current !== seen) adapted = adapt(current);
    seen = current;
    return adapted;
  };
  return { ...view, config };
}
