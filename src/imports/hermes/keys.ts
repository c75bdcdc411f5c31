/** From what Hermes says of a key (inline, a variable, a command, a pool row) to a reference of ours; secrets are never carried. */

import { wholeVariable } from '../../config/resolve/interpolate.ts';
import type { KeyPath } from '../../config/schema/schema.ts';
import type { HermesFound } from './read-files.ts';
import { placeOf, type Remarks } from './remarks.ts';
import { isExternalReference, isPlaceholder, type VariableSetting } from './variables.ts';
import type { HermesEndpoint } from './wire.ts';

/** How config will name a key. */
export type KeyReference =
  | {
      readonly env: string;
      /** The dotenv file it stands in; absent: our `.env`, then the environment. */
      readonly env_file?: string;
    }
  /** A value of a JSON or YAML file. */
  | { readonly file: string; readonly pointer: string };

/** A key that is carried over as a reference. */
export interface ImportedKey {
  readonly label: string;
  readonly reference: KeyReference;
  /** Where the key is, for people; absent while the variable is not set. */
  readonly where?: string;
}

export interface KeyScene {
  readonly found: HermesFound;
  readonly remarks: Remarks;
  /** Our name of the provider. */
  readonly provider: string;
  /** Scheme, host and port: where its keys go. */
  readonly origin: string;
  /** On this machine or in its network: no key may be fine. */
  readonly isLocal: boolean;
}

/** The keys that one block of their config names: its variable first, then what stands inline, as Hermes reads it. */
export function readNamedKeys(scene: KeyScene, block: HermesEndpoint, path: KeyPath): readonly ImportedKey[] {
  const variable = block.key_env ?? block.api_key_env;
  const fromVariable = variable === undefined ? [] : readNamedVariable(scene, variable, [...path, 'key_env']);
  const fromText = block.api_key === undefined ? [] : readInline(scene, block.api_key, [...path, 'api_key']);
  if (block.key_cmd !== undefined) warnOfCommand(scene, [...path, 'key_cmd']);
  return [...fromVariable, ...fromText];
}

/** A variable that their config names. Unset, it stays a reference: the credential is missing, and visible. */
function readNamedVariable(scene: KeyScene, variable: string, path: KeyPath): readonly ImportedKey[] {
  const where = placeOf(scene.found.document, path);
  const finding = scene.found.variables.find(variable);
  if (finding.state === 'found') return [toKey(finding.setting)];
  if (finding.state !== 'unset') return refuseValue(scene, finding);
  scene.remarks.add({
    kind: 'problem',
    code: 'unset-variable',
    where,
    text: `names ${variable}, which is set neither in ${scene.found.dotenvPath} nor in the environment; Hermes sends such a reference as it is written`,
    howToFix: `set ${variable} in the environment or in Holdfast's own .env; or there, and import again; or: holdfast auth add ${scene.provider}`,
  });
  return [{ label: variable, reference: { env: variable } }];
}

/** `${VAR}` and `${env:VAR}` are references; anything else is the key itself. */
function readInline(scene: KeyScene, text: string, path: KeyPath): readonly ImportedKey[] {
  const variable = wholeVariable(text) ?? /^\$\{env:(\w+)\}$/.exec(text)?.[1];
  if (variable !== undefined) return readNamedVariable(scene, variable, path);
  const where = placeOf(scene.found.document, path);
  if (isPlaceholder(text)) return refusePlaceholder(scene, where);
  if (isExternalReference(text)) return refuseExternal(scene, where);
  const setting = scene.found.variables.findByValue(text);
  if (setting !== undefined) {
    const said = `is the value of ${setting.variable}, so that is referred to`;
    scene.remarks.add({ kind: 'note', code: 'inline-key-known', where, text: said });
    return [toKey(setting)];
  }
  const said = 'holds a key in plain sight; it is referred to where it stands';
  scene.remarks.add({ kind: 'note', code: 'inline-key', where, text: said });
  return [{ label: 'hermes', reference: toPlace(scene.found.document.path, path), where }];
}

/** A key path as a JSON pointer. */
export function toPlace(file: string, path: KeyPath): KeyReference {
  const parts = path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'));
  return { file, pointer: `/${parts.join('/')}` };
}

/** The vendor's known variables that are set: Hermes fills its pool from them. */
export function readKnownVariables(
  scene: KeyScene,
  variables: readonly string[],
  isKnownHere: (variable: string) => boolean,
): readonly ImportedKey[] {
  return variables.flatMap((variable) => {
    const finding = scene.found.variables.find(variable);
    if (finding.state === 'unset') return [];
    if (finding.state !== 'found') return refuseValue(scene, finding);
    const { setting } = finding;
    if (setting.place !== 'environment') return [toKey(setting)];
    return isKnownHere(setting.variable) ? [] : [toKey(setting)];
  });
}

export function toKey(setting: VariableSetting, label = setting.variable): ImportedKey {
  const { variable, file, where } = setting;
  return { label, where, reference: { env: variable, ...(file === undefined ? {} : { env_file: file }) } };
}

/** A value that is no key. */
export function refuseValue(
  scene: KeyScene,
  finding: { readonly state: 'placeholder' | 'external'; readonly setting: VariableSetting },
): readonly ImportedKey[] {
  const { where } = finding.setting;
  return finding.state === 'placeholder' ? refusePlaceholder(scene, where) : refuseExternal(scene, where);
}

function refusePlaceholder({ remarks, isLocal, provider }: KeyScene, where: string): readonly ImportedKey[] {
  if (isLocal) {
    const text = `holds a placeholder; ${provider} is on this machine or network, so no key is written`;
    remarks.add({ kind: 'note', code: 'placeholder-key', where, text });
    return [];
  }
  remarks.add({
    kind: 'seen',
    code: 'placeholder-key',
    where,
    text: `holds a placeholder, which Hermes sends to ${provider} as if it were a key; it is left behind`,
    howToFix: `put a key there and import again, or: holdfast auth add ${provider}`,
  });
  return [];
}

function refuseExternal({ remarks, provider }: KeyScene, where: string): readonly ImportedKey[] {
  remarks.add({
    kind: 'problem',
    code: 'external-secret',
    where,
    text: 'refers to a secret manager; Holdfast does not read that form',
    howToFix: `give ${provider} a credential with command:, such as [op, read, "op://…"]`,
  });
  return [];
}

function warnOfCommand({ remarks, found, provider }: KeyScene, path: KeyPath): void {
  remarks.add({
    kind: 'problem',
    code: 'key-command',
    where: placeOf(found.document, path),
    text: 'names a command that prints the key; it may hold a secret itself, so it is not copied',
    howToFix: `write it into providers.${provider}.credentials as command:`,
  });
}
