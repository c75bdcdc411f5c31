/** Hermes's main model and its chains as targets of ours. */

import { listRows } from './keys.ts';
import type { HermesScene } from './locate.ts';
import type { Part } from './part.ts';
import { noteModel, type ProviderBook } from './providers.ts';
import type { HermesFound } from './read-files.ts';
import { findVendor, hermesVendors } from './vendors.ts';

/** A target as it will be written. */
export interface ImportedTarget {
  readonly provider: string;
  readonly model: string;
}

/** What every part of translating needs. */
export interface TargetScene extends HermesScene {
  readonly book: ProviderBook;
}

/** `provider/model`; the provider's name holds no slash. */
export function showTarget({ provider, model }: ImportedTarget): string {
  return `${provider}/${model}`;
}

/** The main target, whichever form `model:` has; undefined after a remark when nothing tells it. */
export function readMain(translation: TargetScene): ImportedTarget | undefined {
  const { found, remarks } = translation;
  const whole = found.config.at('model');
  const block = whole.isObject ? whole : whole.saying({ model: found.config.text('model') });
  const provider = chooseProvider(found, block);
  if (provider === undefined) return remarks.add('no-main', block);
  const names = Object.keys(block.at('default_headers').record()).join(', ');
  if (names !== '') remarks.add('headers', block.at('default_headers'), { names });
  return readTarget(translation, block.saying({ provider, model: block.text('default', 'model') }));
}

/** The named one, else what stands at the address, else the login or key that Hermes would find first. */
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
  )?.ids[0];
}

/** A list of targets, each once; those that cannot be told are left out after a remark. */
export function readChain(translation: TargetScene, list: Part): string[] {
  const targets = list.items().flatMap((block) => readTarget(translation, block) ?? []);
  return [...new Set(targets.map(showTarget))];
}

/** One target; undefined after a remark when provider or model cannot be told. */
export function readTarget({ book, remarks }: TargetScene, block: Part): ImportedTarget | undefined {
  const provider = book.open(block);
  if (provider === undefined) return undefined;
  const model = block.text('model') ?? provider.defaultModel ?? provider.entry?.defaultModel;
  if (model === undefined) return remarks.add('no-model', block, { provider: provider.name });
  const facts = { context_window: block.number('context_length'), max_output: block.number('max_tokens') };
  noteModel(provider, model, facts);
  return { provider: provider.name, model };
}
