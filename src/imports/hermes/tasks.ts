/** Hermes's `auxiliary:` blocks, and the older `compression.summary_*`, as tasks of ours. */

import { isMainRoute } from '../../config/resolve/resolve-tasks.ts';
import type { TaskSettings } from '../../config/schema/schema.ts';
import type { Part } from './part.ts';
import { type ImportedTarget, readChain, readTarget, type TargetScene } from './targets.ts';

/** Retired there: leftover blocks do nothing. */
const retiredTasks: ReadonlySet<string> = new Set(['web_extract', 'session_search', 'flush_memories']);
/** Hermes waits at least this long for a summary, whatever is written. */
const leastCompressionSeconds = 300;

/** Every task, in the order in which it is written there. */
export function readTasks(
  translation: TargetScene,
  main: ImportedTarget | undefined,
): Readonly<Record<string, TaskSettings>> {
  const { found, remarks } = translation;
  const blocks = withSummary(found.config.at('auxiliary'), found.config.at('compression')).entries();
  const tasks = blocks.flatMap(([name, block]) => {
    const isSetting = !block.isObject && block.value !== null;
    if (isSetting || retiredTasks.has(name)) remarks.add(isSetting ? 'task-setting' : 'task-retired', block);
    else return [[name, toTask(translation, block, main)] as const];
    return [];
  });
  return Object.fromEntries(tasks);
}

/** `compression.summary_*` count where the block does not say it; no summary is waited for less than Hermes does. */
function withSummary(auxiliary: Part, older: Part): Part {
  const block = auxiliary.at('compression');
  const names = ['provider', 'model', 'base_url'];
  const summary = Object.fromEntries(names.map((name) => [name, older.text(`summary_${name}`)]));
  if (!block.isObject && Object.values(summary).every((value) => value === undefined)) return auxiliary;
  const isTold = !isMainRoute(block.text('provider')) || block.text('model', 'base_url') !== undefined;
  const timeout = block.number('timeout');
  const said = timeout && Math.max(timeout, leastCompressionSeconds);
  const compression = block.saying({ ...(isTold ? {} : summary), timeout: said }).value;
  return auxiliary.saying({ compression });
}

function toTask(translation: TargetScene, block: Part, main: ImportedTarget | undefined): TaskSettings {
  const chain = readChain(translation, block.at('fallback_chain'));
  // `none` switches a task off there too, however it is written
  const isOff = block.at('enabled').value === false || block.text('provider')?.toLowerCase() === 'none';
  const settings = {
    ...(isOff ? { provider: 'none' } : readPlace(translation, block, main)),
    timeout: block.number('timeout'),
    fallback_chain: chain.length > 0 ? chain : undefined,
    max_concurrency: block.number('max_concurrency'),
    extra_body: readBody(translation, block.at('extra_body')),
    reasoning_effort: block.text('reasoning_effort'),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** The task's own target; nothing where it takes the main route. */
function readPlace(
  translation: TargetScene,
  block: Part,
  main: ImportedTarget | undefined,
): Pick<TaskSettings, 'provider' | 'model'> {
  const { remarks } = translation;
  const isMain = isMainRoute(block.text('provider'));
  const model = block.text('model');
  if (isMain && block.text('base_url') === undefined) {
    if (block.text('api_key') !== undefined) remarks.add('stray-key', block.at('api_key'));
    return main === undefined || (model ?? main.model) === main.model
      ? {}
      : { provider: main.provider, model };
  }
  const provider = isMain ? 'custom' : block.text('provider');
  const own = model ?? (provider === main?.provider ? main?.model : undefined);
  const target = readTarget(translation, block.saying({ provider, model: own }));
  const key = ['key_env', 'api_key_env', 'api_key'].find((name) => block.text(name) !== undefined);
  if (target && key !== undefined) remarks.add('task-key', block.at(key), { provider: target.provider });
  return { ...target };
}

/** What looks like a secret inside is a copy, and copies are not made. */
function readBody({ found, remarks }: TargetScene, body: Part): TaskSettings['extra_body'] {
  const text = JSON.stringify(body.record());
  if (text === '{}') return undefined;
  return found.redactor.redact(text) === text ? { ...body.record() } : remarks.add('secret-in-body', body);
}
