/** Every place where Hermes keeps, or names, a key of one provider, and the reference of ours to it; secrets are never carried. */

import { quoteWord } from '../quote-word.ts';
import type { Part } from './part.ts';
import type { HermesFound } from './read-files.ts';
import type { Remarks } from './remarks.ts';
import { judgeValue, referenceIn, type VariableSetting } from './variables.ts';

/** How config will name a key. */
export interface ImportedKey {
  readonly label: string;
  readonly env?: string;
  /** The dotenv file it stands in; absent: our `.env`, then the environment. */
  readonly env_file?: string;
  /** A JSON or YAML file, and where in it. */
  readonly file?: string;
  readonly pointer?: string;
}

/** One place. Holds the key: it stays in memory. */
export interface KeyPlace {
  readonly where: string;
  /** Absent while the variable is not set. */
  readonly value?: string | undefined;
  /** What is written for it; absent: nothing. */
  readonly key?: ImportedKey;
  /** Whether it is in use here, written or found by ourselves. */
  readonly isUsed: boolean;
}

/** What reading the keys of one provider takes. */
export interface KeyScene {
  readonly found: HermesFound;
  readonly remarks: Remarks;
  /** Our name of the provider. */
  readonly name: string;
  /** Scheme, host and port: where its keys go. */
  readonly origin: string;
  /** On this machine or in its network: no key may be fine. */
  readonly isLocal: boolean;
  /** Whether our resolver finds this variable by itself. */
  isKnownHere(variable: string): boolean;
}

/** The keys that one block of their config names: its variable first, then what stands inline, as Hermes reads it. */
export function readNamedKeys(scene: KeyScene, block: Part): readonly KeyPlace[] {
  const [variable, inline] = [block.text('key_env', 'api_key_env'), block.text('api_key')];
  const places = [
    ...(variable === undefined ? [] : readVariable(scene, variable, block.at('key_env'))),
    ...(inline === undefined ? [] : readInline(scene, inline, block.at('api_key'))),
  ];
  const command = block.at('key_cmd');
  if (block.text('key_cmd') !== undefined)
    scene.remarks.add('key-command', command, { provider: scene.name });
  return places;
}

/** A variable that their config names. Unset, it stays a reference: the credential is missing, and visible. */
function readVariable(scene: KeyScene, variable: string, { where }: Part): readonly KeyPlace[] {
  const { found, remarks, name: provider } = scene;
  const setting = found.variables.find(variable);
  if (setting !== undefined) return readSetting(scene, setting);
  remarks.add('unset-variable', { where }, { variable, file: found.dotenvPath, provider });
  return [{ where, key: { label: variable, env: variable }, isUsed: true }];
}

/** `${VAR}` and `${env:VAR}` are references; anything else is the key itself. */
function readInline(scene: KeyScene, value: string, part: Part): readonly KeyPlace[] {
  const { found, remarks } = scene;
  const variable = referenceIn(value);
  if (variable !== undefined) return readVariable(scene, variable, part);
  if (!isKey(scene, part, value)) return [];
  const setting = found.variables.findByValue(value);
  if (setting !== undefined) {
    remarks.add('inline-key-known', part, { variable: setting.variable });
    return readSetting(scene, setting);
  }
  remarks.add('inline-key', part);
  return [referTo(part, 'hermes', value)];
}

function referTo({ where, file, pointer }: Part, label: string, value: string | undefined): KeyPlace {
  return { where, value, key: { label, file: file.path, pointer }, isUsed: true };
}

function readSetting(scene: KeyScene, setting: VariableSetting, label?: string): readonly KeyPlace[] {
  const { variable: env, file, where, value } = setting;
  if (!isKey(scene, setting, value)) return [];
  const key = { label: label ?? env, env, ...(file !== undefined && { env_file: file }) };
  return [{ where, value, key, isUsed: true }];
}

/** Whether it is one, after a remark when it is not. */
function isKey(
  { remarks, name, isLocal }: KeyScene,
  place: { readonly where: string },
  value: string,
): boolean {
  const verdict = judgeValue(value);
  if (verdict === 'external') remarks.add('external-secret', place, { provider: name });
  if (verdict === 'placeholder')
    remarks.add(isLocal ? 'placeholder-local' : 'placeholder-key', place, { provider: name });
  return verdict === 'key';
}

