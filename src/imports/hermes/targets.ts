/**
 * Converts Hermes's main model, its chains and its `auxiliary:` blocks to targets and tasks of
 * ours.
 */

import { isMainRoute } from '../../config/resolve/resolve-tasks.ts';
import type { TaskSettings } from '../../config/schema/schema.ts';
import { listRows } from './keys.ts';
import { dropEmpty } from './merge.ts';
import type { Part } from './part.ts';
import { type HermesContext, noteModel, openProvider } from './providers.ts';
import type { HermesFound } from './read-files.ts';
import { findVendor, hermesVendors } from './vendors.ts';

/** A target as it will be written. */
export interface ImportedTarget {
  readonly provider: string;
  readonly model: string;
}

/** Returns `provider/model`; a provider's name has no slash. */
export function showTarget({ provider, model }: ImportedTarget): string {
  return `${provider}/${model}`;
}

/** Returns the main target from any form of `model:`; undefined after a remark if it has none. */
export function readMain(context: HermesContext): ImportedTarget | undefined {
  const { config, remarks } = context;
  const whole = config.at('model');
  const block = whole.isObject ? whole : whole.with({ model: config.text('model') });
  const provider = chooseProvider(context, block);
  if (provider === undefined) return remarks.add('no-main', block);
  const headers = block.at('default_headers');
  const names = Object.keys(headers.record()).join(', ');
  if (names !== '') remarks.add('headers', headers, { names });
  return readHermesTarget(context, block.with({ provider, model: block.text('default', 'model') }));
}

/**
 * Returns the named provider, else the one at the address, else the one whose login or key Hermes
 * would find first.
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

/** Returns each target once. Targets that are incomplete are left out with a remark. */
export function readHermesChain(context: HermesContext, list: Part): readonly string[] {
  const targets = list.items().flatMap((block) => readHermesTarget(context, block) ?? []);
  return [...new Set(targets.map(showTarget))];
}

/** Returns undefined after a remark if provider or model is missing. */
function readHermesTarget(context: HermesContext, block: Part): ImportedTarget | undefined {
  const provider = openProvider(context, block);
  if (provider === undefined) return undefined;
  const { name, defaultModel } = provider;
  const model = block.text('model') ?? defaultModel;
  if (model === undefined) return context.remarks.add('no-model', block, { provider: name });
  const facts = {
    context_window: block.number('context_length'),
    max_output: block.number('max_tokens'),
  };
  noteModel(provider, model, facts);
  return { provider: name, model };
}

/** Hermes ignores blocks for these retired tasks. */
const retiredTasks: ReadonlySet<string> = new Set([
  'web_extract',
  'session_search',
  'flush_memories',
]);
/** Hermes waits at least this long for a summary, whatever the config says. */
const minCompressionSeconds = 300;

/** Returns every task, in the order of their config. */
export function readTasks(
  context: HermesContext,
  main: ImportedTarget | undefined,
): Readonly<Record<string, TaskSettings>> {
  const { config, remarks } = context;
  const auxiliary = config.at('auxiliary');
  const compression = withSummary(auxiliary.at('compression'), config.at('compression'));
  const blocks = auxiliary.with(compression === undefined ? {} : { compression }).entries();
  const tasks = blocks.flatMap(([name, block]) => {
    if (!block.isObject && block.value !== null) return remarks.add('task-setting', block) ?? [];
    if (retiredTasks.has(name)) return remarks.add('task-retired', block) ?? [];
    return [[name, taskSettings(context, block, main)] as const];
  });
  return Object.fromEntries(tasks);
}

/**
 * `compression.summary_*` apply if the block lacks the value. The timeout is at least Hermes's
 * minimum.
 */
function withSummary(block: Part, older: Part): unknown {
  const names = ['provider', 'model', 'base_url'];
  const summary = dropEmpty(
    Object.fromEntries(names.map((name) => [name, older.text(`summary_${name}`)])),
  );
  if (!block.isObject && Object.keys(summary).length === 0) return undefined;
  const isSet =
    !isMainRoute(block.text('provider')) || block.text('model', 'base_url') !== undefined;
  const timeout = block.number('timeout');
  const said = timeout && Math.max(timeout, minCompressionSeconds);
  return block.with({ ...(isSet ? {} : summary), timeout: said }).value;
}

function taskSettings(
  context: HermesContext,
  block: Part,
  main: ImportedTarget | undefined,
): TaskSettings {
  const fallback_chain = [...readHermesChain(context, block.at('fallback_chain'))];
  // `none` in any spelling switches a task off in Hermes too
  const isOff =
    block.at('enabled').value === false || block.text('provider')?.toLowerCase() === 'none';
  return dropEmpty({
    ...(isOff ? { provider: 'none' } : readPlace(context, block, main)),
    timeout: block.number('timeout'),
    fallback_chain,
    max_concurrency: block.number('max_concurrency'),
    extra_body: readExtraBody(context, block.at('extra_body')),
    reasoning_effort: block.text('reasoning_effort'),
  });
}

/** Returns the task's own target; nothing if it uses the main route. */
function readPlace(
  context: HermesContext,
  block: Part,
  main: ImportedTarget | undefined,
): Partial<ImportedTarget> | undefined {
  const { remarks } = context;
  const isMain = isMainRoute(block.text('provider'));
  const model = block.text('model');
  if (isMain && block.text('base_url') === undefined) {
    if (block.text('api_key') !== undefined) remarks.add('stray-key', block.at('api_key'));
    const isOther = main !== undefined && model !== undefined && model !== main.model;
    return isOther ? { provider: main.provider, model } : undefined;
  }
  const provider = isMain ? 'custom' : block.text('provider');
  const own = model ?? (provider === main?.provider ? main?.model : undefined);
  const target = readHermesTarget(context, block.with({ provider, model: own }));
  const key = ['key_env', 'api_key_env', 'api_key'].find((name) => block.text(name) !== undefined);
  if (target && key !== undefined)
    remarks.add('task-key', block.at(key), { provider: target.provider });
  return target;
}

/** A secret in there would be copied, which is forbidden, so the block is left out. */
function readExtraBody({ redactor, remarks }: HermesFound, body: Part): TaskSettings['extra_body'] {
  const text = JSON.stringify(body.record());
  return redactor.redact(text) === text ? body.record() : remarks.add('secret-in-body', body);
}
