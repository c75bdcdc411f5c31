/** Hermes's main model, its chains and its `auxiliary:` blocks as targets and tasks of ours. */

import { isMainRoute } from '../../config/resolve/resolve-tasks.ts';
import type { TaskSettings } from '../../config/schema/schema.ts';
import { listRows } from './keys.ts';
import { dropEmpty } from './merge.ts';
import type { Part } from './part.ts';
import { type HermesScene, noteModel, openProvider } from './providers.ts';
import type { HermesFound } from './read-files.ts';
import { findVendor, hermesVendors } from './vendors.ts';

/** A target as it will be written. */
export interface ImportedTarget {
  readonly provider: string;
  readonly model: string;
}

/** `provider/model`; the provider's name holds no slash. */
export function showTarget({ provider, model }: ImportedTarget): string {
  return `${provider}/${model}`;
}

/** The main target, whichever form `model:` has; undefined after a remark when nothing tells it. */
export function readMain(scene: HermesScene): ImportedTarget | undefined {
  const { config, remarks } = scene;
  const whole = config.at('model');
  const block = whole.isObject ? whole : whole.saying({ model: config.text('model') });
  const provider = chooseProvider(scene, block);
  if (provider === undefined) return remarks.add('no-main', block);
  const headers = block.at('default_headers');
  const names = Object.keys(headers.record()).join(', ');
  if (names !== '') remarks.add('headers', headers, { names });
  return readHermesTarget(scene, block.saying({ provider, model: block.text('default', 'model') }));
}

/**
 * The named one, else what stands at the address, else the login or key that Hermes would find
 * first.
 */
function chooseProvider(found: HermesFound, block: Part): string | undefined {
  const named = block.text('provider');
  if (named !== undefined && named.toLowerCase() !== 'auto') return named;
  if (block.text('base_url') !== undefined) return 'custom';
  const active = found.auth.text('active_provider') ?? '';
  if (findVendor(active)?.kind === 'keyed') return active;
  return hermesVendors.find(
    ({ kind, ids, variables }) =>
      kind === 'keyed' &&
      (variables.some((variable) => found.variables.findKey(variable) !== undefined) ||
        listRows(found, ids).some((row) => row.text('access_token') !== undefined)),
  )?.id;
}

/** A list of targets, each once; those that cannot be told are left out after a remark. */
export function readHermesChain(scene: HermesScene, list: Part): readonly string[] {
  const targets = list.items().flatMap((block) => readHermesTarget(scene, block) ?? []);
  return [...new Set(targets.map(showTarget))];
}

/** One target; undefined after a remark when provider or model cannot be told. */
function readHermesTarget(scene: HermesScene, block: Part): ImportedTarget | undefined {
  const provider = openProvider(scene, block);
  if (provider === undefined) return undefined;
  const { name, defaultModel } = provider;
  const model = block.text('model') ?? defaultModel;
  if (model === undefined) return scene.remarks.add('no-model', block, { provider: name });
  const facts = {
    context_window: block.number('context_length'),
    max_output: block.number('max_tokens'),
  };
  noteModel(provider, model, facts);
  return { provider: name, model };
}

/** Retired there: leftover blocks do nothing. */
const retiredTasks: ReadonlySet<string> = new Set([
  'web_extract',
  'session_search',
  'flush_memories',
]);
/** Hermes waits at least this long for a summary, whatever is written. */
const leastCompressionSeconds = 300;

/** Every task, in the order in which it is written there. */
export function readTasks(
  scene: HermesScene,
  main: ImportedTarget | undefined,
): Readonly<Record<string, TaskSettings>> {
  const { config, remarks } = scene;
  const auxiliary = config.at('auxiliary');
  const compression = withSummary(auxiliary.at('compression'), config.at('compression'));
  const blocks = auxiliary.saying(compression === undefined ? {} : { compression }).entries();
  const tasks = blocks.flatMap(([name, block]) => {
    if (!block.isObject && block.value !== null) return remarks.add('task-setting', block) ?? [];
    if (retiredTasks.has(name)) return remarks.add('task-retired', block) ?? [];
    return [[name, taskSettings(scene, block, main)] as const];
  });
  return Object.fromEntries(tasks);
}

/**
 * `compression.summary_*` count where the block does not say it; no summary is waited for less than
 * Hermes does.
 */
function withSummary(block: Part, older: Part): unknown {
  const names = ['provider', 'model', 'base_url'];
  const summary = dropEmpty(
    Object.fromEntries(names.map((name) => [name, older.text(`summary_${name}`)])),
  );
  if (!block.isObject && Object.keys(summary).length === 0) return undefined;
  const isTold =
    !isMainRoute(block.text('provider')) || block.text('model', 'base_url') !== undefined;
  const timeout = block.number('timeout');
  const said = timeout && Math.max(timeout, leastCompressionSeconds);
  return block.saying({ ...(isTold ? {} : summary), timeout: said }).value;
}

function taskSettings(
  scene: HermesScene,
  block: Part,
  main: ImportedTarget | undefined,
): TaskSettings {
  const fallback_chain = [...readHermesChain(scene, block.at('fallback_chain'))];
  // `none` switches a task off there too, however it is written
  const isOff =
    block.at('enabled').value === false || block.text('provider')?.toLowerCase() === 'none';
  return dropEmpty({
    ...(isOff ? { provider: 'none' } : readPlace(scene, block, main)),
    timeout: block.number('timeout'),
    fallback_chain,
    max_concurrency: block.number('max_concurrency'),
    extra_body: readExtraBody(scene, block.at('extra_body')),
    reasoning_effort: block.text('reasoning_effort'),
  });
}

/** The task's own target; nothing where it takes the main route. */
function readPlace(
  scene: HermesScene,
  block: Part,
  main: ImportedTarget | undefined,
): Partial<ImportedTarget> | undefined {
  const { remarks } = scene;
  const isMain = isMainRoute(block.text('provider'));
  const model = block.text('model');
  if (isMain && block.text('base_url') === undefined) {
    if (block.text('api_key') !== undefined) remarks.add('stray-key', block.at('api_key'));
    const isOther = main !== undefined && model !== undefined && model !== main.model;
    return isOther ? { provider: main.provider, model } : undefined;
  }
  const provider = isMain ? 'custom' : block.text('provider');
  const own = model ?? (provider === main?.provider ? main?.model : undefined);
  const target = readHermesTarget(scene, block.saying({ provider, model: own }));
  const key = ['key_env', 'api_key_env', 'api_key'].find((name) => block.text(name) !== undefined);
  if (target && key !== undefined)
    remarks.add('task-key', block.at(key), { provider: target.provider });
  return target;
}

/** What looks like a secret inside is a copy, and copies are not made. */
function readExtraBody({ redactor, remarks }: HermesFound, body: Part): TaskSettings['extra_body'] {
  const text = JSON.stringify(body.record());
  return redactor.redact(text) === text ? body.record() : remarks.add('secret-in-body', body);
}
