/** Every place where Hermes keeps, or names, a key of one provider, and the reference of ours to it; secrets are never carried. */

import { isLocalUrl } from '../../config/resolve/local-url.ts';
import type { CredentialSettings } from '../../config/schema/schema.ts';
import { listIn } from '../../protocols/is-record.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import { quoteWord } from '../quote-word.ts';
import type { Part } from './part.ts';
import type { HermesFound } from './read-files.ts';
import { judgeValue, referenceIn, type VariableSetting } from './variables.ts';

/** One place. Holds the key: it stays in memory. */
export interface KeyPlace {
  readonly where: string;
  /** Absent while the variable is not set. */
  readonly value?: string | undefined;
  /** What is written for it; absent: nothing. */
  readonly key?: CredentialSettings;
  /** Whether it is in use here, written or found by ourselves. */
  readonly isUsed: boolean;
}

/** The provider whose keys they are. */
export interface KeyOwner {
  readonly found: HermesFound;
  /** Our name of it. */
  readonly name: string;
  readonly baseUrl: string;
  /** Scheme, host and port: where its keys go. */
  readonly origin: string;
  /** The catalogue entry of this name. */
  readonly entry: ProviderEntry | undefined;
}

/** The keys that one block of their config names: its variable first, then what stands inline, as Hermes reads it. */
export function readNamedKeys(owner: KeyOwner, block: Part): readonly KeyPlace[] {
  const variable = block.text('key_env', 'api_key_env');
  const inline = block.text('api_key');
  const places = [
    variable && readNamedVariable(owner, variable, block.at('key_env')),
    inline && readInline(owner, inline, block.at('api_key')),
  ];
  const facts = { provider: owner.name };
  if (block.text('key_cmd') !== undefined) owner.found.remarks.add('key-command', block.at('key_cmd'), facts);
  return places.flatMap((place) => place || []);
}

/** A variable that their config names. Unset, it stays a reference: the credential is missing, and visible. */
function readNamedVariable(owner: KeyOwner, variable: string, { where }: Part): KeyPlace | undefined {
  const { variables, remarks, dotenvPath } = owner.found;
  const setting = variables.find(variable);
  if (setting !== undefined) return readSetting(owner, setting);
  remarks.add('unset-variable', { where }, { variable, file: dotenvPath, provider: owner.name });
  return { where, key: { label: variable, env: variable }, isUsed: true };
}

/** `${VAR}` and `${env:VAR}` are references; anything else is the key itself. */
function readInline(owner: KeyOwner, value: string, part: Part): KeyPlace | undefined {
  const { variables, remarks } = owner.found;
  const variable = referenceIn(value);
  if (variable !== undefined) return readNamedVariable(owner, variable, part);
  if (!isKey(owner, part, value)) return undefined;
  const setting = variables.findByValue(value);
  if (setting === undefined) remarks.add('inline-key', part);
  else remarks.add('inline-key-known', part, { variable: setting.variable });
  return setting === undefined ? referTo(part, 'hermes') : readSetting(owner, setting);
}

function readSetting(owner: KeyOwner, setting: VariableSetting, label?: string): KeyPlace | undefined {
  const { variable: env, file, where, value } = setting;
  if (!isKey(owner, setting, value)) return undefined;
  return { where, value, key: { label: label ?? env, env, ...(file && { env_file: file }) }, isUsed: true };
}

/** What stands there is the key itself. */
function referTo({ where, file, pointer, value }: Part, label: string): KeyPlace {
  return { where, value: String(value).trim(), key: { label, file: file.path, pointer }, isUsed: true };
}

/** Whether it is one, after a remark when it is not. */
function isKey(
  { found, name, baseUrl }: KeyOwner,
  place: { readonly where: string },
  value: string,
): boolean {
  const verdict = judgeValue(value);
  const placeholder = isLocalUrl(baseUrl) ? 'placeholder-local' : 'placeholder-key';
  const code = verdict === 'external' ? 'external-secret' : placeholder;
  if (verdict !== 'key') found.remarks.add(code, place, { provider: name });
  return verdict === 'key';
}

/** One of the variables that Hermes fills its pool from; what we find in the environment ourselves is not written. */
export function readKnownVariable(owner: KeyOwner, variable: string): readonly KeyPlace[] {
  const { variables } = owner.found;
  const setting = variables.find(variable);
  if (setting === undefined) return [];
  const isOurs = ({ file, variable: name }: VariableSetting): boolean =>
    file === undefined && findsByItself(owner, name);
  const written = readSetting(owner, setting);
  const others = variables.settings(variable).map((other) => ({ ...other, isUsed: isOurs(other) }));
  return written === undefined || isOurs(setting) ? others : [written, ...others];
}

/** Whether our resolver finds the variable by itself at this address. */
function findsByItself({ entry, baseUrl }: KeyOwner, variable: string): boolean {
  const site = entry?.alternativeOrigins?.find(({ origins }) => Object.values(origins).includes(baseUrl));
  return [entry, site].some((place) => place?.keyVariables?.includes(variable));
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

/** Under the label its owner gave it; the name of the variable is what the program calls it. */
export function readRow(owner: KeyOwner, row: Part): KeyPlace | undefined {
  const { auth, remarks, variables } = owner.found;
  const source = row.text('source') ?? 'an unnamed source';
  const suppressed = auth.at('suppressed_sources').at(row.path[1] ?? '').value;
  if (listIn(suppressed).includes(source)) return remarks.add('row-suppressed', row, { source });
  const variable = variableOf(row);
  if (variable === undefined) return readHeld(owner, row, source);
  const setting = variables.find(variable);
  if (setting !== undefined) return readSetting(owner, setting, ownLabel(row));
  return remarks.add('row-without-key', row, { variable });
}

/** A row that holds a key or tokens by itself. */
function readHeld(owner: KeyOwner, row: Part, source: string): KeyPlace | undefined {
  const { found, name: provider, origin } = owner;
  const { remarks } = found;
  const url = row.text('base_url');
  if (row.text('auth_type') === 'oauth' || loginSource.test(source))
    return remarks.add('login-again', row, { what: `is a login (${source})`, first: '', provider });
  if (url !== undefined && URL.parse(url)?.origin !== origin)
    return remarks.add('key-elsewhere', row, { url: showUrl(url), provider, origin }); // law 12
  if (source === 'manual' && row.text('access_token') !== undefined) return referToRow(owner, row);
  return configSource.test(source) ? undefined : remarks.add('pool-source', row, { source });
}

/** By its place in the list, which is how Hermes finds it too. */
function referToRow({ found, name }: KeyOwner, row: Part): KeyPlace {
  const label = ownLabel(row) ?? `hermes-${row.text('id') ?? 'manual'}`;
  const [, pool, index] = row.path;
  const query = `.credential_pool[${JSON.stringify(pool)}][${index}].access_token`;
  const target = `holdfast auth add ${name} --label ${quoteWord(label)}`;
  const command = `jq -r ${quoteWord(query)} ${quoteWord(row.file.path)} | ${target}`;
  found.remarks.add('key-in-pool', row, { label, command });
  return { ...referTo(row.at('access_token'), label), where: row.where };
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
