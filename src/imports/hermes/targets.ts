/** Hermes's main model and its fallbacks as targets of ours. */

import type { ModelSettings } from '../../config/schema/schema.ts';
import { listRows } from './pool-rows.ts';
import type { ProviderBook } from './provider-book.ts';
import type { HermesFound } from './read-files.ts';
import { placeOf, type Remarks } from './remarks.ts';
import { findVendor, hermesVendors } from './vendors.ts';
import type { HermesEndpoint, Naming } from './wire.ts';

/** A target as it will be written. */
export interface ImportedTarget {
  readonly provider: string;
  readonly model: string;
}

/** What every part of translating needs. */
export interface Translation {
  readonly found: HermesFound;
  readonly book: ProviderBook;
  readonly remarks: Remarks;
}

/** The main target; undefined after a remark when nothing tells it. */
export function readMain(translation: Translation): ImportedTarget | undefined {
  const { found, remarks } = translation;
  const naming = readMainNaming(found);
  const block = withProvider(found, naming.block);
  if (block === undefined) {
    remarks.add({
      kind: 'problem',
      code: 'no-main',
      where: placeOf(found.document, ['model']),
      text: 'names no provider, and no key is there that would choose one',
      howToFix: 'name one: holdfast config set main provider/model',
    });
    return undefined;
  }
  warnOfHeaders(translation);
  return readTarget(translation, { ...naming, block });
}

/** `model:` as a block, whichever of its two forms it has. */
function readMainNaming({ config }: HermesFound): Naming {
  const { model } = config;
  const path = ['model'];
  if (model === undefined || typeof model === 'string') {
    const name = model?.trim();
    return { path, block: name ? { model: name } : {} };
  }
  const { default: named, max_tokens: _limit, default_headers: _headers, ...block } = model;
  return { path, block: { ...block, model: named ?? block.model } };
}

/** Without a provider: the address, else the login or key that Hermes would find first. */
function withProvider(found: HermesFound, block: HermesEndpoint): HermesEndpoint | undefined {
  const isNamed = block.provider !== undefined && block.provider.toLowerCase() !== 'auto';
  if (isNamed) return block;
  if (block.base_url !== undefined) return { ...block, provider: 'custom' };
  const active = found.auth.active_provider;
  const isUsable = active !== undefined && findVendor(active)?.becomes.kind === 'entry';
  const provider = isUsable ? active : firstWithKey(found);
  return provider === undefined ? undefined : { ...block, provider };
}

function firstWithKey(found: HermesFound): string | undefined {
  return hermesVendors.find(
    ({ ids, variables, becomes }) =>
      (becomes.kind === 'entry' || becomes.kind === 'described') &&
      (variables.some((variable) => found.variables.find(variable).state === 'found') ||
        listRows(found, ids).some(({ row }) => row.access_token !== undefined)),
  )?.ids[0];
}

function warnOfHeaders({ found, remarks }: Translation): void {
  const { model } = found.config;
  const headers = typeof model === 'object' ? Object.keys(model.default_headers ?? {}) : [];
  if (headers.length === 0) return;
  const text = `headers of its own are not carried over: ${headers.join(', ')}`;
  const where = placeOf(found.document, ['model', 'default_headers']);
  remarks.add({ kind: 'not-carried', code: 'headers', where, text });
}

/** `fallback_providers`, then the older `fallback_model`, each once. */
export function readFallbacks(translation: Translation): readonly ImportedTarget[] {
  const { config } = translation.found;
  const lists = [
    ['fallback_providers', config.fallback_providers],
    ['fallback_model', config.fallback_model],
  ] as const;
  return withoutRepeats(
    lists.flatMap(([key, list]) =>
      list.flatMap((block, index) =>
        block === null ? [] : (readTarget(translation, { block, path: [key, index] }) ?? []),
      ),
    ),
  );
}

/** One target; undefined after a remark when provider or model cannot be told. */
export function readTarget(translation: Translation, naming: Naming): ImportedTarget | undefined {
  const { book, found, remarks } = translation;
  const provider = book.open(naming);
  if (provider === undefined) return undefined;
  const model = naming.block.model ?? book.defaultModel(provider);
  if (model === undefined) {
    remarks.add({
      kind: 'not-carried',
      code: 'no-model',
      where: placeOf(found.document, naming.path),
      text: `names ${provider} without a model, and no default is known`,
      howToFix: 'write the model there and import again',
    });
    return undefined;
  }
  book.addModel(provider, model, factsOf(translation, naming));
  return { provider, model };
}

function factsOf({ found }: Translation, { block, path }: Naming): ModelSettings {
  const { model } = found.config;
  const limit = path[0] === 'model' && typeof model === 'object' ? model.max_tokens : undefined;
  return {
    ...(block.context_length === undefined ? {} : { context_window: block.context_length }),
    ...(limit === undefined ? {} : { max_output: limit }),
  };
}

export function withoutRepeats(targets: readonly ImportedTarget[]): readonly ImportedTarget[] {
  return targets.filter(
    ({ provider, model }, index) =>
      targets.findIndex((other) => other.provider === provider && other.model === model) === index,
  );
}
