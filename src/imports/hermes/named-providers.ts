/** What stands under `providers:` and `custom_providers:` of Hermes's config, as one list. */

import type { HermesFound } from './read-files.ts';
import type { HermesEndpoint, HermesNamedProvider, Naming } from './wire.ts';

/** A provider that their config describes by itself. */
export interface NamedProvider extends Naming {
  readonly name: string;
  readonly block: HermesNamedProvider;
}

/** All of them, the present form before the old list. */
export function listNamed({ config }: HermesFound): readonly NamedProvider[] {
  const current = Object.entries(config.providers).flatMap(([name, block]) =>
    block === null ? [] : [{ name, block, path: ['providers', name] }],
  );
  const legacy = config.custom_providers.flatMap((block, index) =>
    block === null
      ? []
      : [{ name: block.name ?? `custom-${index + 1}`, block, path: ['custom_providers', index] }],
  );
  return [...current, ...legacy];
}

/** Two names of one field. */
export function modeOf(block: HermesEndpoint): string | undefined {
  return block.api_mode ?? block.transport;
}
