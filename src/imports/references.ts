/**
 * Exports and imports keys as references, to move a configuration to another machine: labels,
 * places and limit groups, never a secret. Pure.
 */

import { type Document, isSeq, parseDocument } from 'yaml';
import { z } from 'zod';
import { writeInForm } from '../config/yaml/text-form.ts';
import { assertNever } from '../errors.ts';
import type { Credential, SecretLocator } from '../model/credential.ts';

const text = z.string().min(1);

const exportedKey = z.strictObject({
  provider: text,
  label: text,
  account: text.optional(),
  models: z.array(text).optional(),
  /** The fields of an entry under `credentials:`; absent if only the secret itself is known. */
  reference: z.record(z.string(), z.unknown()).optional(),
  /** Says why there is no reference. */
  left_out: text.optional(),
});
const exportFormat = z.looseObject({
  schema: z.literal('holdfast.auth-export/1'),
  keys: z.array(exportedKey),
});

export type ExportedKey = Readonly<z.infer<typeof exportedKey>>;

/**
 * Returns every key that config names or that is stored. Keys that are only in the shell's
 * environment are left out.
 */
export function exportReferences(
  pools: ReadonlyMap<string, readonly Credential[]>,
  home: string | undefined,
): readonly ExportedKey[] {
  const own = new Map([...pools.values()].flat().map((credential) => [credential.id, credential]));
  // the other machine has another home folder
  const toPath = (path: string | undefined): string | undefined =>
    home !== undefined && path?.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
  return [...own.values()]
    .filter(({ source }) => source !== 'dotenv' && source !== 'env')
    .map(({ provider, label, account, models, locator }) => {
      return {
        provider,
        label,
        account,
        models: models && [...models],
        ...referenceTo(locator, toPath),
      };
    });
}

function referenceTo(
  locator: SecretLocator,
  toPath: (path: string | undefined) => string | undefined,
): Pick<ExportedKey, 'reference' | 'left_out'> {
  switch (locator.kind) {
    case 'variable':
      return { reference: { env: locator.variable, env_file: toPath(locator.file) } };
    case 'file':
      return { reference: { file: toPath(locator.path), pointer: locator.pointer } };
    case 'command': {
      const { shell, command, timeoutMs, ttlMs } = locator;
      const times = { timeout: timeoutMs / 1000, ttl: ttlMs / 1000 };
      if (shell) return { reference: { command: command.join(' '), shell, ...times } };
      return { reference: { command: [...command], ...times } };
    }
    case 'keychain':
      return { reference: { keychain: { service: locator.service, account: locator.account } } };
    case 'literal':
      return { left_out: 'the config has the secret itself' };
    case 'stored':
      return { left_out: 'it was handed to `holdfast auth add`: add it there again' };
    case 'oauth':
      return { left_out: 'it is a login: `holdfast auth login` makes one there' };
    case 'caller':
      return { left_out: 'each caller brings its own' };
    default:
      return assertNever(locator);
  }
}

/** Returns the keys of an export; undefined if the text is no export. */
export function parseExport(content: string): readonly ExportedKey[] | undefined {
  try {
    const parsed = exportFormat.safeParse(JSON.parse(content));
    return parsed.success ? parsed.data.keys : undefined;
  } catch {
    return undefined; // not JSON: the caller explains what an export is
  }
}

export interface Imported {
  /** The config with the new entries; comments and other values are unchanged. */
  readonly text: string;
  readonly added: readonly ExportedKey[];
  readonly skipped: readonly { readonly key: ExportedKey; readonly because: string }[];
}

/**
 * Adds an entry for each key whose label is new to its provider, if config or `isBuiltin` knows the
 * provider. The config must be valid YAML.
 */
export function importReferences(
  config: string,
  keys: readonly ExportedKey[],
  isBuiltin: (provider: string) => boolean,
): Imported {
  const document = parseDocument(config);
  const added: ExportedKey[] = [];
  const skipped: { key: ExportedKey; because: string }[] = [];
  for (const key of keys) {
    const isKnown = isBuiltin(key.provider) || document.hasIn(['providers', key.provider]);
    const because =
      key.left_out ?? (isKnown ? findLabel(document, key) : describeUnknownProvider(key));
    if (because !== undefined || key.reference === undefined) {
      skipped.push({ key, because: because ?? 'it has no reference' });
      continue;
    }
    addReference(document, key, key.reference);
    added.push(key);
  }
  return { text: added.length === 0 ? config : writeInForm(document, config), added, skipped };
}

/** An unknown provider has no address, and only its owner knows it. */
function describeUnknownProvider({ provider }: ExportedKey): string {
  return `the provider ${provider} is not known here: write its base_url and protocol into the config first`;
}

function findLabel(document: Document, { provider, label }: ExportedKey): string | undefined {
  const entries: unknown = document.getIn(['providers', provider, 'credentials']);
  const labels = isSeq(entries)
    ? entries.items.map((_, index) =>
        document.getIn(['providers', provider, 'credentials', index, 'label']),
      )
    : [];
  return labels.includes(label)
    ? `providers.${provider} has a key of this label already`
    : undefined;
}

function addReference(
  document: Document,
  key: ExportedKey,
  reference: Readonly<Record<string, unknown>>,
): void {
  const { provider, label, account, models } = key;
  const entry = { label, ...reference, account, models };
  const path = ['providers', provider, 'credentials'];
  const node = document.createNode(entry, { flow: true });
  if (isSeq(document.getIn(path))) document.addIn(path, node);
  else document.setIn(path, document.createNode([node]));
}
