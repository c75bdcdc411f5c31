/** Creates the parts that ask side tasks, and the store of image descriptions. */

import { Contents } from '../access/request/contents.ts';
import type { Engine } from '../access/request/engine.ts';
import { createAskTask } from '../access/tasks/ask-task.ts';
import { Compressor } from '../access/tasks/compression/compressor.ts';
import { Seal } from '../access/tasks/compression/seal.ts';
import { Descriptions } from '../access/tasks/image-descriptions.ts';
import type { Paths } from '../config/files/paths.ts';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import type { DescriptionLimits } from '../model/descriptions.ts';
import type { Target } from '../model/target.ts';
import { ContentFile } from '../store/contents/content-file.ts';
import { openDescriptions } from '../store/descriptions/open-descriptions.ts';
import { createFaultReporter } from '../store/open.ts';

interface AskingParts extends Pick<Engine, 'host' | 'config' | 'emit' | 'redactor' | 'protocols'> {
  readonly paths: Paths;
}

/** `isInMemory` writes nothing to disk. */
export function createAsking(
  { host, config, emit, redactor, protocols, paths }: AskingParts,
  isInMemory: boolean,
  carry: Parameters<typeof createAskTask>[0],
): Pick<Engine, 'contents' | 'descriptions' | 'compressor' | 'seal'> {
  const askTask = createAskTask(carry);
  const limits = (): DescriptionLimits => config().descriptions;
  const store = openDescriptions(isInMemory, { host, path: paths.descriptionsFile, limits, emit });
  const redact = (text: string): string => redactor.redact(text);
  const { clock, files } = host;
  const contents = new Contents({
    clock,
    file: isInMemory ? undefined : new ContentFile({ files, path: paths.contentsFile }),
    settings: () => config().records,
    redact,
    wordFields: Object.values(protocols).flatMap((protocol) => protocol.wordFields),
    onFault: createFaultReporter(host, emit),
  });
  return {
    contents,
    descriptions: new Descriptions({ clock, store, ask: askTask, redact }),
    compressor: new Compressor({ clock, askTask, targets: () => targetsOf(config()) }),
    seal: new Seal(host, paths.compactionKeyFile),
  };
}

/** Returns the targets for the task `compression`. */
function targetsOf({ routes }: ResolvedConfig): readonly Target[] {
  const route = routes.get('compression') ?? routes.get('main');
  return route?.targets.map(({ target }) => target) ?? [];
}
