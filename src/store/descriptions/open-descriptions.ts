/**
 * Opens the store of image descriptions: their file while it can be used and written, otherwise
 * memory. A fault fails no request. Opens the file on first use.
 */

import type { Host } from '../../host.ts';
import type { DescriptionLimits } from '../../model/descriptions.ts';
import type { EventListener } from '../../model/events.ts';
import { createFaultReporter } from '../open.ts';
import { inMemory } from '../sqlite/database.ts';
import { DescriptionFile } from './description-file.ts';
import type { DescriptionStore } from './description-store.ts';

interface DescriptionPlace {
  readonly host: Host;
  readonly path: string;
  readonly limits: () => DescriptionLimits;
  readonly emit: EventListener;
}

export function openDescriptions(
  isInMemory: boolean,
  { host, path, limits, emit }: DescriptionPlace,
): DescriptionStore {
  const { files, clock } = host;
  const ownLimits = (): DescriptionLimits => ({ ...limits(), keepDays: Number.POSITIVE_INFINITY });
  const memory = new DescriptionFile({ files, clock, path: inMemory, limits: ownLimits });
  if (isInMemory) return memory;
  const file = new DescriptionFile({ files, clock, path, limits });
  const report = createFaultReporter(host, emit);
  const tryFile = <Result>(work: () => Result): Result | undefined => {
    if (limits().keepDays === 0) return undefined;
    try {
      return work();
    } catch (error) {
      report(error);
      return undefined;
    }
  };
  return {
    find: (key) => memory.find(key) ?? tryFile(() => file.find(key)),
    keep: (key, text) => tryFile(() => file.keep(key, text)) ?? memory.keep(key, text),
    close: () => {
      file.close();
      memory.close();
    },
  };
}
