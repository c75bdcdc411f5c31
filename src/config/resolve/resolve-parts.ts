/**
 * Fills in the parts of a provider's addresses: from its address in config, else from the part's
 * own setting, else from the vendor's variables.
 */

import type { PartName, ProviderEntry } from '../../providers/entry.ts';
import {
  fillParts,
  findUnfilled,
  isPart,
  type PartValues,
  partNames,
  partsIn,
} from '../../providers/parts.ts';
import type { KeyPath, ProviderSettings } from '../schema/schema.ts';
import { type Findings, lookupVariable, type ResolveContext } from './resolve-context.ts';
import type { DraftProvider } from './resolve-credentials.ts';
import type { ProviderAddress } from './resolve-origins.ts';

interface ProviderPlace {
  readonly settings: ProviderSettings;
  readonly path: KeyPath;
}

/** A part that nothing names stays open; it is missed where the address is used: `lacksPart`. */
export function fillEntry(
  context: ResolveContext,
  entry: ProviderEntry,
  named: ProviderPlace,
): ProviderEntry {
  for (const part of partNames) checkSetting(context.findings, entry, { ...named, part });
  if (entry.parts === undefined) return entry;
  const { base_url, base_urls = {} } = named.settings;
  const addresses = [base_url, ...Object.values(base_urls)].flatMap((url) => url?.trim() || []);
  const values: readonly PartValues[] =
    addresses.length > 0
      ? addresses.map((url) => partsIn(entry, url))
      : partNames.map((part) => ({
          [part]: named.settings[part] ?? readVariable(context, entry.parts?.[part] ?? [], part),
        }));
  return fillParts(entry, Object.assign({}, ...values));
}

function checkSetting(
  findings: Findings,
  { name, parts }: ProviderEntry,
  { settings, path, part }: ProviderPlace & { readonly part: PartName },
): void {
  const said = settings[part];
  if (said === undefined) return;
  const at = [...path, part];
  if (parts?.[part] === undefined)
    findings.problem(at, `no address of ${name} has a ${part}`, 'leave it out');
  else if (settings.base_url !== undefined || settings.base_urls !== undefined)
    findings.problem(at, 'is set beside an address', 'keep one of them');
  else if (!isPart(said)) findings.problem(at, ...refusePart(part, said));
}

/** Undefined if no variable names the part, or after a problem. */
function readVariable(
  { places, findings }: ResolveContext,
  variables: readonly string[],
  part: PartName,
): string | undefined {
  const found = variables.map((key) => ({ key, value: lookupVariable(places, key)?.trim() }));
  const { key, value } = found.find((one) => one.value) ?? {};
  if (key === undefined || value === undefined) return undefined;
  if (isPart(value)) return value;
  const [message, text] = refusePart(part, value);
  findings.outsideProblem('environment', { key, message, fix: { text } });
  return undefined;
}

function refusePart(part: PartName, value: string): readonly [message: string, fix: string] {
  return [
    `"${value}" is not the name of a ${part}`,
    'write one word of small letters, digits and hyphens, without the rest of the address',
  ];
}

/** The chosen address has a part that nothing names. One that was refused is reported already. */
export function complainOfPart(
  { findings }: ResolveContext,
  { name, entry, settings, path }: DraftProvider,
  { baseUrl }: ProviderAddress,
): undefined {
  const part = findUnfilled(baseUrl);
  if (part === undefined || settings[part] !== undefined) return;
  const variables = entry.parts?.[part] ?? [];
  if (findings.problems.some(({ key }) => variables.includes(key))) return;
  findings.problem(
    path,
    `${name} has no ${part}, a part of its address ${new URL(baseUrl).origin}`,
    `write providers.${name}.${part}, or set ${variables[0]}`,
  );
}
