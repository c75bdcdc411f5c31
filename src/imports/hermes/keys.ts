/**
 * Finds every place where Hermes stores or names a key of a provider, and makes our reference to
 * it. Secrets are never copied.
 */

import { isLocalUrl } from '../../config/resolve/local-url.ts';
import { shellLine } from '../../host/shell-line.ts';
import { listIn } from '../../protocols/json/is-record.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import type { Part } from './part.ts';
import type { HermesFound } from './read-files.ts';
import { judgeValue, type KeyPlace, referenceIn, toPlace } from './variables.ts';

/** The provider that the keys belong to. */
export interface KeyOwner {
  readonly found: HermesFound;
  /** Our name for it. */
  readonly name: string;
  readonly baseUrl: string;
  /** Its keys are sent to this scheme, host and port only. */
  readonly origin: string;
  /** The catalogue entry of this name. */
  readonly entry?: ProviderEntry | undefined;
}

/**
 * Returns the keys in one block of their config: its variable first, then the inline value, in
 * Hermes's order.
 */
export function readNamedKeys(owner: KeyOwner, block: Part): readonly KeyPlace[] {
  const field = block.text('key_env') === undefined ? 'api_key_env' : 'key_env';
  const [variable, inline] = [block.text(field), block.text('api_key')];
  const places = [
    variable && readNamedVariable(owner, variable, block.at(field)),
    inline && readInline(owner, inline, block.at('api_key')),
  ];
  const facts = { provider: owner.name };
  if (block.text('key_cmd') !== undefined)
    owner.found.remarks.add('key-command', block.at('key_cmd'), facts);
  return places.flatMap((place) => place || []);
}

/**
 * A variable that their config names. An unset one stays a reference, so that `auth list` shows the
 * missing key.
 */
function readNamedVariable(owner: KeyOwner, variable: string, part: Part): KeyPlace | undefined {
  const { variables, remarks, dotenvPath } = owner.found;
  const setting = variables.find(variable);
  if (setting !== undefined) return judgeKey(owner, setting);
  if (isPasted(variable)) return readLiteral(owner, part);
  remarks.add('unset-variable', part, { variable, file: dotenvPath, provider: owner.name });
  return { ...toPlace(variable), where: part.where };
}

/** Some users paste the key itself in place of its variable's name. */
function isPasted(variable: string): boolean {
  return !/^[A-Za-z_]\w*$/.test(variable) || /^(?=.*[a-z])(?=.*\d).{12,}$/.test(variable);
}

/** `${VAR}` and `${env:VAR}` are references; anything else is the key itself. */
function readInline(owner: KeyOwner, value: string, part: Part): KeyPlace | undefined {
  const variable = referenceIn(value);
  return variable === undefined
    ? readLiteral(owner, part)
    : readNamedVariable(owner, variable, part);
}

function readLiteral(owner: KeyOwner, part: Part): KeyPlace | undefined {
  const { variables, remarks, redactor } = owner.found;
  const place = judgeKey(owner, referToKey(part, 'hermes'));
  if (place === undefined) return undefined;
  redactor.register(place.value);
  const setting = variables.findByValue(place.value);
  if (setting === undefined) remarks.add('inline-key', part);
  else remarks.add('inline-key-known', part, { variable: setting.key.env });
  return setting ?? place;
}

/** Points at the value in their file, since it is the key itself. */
function referToKey({ where, file, pointer, value }: Part, label: string): KeyPlace {
  return { where, value: String(value).trim(), key: { label, file: file.path, pointer } };
}

/** Returns the place if it has a key; otherwise adds a remark. */
function judgeKey({ found, name, baseUrl }: KeyOwner, place: KeyPlace): KeyPlace | undefined {
  const { remarks } = found;
  const verdict = judgeValue(place.value);
  if (verdict === 'key') return place;
  if (verdict === 'external') return remarks.add('external-secret', place, { provider: name });
  return remarks.add(isLocalUrl(baseUrl) ? 'placeholder-local' : 'placeholder-key', place, {
    provider: name,
  });
}

