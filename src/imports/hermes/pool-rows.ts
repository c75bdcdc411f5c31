/** The rows of Hermes's credential pool as references: to the variable they name, or to the row that holds a key by itself. */

import type { KeyPath } from '../../config/schema/schema.ts';
import { type ImportedKey, type KeyScene, refuseValue, toKey, toPlace } from './keys.ts';
import type { HermesFound } from './read-files.ts';
import { insteadOfLogin, showUrl } from './remarks.ts';
import type { HermesPoolRow } from './wire.ts';

/** A row, with where it stands. */
export interface PoolRow {
  readonly row: HermesPoolRow;
  /** `/home/me/.hermes/auth.json credential_pool.xiaomi[0]`. */
  readonly where: string;
  readonly path: KeyPath;
}

/** The rows of these pools in Hermes's order of use: priority, then as they stand. */
export function listRows(found: HermesFound, pools: readonly string[]): readonly PoolRow[] {
  return pools
    .flatMap((pool) =>
      (found.auth.credential_pool[pool] ?? []).flatMap((row, index): readonly PoolRow[] => {
        const path = ['credential_pool', pool, index];
        return row === null
          ? []
          : [{ row, path, where: `${found.authPath} credential_pool.${pool}[${index}]` }];
      }),
    )
    .toSorted((left, right) => (left.row.priority ?? 0) - (right.row.priority ?? 0));
}

/** The variable a row was filled from: `env:VAR`. */
export function variableOf({ row }: PoolRow): string | undefined {
  return /^env:([A-Za-z_]\w*)$/.exec(row.source ?? '')?.[1];
}

/** Rows put there by hand hold their secret; so do old ones of any source. */
function isManualKey({ row }: PoolRow): boolean {
  return row.source === 'manual' && row.auth_type !== 'oauth' && row.access_token !== undefined;
}

/** Rows that hold tokens of a login, Hermes's own or another program's. */
function isLogin({ row }: PoolRow): boolean {
  const source = row.source ?? '';
  return (
    row.auth_type === 'oauth' ||
    /^(manual:|device_code|hermes_pkce|oauth|claude_code|gh_cli|qwen-cli)/.test(source)
  );
}

export function readRows(scene: KeyScene, rows: readonly PoolRow[]): readonly ImportedKey[] {
  return rows.flatMap((row) => readRow(scene, row));
}

function readRow(scene: KeyScene, row: PoolRow): readonly ImportedKey[] {
  const variable = variableOf(row);
  if (variable !== undefined) return readVariableRow(scene, row, variable);
  if (isLogin(row)) return askForLogin(scene, row);
  if (isElsewhere(scene, row)) return noteElsewhere(scene, row);
  if (isManualKey(row)) return [referToRow(scene, row)];
  const source = row.row.source ?? 'an unnamed source';
  const isFromConfig = source === 'model_config' || source.startsWith('config:');
  if (!isFromConfig) {
    const text = `comes from ${source}, which Holdfast does not read`;
    scene.remarks.add({ kind: 'not-carried', code: 'pool-source', where: row.where, text });
  }
  return [];
}

/** A key belongs to the place its row names (law 12). */
function isElsewhere({ origin }: KeyScene, { row }: PoolRow): boolean {
  return row.base_url !== undefined && URL.parse(row.base_url)?.origin !== origin;
}

function noteElsewhere(
  { remarks, provider, origin }: KeyScene,
  { row, where }: PoolRow,
): readonly ImportedKey[] {
  const text = `belongs to ${showUrl(row.base_url ?? '')}, and ${provider} is at ${origin}; left behind`;
  remarks.add({ kind: 'not-carried', code: 'key-elsewhere', where, text });
  return [];
}

function readVariableRow(scene: KeyScene, row: PoolRow, variable: string): readonly ImportedKey[] {
  const finding = scene.found.variables.find(variable);
  if (finding.state === 'found') return [toKey(finding.setting, ownLabel(row, variable))];
  if (finding.state !== 'unset') return refuseValue(scene, finding);
  const text = `refers to ${variable}, which is set nowhere any more; the row is left behind`;
  scene.remarks.add({ kind: 'note', code: 'row-without-key', where: row.where, text });
  return [];
}

/** The label its owner gave it; the name of the variable is what the program calls it. */
function ownLabel({ row }: PoolRow, variable: string): string | undefined {
  const { label } = row;
  if (label === undefined || label === variable || label.length > 40) return undefined;
  return row.access_token !== undefined && label.includes(row.access_token) ? undefined : label;
}

function askForLogin({ remarks, provider }: KeyScene, { row, where }: PoolRow): readonly ImportedKey[] {
  remarks.add({
    kind: 'problem',
    code: 'login-again',
    where,
    text: `is a login (${row.source ?? 'oauth'}); tokens are not carried over`,
    howToFix: insteadOfLogin(provider),
  });
  return [];
}

/** By its place in the list, which is how Hermes finds it too. */
function referToRow(scene: KeyScene, { row, where, path }: PoolRow): ImportedKey {
  const { provider, found, remarks } = scene;
  const label = labelOf(row);
  const [, pool, index] = path;
  const query = `.credential_pool[${JSON.stringify(pool)}][${index}].access_token`;
  remarks.add({
    kind: 'note',
    code: 'key-in-pool',
    where,
    text: `holds a key that was put there by hand (${label}); it is referred to by its place, which moves when Hermes removes a row above it`,
    howToFix: `to be free of that file: jq -r ${quote(query)} ${quote(found.authPath)} | holdfast auth add ${provider} --label ${quote(label)}`,
  });
  return { label, where, reference: toPlace(found.authPath, [...path, 'access_token']) };
}

/** What its owner called it, unless that is the key itself. */
function labelOf({ id, label, access_token: secret = '' }: HermesPoolRow): string {
  const fallback = `hermes-${id ?? 'manual'}`;
  const wanted = (label ?? fallback).replaceAll(/[^\w.@ -]/g, '-');
  return wanted.includes(secret) || wanted.length > 40 ? fallback : wanted;
}

/** For a POSIX shell. */
function quote(text: string): string {
  return /^[\w./@:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
