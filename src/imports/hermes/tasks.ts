/** Hermes's `auxiliary:` blocks, and the older `compression.summary_*`, as tasks of ours. */

import { isMainRoute } from '../../config/resolve/resolve-tasks.ts';
import type { TaskSettings } from '../../config/schema/schema.ts';
import type { HermesFound } from './read-files.ts';
import { placeOf } from './remarks.ts';
import { type ImportedTarget, readTarget, type Translation, withoutRepeats } from './targets.ts';
import { type HermesTask, type Naming, parseHermesTask } from './wire.ts';

/** Retired there: leftover blocks do nothing. */
const retiredTasks: ReadonlySet<string> = new Set(['web_extract', 'session_search', 'flush_memories']);
/** Hermes waits at least this long for a summary, whatever is written. */
const leastCompressionSeconds = 300;

interface NamedTask {
  readonly name: string;
  readonly task: HermesTask;
}

/** Every task, in the order in which it is written there. */
export function readTasks(
  translation: Translation,
  main: ImportedTarget | undefined,
): Readonly<Record<string, TaskSettings>> {
  const tasks = listTasks(translation).map(
    ({ name, task }) => [name, toTask(translation, { name, task }, main)] as const,
  );
  return Object.fromEntries(tasks);
}

function listTasks({ found, remarks }: Translation): readonly NamedTask[] {
  const tasks = Object.entries(found.config.auxiliary).flatMap(([name, value]) => {
    const where = placeOf(found.document, ['auxiliary', name]);
    const task = parseHermesTask(value);
    if (task === undefined) {
      const text = 'is a setting of all tasks that has no equivalent here';
      if (value !== null) remarks.add({ kind: 'not-carried', code: 'task-setting', where, text });
      return [];
    }
    if (retiredTasks.has(name)) {
      remarks.add({ kind: 'note', code: 'task-retired', where, text: 'is a task that Hermes has retired' });
      return [];
    }
    return [{ name, task: name === 'compression' ? withSummary(found, task) : task }];
  });
  const isThere = tasks.some(({ name }) => name === 'compression');
  const hasSummary = Object.values(found.config.compression).some((value) => value !== undefined);
  const empty = parseHermesTask({});
  if (isThere || !hasSummary || empty === undefined) return tasks;
  return [...tasks, { name: 'compression', task: withSummary(found, empty) }];
}

/** `compression.summary_*` count where the block does not say it. */
function withSummary({ config }: HermesFound, task: HermesTask): HermesTask {
  if (!isMainRoute(task.provider) || task.model !== undefined || task.base_url !== undefined) return task;
  const { summary_provider: provider, summary_model: model, summary_base_url: url } = config.compression;
  return { ...task, provider, model, base_url: url };
}

function toTask(
  translation: Translation,
  { name, task }: NamedTask,
  main: ImportedTarget | undefined,
): TaskSettings {
  const chain = readChain(translation, { name, task });
  return {
    ...(isOff(task) ? { provider: 'none' } : readPlace(translation, { name, task }, main)),
    ...(task.timeout === undefined ? {} : { timeout: timeoutOf(name, task.timeout) }),
    ...(chain.length === 0 ? {} : { fallback_chain: [...chain] }),
    ...(task.max_concurrency === undefined ? {} : { max_concurrency: task.max_concurrency }),
    ...readBody(translation, { name, task }),
    ...(task.reasoning_effort === undefined ? {} : { reasoning_effort: task.reasoning_effort }),
  };
}

/** `none` switches a task off there too, however it is written. */
function isOff({ enabled, provider }: HermesTask): boolean {
  return enabled === false || provider?.trim().toLowerCase() === 'none';
}

function timeoutOf(name: string, seconds: number): number {
  return name === 'compression' ? Math.max(seconds, leastCompressionSeconds) : seconds;
}

type Place = Pick<TaskSettings, 'provider' | 'model'>;

/** The task's own target; nothing where it takes the main route. */
function readPlace(
  translation: Translation,
  { name, task }: NamedTask,
  main: ImportedTarget | undefined,
): Place {
  const { fallback_chain: _chain, ...block } = task;
  const path = ['auxiliary', name];
  if (isMainRoute(task.provider) && task.base_url === undefined) {
    if (task.api_key !== undefined) noteStrayKey(translation, { block, path });
    const isMainModel = task.model === undefined || task.model === main?.model;
    return isMainModel || main === undefined ? {} : { provider: main.provider, model: task.model };
  }
  const provider = isMainRoute(task.provider) ? 'custom' : task.provider;
  const model = block.model ?? (isMainProvider(task.provider, main) ? main?.model : undefined);
  const target = readTarget(translation, { block: { ...block, provider, model }, path });
  if (target === undefined) return {};
  noteSharedKey(translation, { block, path }, target.provider);
  return target;
}

function isMainProvider(provider: string | undefined, main: ImportedTarget | undefined): boolean {
  return provider !== undefined && provider === main?.provider;
}

function noteStrayKey({ found, remarks }: Translation, { path }: Naming): void {
  const text = 'belongs to no provider: the task takes the main route, and the key is left behind';
  const where = placeOf(found.document, [...path, 'api_key']);
  remarks.add({ kind: 'not-carried', code: 'stray-key', where, text });
}

/** A key of one task stands in the pool of its provider here. */
function noteSharedKey({ found, remarks }: Translation, { block, path }: Naming, provider: string): void {
  const key = block.key_env === undefined ? 'api_key' : 'key_env';
  if (block.api_key === undefined && block.key_env === undefined && block.api_key_env === undefined) return;
  const text = `is this task's own key; here it is one of the keys of ${provider}, for every task`;
  remarks.add({ kind: 'note', code: 'task-key', where: placeOf(found.document, [...path, key]), text });
}

function readChain(translation: Translation, { name, task }: NamedTask): readonly ImportedTarget[] {
  return withoutRepeats(
    task.fallback_chain.flatMap((block, index) =>
      block === null
        ? []
        : (readTarget(translation, { block, path: ['auxiliary', name, 'fallback_chain', index] }) ?? []),
    ),
  );
}

/** What looks like a secret inside is a copy, and copies are not made. */
function readBody(
  { found, remarks }: Translation,
  { name, task }: NamedTask,
): Pick<TaskSettings, 'extra_body'> {
  const body = task.extra_body;
  if (body === undefined || Object.keys(body).length === 0) return {};
  const text = JSON.stringify(body);
  if (found.redactor.redact(text) === text) return { extra_body: body };
  remarks.add({
    kind: 'not-carried',
    code: 'secret-in-body',
    where: placeOf(found.document, ['auxiliary', name, 'extra_body']),
    text: 'seems to hold a secret and is not copied',
    howToFix: 'write it by hand, with the secret as a variable',
  });
  return {};
}