/** A variable that Hermes reads by itself. Variables that we find by ourselves are not written. */
export function readKnownVariable(owner: KeyOwner, variable: string): readonly KeyPlace[] {
  const { variables } = owner.found;
  const setting = variables.find(variable);
  if (setting === undefined) return [];
  const written = judgeKey(owner, setting);
  const others = variables.settings(variable).map((other) => {
    return { ...other, unwritten: findsByItself(owner, other) ? 'found' : 'seen' } as const;
  });
  return written === undefined || findsByItself(owner, setting) ? others : [written, ...others];
}

/** True if our own search finds the variable for this address. */
function findsByItself({ entry, baseUrl }: KeyOwner, { key }: KeyPlace): boolean {
  const { env = '', env_file } = key;
  const site = entry?.alternativeOrigins?.find(({ origins }) =>
    Object.values(origins).includes(baseUrl),
  );
  return (
    env_file === undefined && [entry, site].some((place) => place?.keyVariables?.includes(env))
  );
}

/** Returns the rows of these pools in Hermes's order of use: by priority, then by position. */
export function listRows({ auth }: HermesFound, pools: readonly string[]): readonly Part[] {
  const rows = pools.flatMap((pool) => auth.at('credential_pool').at(pool).items());
  const priorityOf = (row: Part): number => Number(row.at('priority').value ?? 0) || 0;
  return rows.toSorted((left, right) => priorityOf(left) - priorityOf(right));
}

/** Returns the variable that a row was copied from: `env:VAR`. */
export function hermesVariableOf(row: Part): string | undefined {
  return /^env:([A-Za-z_]\w*)$/.exec(row.text('source') ?? '')?.[1];
}

/** These sources are tokens of a login, Hermes's own or another program's. */
const loginSource = /^(manual:|device_code|hermes_pkce|oauth|claude_code|gh_cli|qwen-cli)/;
/** These rows repeat the config, which is read separately. */
const configSource = /^(model_config$|config:)/;

/** Labelled as its owner did, unless the label is only the variable's name. */
export function readRow(owner: KeyOwner, row: Part): KeyPlace | undefined {
  const { auth, remarks, variables } = owner.found;
  const source = row.text('source') ?? 'an unnamed source';
  const suppressed = auth.at('suppressed_sources').at(row.path[1] ?? '').value;
  if (listIn(suppressed).includes(source)) return remarks.add('row-suppressed', row, { source });
  const variable = hermesVariableOf(row);
  if (variable === undefined) return readHeld(owner, row, source);
  const setting = variables.find(variable);
  if (setting === undefined) return remarks.add('row-without-key', row, { variable });
  const label = ownLabel(row) ?? setting.key.label;
  return judgeKey(owner, { ...setting, key: { ...setting.key, label } });
}

/** A row that has a key or tokens of its own. */
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

/** Refers to the row by its position in the list, as Hermes does. */
function referToRow({ found, name }: KeyOwner, row: Part): KeyPlace {
  const label = ownLabel(row) ?? `hermes-${row.text('id') ?? 'manual'}`;
  const [, pool, index] = row.path;
  const query = `.credential_pool[${JSON.stringify(pool)}][${index}].access_token`;
  const command = shellLine`jq -r ${query} ${row.file.path} | holdfast auth add ${name} --label ${label}`;
  found.remarks.add('key-in-pool', row, { label, command });
  return { ...referToKey(row.at('access_token'), label), where: row.where };
}

/** Returns undefined if the label contains the key. */
function ownLabel(row: Part): string | undefined {
  const [label, secret] = [row.text('label'), row.text('access_token')];
  const isUnsafe =
    label === undefined || label.length > 40 || (secret !== undefined && label.includes(secret));
  return isUnsafe ? undefined : label.replaceAll(/[^\w.@ -]/g, '-');
}

/** Removes user, password, query and fragment, so that the URL may be printed. */
export function showUrl(text: string): string {
  const url = URL.parse(text.trim());
  if (url === null) return 'an address that is no URL';
  return `${url.origin}${url.pathname === '/' ? '' : url.pathname}`;
}