/** One of the variables that Hermes fills its pool from; what we find in the environment ourselves is not written. */
export function readKnownVariable(scene: KeyScene, variable: string): readonly KeyPlace[] {
  const { variables } = scene.found;
  const setting = variables.find(variable);
  if (setting === undefined) return [];
  const isOurs = ({ file, variable: name }: VariableSetting): boolean =>
    file === undefined && scene.isKnownHere(name);
  const written = readSetting(scene, setting);
  const others = variables.settings(variable).map((other) => ({ ...other, isUsed: isOurs(other) }));
  return [...(isOurs(setting) ? [] : written), ...others];
}

/** The rows of these pools in Hermes's order of use: priority, then as they stand. */
export function listRows({ auth }: HermesFound, pools: readonly string[]): readonly Part[] {
  const rows = pools.flatMap((pool) => auth.at('credential_pool').at(pool).items());
  const priorityOf = (row: Part): number => Number(row.at('priority').value ?? 0) || 0;
  return rows.toSorted((left, right) => priorityOf(left) - priorityOf(right));
}

/** The variable a row was filled from: `env:VAR`. */
export function variableOf(row: Part): string | undefined {
  return /^env:([A-Za-z_]\w*)$/.exec(row.text('source') ?? '')?.[1];
}

/** Sources of rows that hold tokens of a login, Hermes's own or another program's. */
const loginSource = /^(manual:|device_code|hermes_pkce|oauth|claude_code|gh_cli|qwen-cli)/;
/** Rows of what config says, which is read there. */
const configSource = /^(model_config$|config:)/;

export function readRow(scene: KeyScene, row: Part): readonly KeyPlace[] {
  const source = row.text('source') ?? 'an unnamed source';
  const variable = variableOf(row);
  const suppressed = scene.found.auth.at('suppressed_sources').at(row.path[1] ?? '').value;
  if (Array.isArray(suppressed) && suppressed.includes(source))
    return scene.remarks.add('row-suppressed', row, { source }) ?? [];
  return variable === undefined ? readHeld(scene, row, source) : readVariableRow(scene, row, variable);
}

/** A row that holds a key or tokens by itself. */
function readHeld(scene: KeyScene, row: Part, source: string): readonly KeyPlace[] {
  const { remarks, name: provider, origin } = scene;
  const url = row.text('base_url');
  if (row.text('auth_type') === 'oauth' || loginSource.test(source))
    remarks.add('login-again', row, { what: `is a login (${source})`, first: '', provider });
  else if (url !== undefined && URL.parse(url)?.origin !== origin)
    remarks.add('key-elsewhere', row, { url: showUrl(url), provider, origin }); // law 12
  else if (source === 'manual' && row.text('access_token') !== undefined) return [referToRow(scene, row)];
  else if (!configSource.test(source)) remarks.add('pool-source', row, { source });
  return [];
}

/** With the label its owner gave it; the name of the variable is what the program calls it. */
function readVariableRow(scene: KeyScene, row: Part, variable: string): readonly KeyPlace[] {
  const setting = scene.found.variables.find(variable);
  if (setting !== undefined) return readSetting(scene, setting, ownLabel(row));
  scene.remarks.add('row-without-key', row, { variable });
  return [];
}

/** By its place in the list, which is how Hermes finds it too. */
function referToRow({ remarks, name }: KeyScene, row: Part): KeyPlace {
  const label = ownLabel(row) ?? `hermes-${row.text('id') ?? 'manual'}`;
  const [, pool, index] = row.path;
  const query = `.credential_pool[${JSON.stringify(pool)}][${index}].access_token`;
  const target = `holdfast auth add ${name} --label ${quoteWord(label)}`;
  const command = `jq -r ${quoteWord(query)} ${quoteWord(row.file.path)} | ${target}`;
  remarks.add('key-in-pool', row, { label, command });
  return { ...referTo(row.at('access_token'), label, row.text('access_token')), where: row.where };
}

/** Unless it holds the key itself. */
function ownLabel(row: Part): string | undefined {
  const [label, secret] = [row.text('label'), row.text('access_token')];
  const isTelling =
    label === undefined || label.length > 40 || (secret !== undefined && label.includes(secret));
  return isTelling ? undefined : label.replaceAll(/[^\w.@ -]/g, '-');
}

/** A URL without user, password, query and fragment: what may be printed of it. */
export function showUrl(text: string): string {
  const url = URL.parse(text.trim());
  if (url === null) return 'an address that is no URL';
  return `${url.origin}${url.pathname === '/' ? '' : url.pathname}`;
}
