/** The rows of Hermes's credential pool: references where they name a variable, keys to bring where they hold a secret. */

import type { KeyPath } from '../../config/schema.ts';
import { type ImportedKey, type KeyScene, type KeyToBring, refuseValue, toKey } from './keys.ts';
import type { HermesFound } from './read-files.ts';
import { showUrl } from './remarks.ts';
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

export interface RowKeys {
  readonly keys: readonly ImportedKey[];
  readonly toBring: readonly KeyToBring[];
}

export function readRows(scene: KeyScene, rows: readonly PoolRow[]): RowKeys {
  const read = rows.map((row) => readRow(scene, row));
  return { keys: read.flatMap(({ keys }) => keys), toBring: read.flatMap(({ toBring }) => toBring) };
}

function readRow(scene: KeyScene, row: PoolRow): RowKeys {
  const variable = variableOf(row);
  if (variable !== undefined) return { keys: readVariableRow(scene, row, variable), toBring: [] };
  if (isLogin(row)) {
    askForLogin(scene, row);
    return { keys: [], toBring: [] };
  }
  if (isElsewhere(scene, row)) return noteElsewhere(scene, row);
  if (isManualKey(row)) return { keys: [], toBring: [bringManual(scene, row)] };
  const source = row.row.source ?? 'an unnamed source';
  const isFromConfig = source === 'model_config' || source.startsWith('config:');
  if (!isFromConfig) {
    const text = `comes from ${source}, which Holdfast does not read`;
    scene.remarks.add({ kind: 'not-carried', code: 'pool-source', where: row.where, text });
  }
  return { keys: [], toBring: [] };
}

/** A key belongs to the place its row names (law 12). */
function isElsewhere({ origin }: KeyScene, { row }: PoolRow): boolean {
  return row.base_url !== undefined && URL.parse(row.base_url)?.origin !== origin;
}

function noteElsewhere({ remarks, provider, origin }: KeyScene, { row, where }: PoolRow): RowKeys {
  const text = `belongs to ${showUrl(row.base_url ?? '')}, and ${provider} is at ${origin}; left behind`;
  remarks.add({ kind: 'not-carried', code: 'key-elsewhere', where, text });
  return { keys: [], toBring: [] };
}

function readVariableRow(scene: KeyScene, row: PoolRow, variable: string): readonly ImportedKey[] {
  const finding = scene.found.variables.find(variable);
  if (finding.state === 'found') return [toKey(finding.setting, ownLabel(row, variable))];
  if (finding.state !== 'unset') return refuseValue(scene, finding).keys;
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

function askForLogin({ remarks, provider }: KeyScene, { row, where }: PoolRow): void {
  remarks.add({
    kind: 'problem',
    code: 'login-again',
    where,
    text: `is a login (${row.source ?? 'oauth'}); tokens are not carried over`,
    howToFix: `log in again: holdfast auth login ${provider}`,
  });
}

function bringManual(scene: KeyScene, { row, where, path }: PoolRow): KeyToBring {
  const { provider } = scene;
  const secret = row.access_token ?? '';
  const wanted = (row.label ?? `hermes-${row.id ?? 'manual'}`).replaceAll(/[^\w.@ -]/g, '-');
  const label = wanted.includes(secret) || wanted.length > 40 ? `hermes-${row.id ?? 'manual'}` : wanted;
  const [, pool, index] = path;
  const query = `.credential_pool[${JSON.stringify(pool)}][${index}].access_token`;
  const command = `jq -r ${quote(query)} ${quote(scene.found.authPath)} | holdfast auth add ${provider} --label ${quote(label)}`;
  scene.remarks.add({
    kind: 'problem',
    code: 'key-in-pool',
    where,
    text: `holds a key that was put there by hand (${label}); it is not copied`,
    howToFix: command,
  });
  return { provider, label, where, command, reveal: () => secret };
}

/** For a POSIX shell. */
function quote(text: string): string {
  return /^[\w./@:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
