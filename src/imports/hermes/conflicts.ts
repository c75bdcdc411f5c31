/** Where Hermes's files and the environment hold different keys for one provider: which would have won there, which wins here. */

import { createHash } from 'node:crypto';
import { fingerprintOf } from '../../config/fingerprint.ts';
import { wholeVariable } from '../../config/resolve/interpolate.ts';
import { listRows, type PoolRow, variableOf } from './pool-rows.ts';
import type { ImportedProvider } from './provider-book.ts';
import type { HermesFound } from './read-files.ts';
import { placeOf, type Remarks } from './remarks.ts';
import { isExternalReference, isPlaceholder } from './variables.ts';
import type { HermesPoolRow, Naming } from './wire.ts';

/** One key in one place: never the key itself. */
export interface KeyPlace {
  readonly where: string;
  /** As our own lists show it. */
  readonly fingerprint: string;
}

export interface KeyConflict {
  readonly provider: string;
  /** In the order in which Hermes takes them. */
  readonly places: readonly KeyPlace[];
  readonly there: KeyPlace;
  /** Absent while none of them is used here. */
  readonly here?: KeyPlace;
}

/** Every provider whose places hold more than one key. */
export function findConflicts(
  found: HermesFound,
  providers: readonly ImportedProvider[],
): readonly KeyConflict[] {
  return providers.flatMap((provider) => {
    const places = listPlaces(found, provider);
    const [there] = places;
    if (there === undefined || new Set(places.map(({ fingerprint }) => fingerprint)).size < 2) return [];
    const here = winnerHere(found, provider, places);
    return [{ provider: provider.name, places, there, ...(here === undefined ? {} : { here }) }];
  });
}

interface Held {
  readonly where: string;
  readonly value: string;
}

/** Its pool first, then the variables the pool is filled from, then what its config names: a newer key there loses. */
function listPlaces(found: HermesFound, provider: ImportedProvider): readonly KeyPlace[] {
  const suppressed = new Set(provider.pools.flatMap((pool) => found.auth.suppressed_sources[pool] ?? []));
  const rows = listRows(found, provider.pools)
    .filter(({ row }) => !suppressed.has(row.source ?? ''))
    .flatMap((row) => holdOfRow(found, row));
  const variables = provider.variables.flatMap((variable) => found.variables.settings(variable));
  const named = provider.namedAt.flatMap((naming) => holdOfNaming(found, naming));
  const held = [...rows, ...variables, ...named].filter(({ value }) => isKey(value));
  const first = held.filter(({ where }, index) => held.findIndex((other) => other.where === where) === index);
  return first.map(({ where, value }) => ({ where, fingerprint: fingerprintOf(provider.origin, value) }));
}

function isKey(value: string): boolean {
  return !isPlaceholder(value) && !isExternalReference(value) && wholeVariable(value) === undefined;
}

/** A row of a variable is that variable; an old one may hold a copy of its own beside it. */
function holdOfRow(found: HermesFound, row: PoolRow): readonly Held[] {
  const variable = variableOf(row);
  const held = variable === undefined ? undefined : found.variables.find(variable);
  if (held?.state === 'found') return [{ where: held.setting.where, value: held.setting.value }];
  const value = row.row.access_token;
  return value === undefined ? [] : [{ where: row.where, value }];
}

function holdOfNaming({ variables, document }: HermesFound, { block, path }: Naming): readonly Held[] {
  const variable = block.key_env ?? block.api_key_env ?? referenceIn(block.api_key);
  const finding = variable === undefined ? undefined : variables.find(variable);
  const fromVariable = finding?.state === 'found' ? [finding.setting] : [];
  if (block.api_key === undefined || referenceIn(block.api_key) !== undefined) return fromVariable;
  return [...fromVariable, { where: placeOf(document, [...path, 'api_key']), value: block.api_key }];
}

function referenceIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return wholeVariable(text) ?? /^\$\{env:(\w+)\}$/.exec(text)?.[1];
}

/** The first key that is written, else the first of the vendor's variables that we find in the environment by ourselves. */
function winnerHere(
  found: HermesFound,
  provider: ImportedProvider,
  places: readonly KeyPlace[],
): KeyPlace | undefined {
  const written = provider.keys.flatMap(({ where }) => where ?? []);
  const known = provider.variables
    .filter((variable) => provider.isKnownHere(variable))
    .flatMap((variable) => found.variables.settings(variable))
    .filter(({ place }) => place === 'environment')
    .map(({ where }) => where);
  const [first] = [...written, ...known];
  return places.find(({ where }) => where === first);
}

/** Remarks on rows that were filled from an older value of their variable, and on states that are not carried over. */
export function noteRows(
  { found, remarks }: { readonly found: HermesFound; readonly remarks: Remarks },
  providers: readonly ImportedProvider[],
): void {
  for (const provider of providers) {
    for (const place of listRows(found, provider.pools)) {
      noteStaleCopy({ found, remarks }, provider, place);
      const state = describeState(place.row);
      if (state === undefined) continue;
      const text = `is ${state} there; that is left behind: every key starts fresh`;
      remarks.add({ kind: 'note', code: 'state-left', where: place.where, text });
    }
  }
}

function noteStaleCopy(
  { found, remarks }: { readonly found: HermesFound; readonly remarks: Remarks },
  { origin }: ImportedProvider,
  row: PoolRow,
): void {
  const variable = variableOf(row);
  const finding = variable === undefined ? undefined : found.variables.find(variable);
  if (finding?.state !== 'found') return;
  const { value, where } = finding.setting;
  const copied = row.row.access_token;
  const isOlder = copied === undefined ? isOtherThan(row.row, value) : copied !== value;
  if (!isOlder) return;
  const shown = copied === undefined ? '' : ` (${fingerprintOf(origin, copied)})`;
  const text = `was filled from an older value of ${variable}${shown}; ${where} holds ${fingerprintOf(origin, value)} now, and that is referred to`;
  remarks.add({ kind: 'seen', code: 'stale-copy', where: row.where, text });
}

/** Hermes's fingerprint is of the secret alone. */
function isOtherThan({ secret_fingerprint: seen }: HermesPoolRow, value: string): boolean {
  if (seen === undefined) return false;
  return seen !== `sha256:${createHash('sha256').update(value).digest('hex').slice(0, 16)}`;
}

function describeState({ last_status: status, last_error_code: code }: HermesPoolRow): string | undefined {
  if (status === undefined || status === 'ok') return undefined;
  return code === undefined ? status : `${status} (${code})`;
}
