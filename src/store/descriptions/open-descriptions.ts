/** Chooses where descriptions of images are kept: with the state in memory also in memory, else in their file. Opens nothing until one is asked for. */

import type { Host } from '../../host.ts';
import type { DescriptionLimits } from '../../model/descriptions.ts';
import type { EventListener } from '../../model/events.ts';
import { createFaultTeller } from '../open.ts';
import { DescriptionFile } from './description-file.ts';
import { DescriptionMemory } from './description-memory.ts';
import type { DescriptionStore } from './description-store.ts';
import { UnfailingDescriptions } from './unfailing-descriptions.ts';

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
  const memory = new DescriptionMemory(limits);
  if (isInMemory) return memory;
  const { files, clock } = host;
  const file = new DescriptionFile({ files, clock, path, limits });
  return new UnfailingDescriptions({ file, memory, limits, tellFault: createFaultTeller(host, emit) });
}
