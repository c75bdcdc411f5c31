/** How the house asks side tasks, and what it keeps of what they have seen. */

import { createAskTask } from '../access/ask-task.ts';
import type { Engine } from '../access/engine.ts';
import { Descriptions } from '../access/eyes/descriptions.ts';
import type { Paths } from '../config/files/paths.ts';
import type { DescriptionLimits } from '../model/descriptions.ts';
import { openDescriptions } from '../store/descriptions/open-descriptions.ts';

interface AskingParts extends Pick<Engine, 'host' | 'config' | 'emit' | 'redactor'> {
  readonly paths: Paths;
}

/** `isInMemory`: nothing is written to disk. */
export function createAsking(
  { host, config, emit, redactor, paths }: AskingParts,
  isInMemory: boolean,
  carry: Parameters<typeof createAskTask>[0],
): Pick<Engine, 'askTask' | 'descriptions'> {
  const askTask = createAskTask(carry);
  const limits = (): DescriptionLimits => config().descriptions;
  const store = openDescriptions(isInMemory, { host, path: paths.descriptionsFile, limits, emit });
  const redact = (text: string): string => redactor.redact(text);
  const { clock } = host;
  return { askTask, descriptions: new Descriptions({ clock, store, ask: askTask, redact }) };
}
