/** `holdfast config …`: where the configuration is, what it says, whether it is good, and one value at a time. */

import { findNearest } from '../../config/nearest.ts';
import { renderJsonSchema } from '../../config/schema/json-schema.ts';
import { listKeyPaths, readKeyPath } from '../../config/schema/key-paths.ts';
import { findDefault, isKnown } from '../../config/schema/schema-walk.ts';
import { findLiteralKey, formatConfigValue, getConfigValue, setConfigValue } from '../../config/yaml/edit.ts';
import { unsetConfigValue } from '../../config/yaml/unset.ts';
import { AccessError, ConfigError } from '../../errors.ts';
import { createRuntime, type Runtime } from '../../runtime.ts';
import { changeOwnConfig, openConfig, readConfig, withFiles } from '../own-config.ts';
import { printJson, type Terminal } from '../terminal.ts';

interface Options {
  readonly json?: boolean;
}

export async function configPath(terminal: Terminal, { json }: Options): Promise<number> {
  return withFiles((_host, { configFile }) => {
    if (json === true) printJson(terminal, 'holdfast.config-path/1', { path: configFile });
    else terminal.out(`${configFile}\n`);
    return 0;
  });
}

export async function configShow(terminal: Terminal, options: Options): Promise<number> {
  const runtime = createRuntime({ onEvent: () => undefined });
  const { values } = runtime.config();
  const warnings = runtime.warnings();
  await runtime.close();
  if (options.json === true) {
    printJson(terminal, 'holdfast.config/1', { values, warnings });
    return 0;
  }
  for (const { key, value, source } of values) terminal.out(`${key} = ${value}  (${source})\n`);
  for (const { text } of warnings) terminal.talk(`warning: ${text}\n`);
  return 0;
}

export async function configCheck(terminal: Terminal, { json }: Options): Promise<number> {
  const runtime = createRuntime();
  const { origin } = runtime.config();
  const warnings = runtime.warnings();
  await runtime.close();
  if (json === true) {
    const path = origin.kind === 'file' ? { path: origin.path } : {};
    printJson(terminal, 'holdfast.config-check/1', { isGood: true, ...path, warnings });
    return 0;
  }
  for (const { text } of warnings) terminal.talk(`warning: ${text}\n`);
  terminal.out(`${origin.kind === 'file' ? origin.path : 'the configuration'} is good\n`);
  return 0;
}

/** The JSON Schema as editors take it; with `--json` inside of a document of ours. */
export async function configSchema(terminal: Terminal, { json }: Options): Promise<number> {
  const text = renderJsonSchema();
  if (json === true) printJson(terminal, 'holdfast.config-schema/1', { jsonSchema: JSON.parse(text) });
  else terminal.out(text);
  return 0;
}

/** A key that is written out in the config is shown blanked. What is not set has the value in force, else its default. */
export async function configGet(terminal: Terminal, key: string, { json }: Options): Promise<number> {
  const { value, source } = await withFiles(async (host, paths) => {
    const set = getConfigValue(readConfig(host, paths), key);
    return set === undefined ? await findUnset(key, paths.configFile) : { value: set, source: undefined };
  });
  if (json === true) {
    printJson(terminal, 'holdfast.config-value/1', {
      key,
      value,
      ...(source === undefined ? {} : { source }),
    });
    return 0;
  }
  terminal.out(`${formatConfigValue(value)}\n`);
  if (source === 'default') terminal.talk(`${key} is not set; this is the default\n`);
  else if (source !== undefined) terminal.talk(`${key} is not set in the config; this is from ${source}\n`);
  return 0;
}

async function findUnset(
  key: string,
  configFile: string,
): Promise<{ readonly value: string; readonly source: string }> {
  const inForce = (await listInForce()).find((one) => one.key === key);
  if (inForce !== undefined) return inForce;
  const path = readKeyPath(key);
  const value = findDefault(path);
  if (value !== undefined) return { value, source: 'default' };
  throw isKnown(path) ? notSet(key, configFile) : unknownKey(key);
}

/** Nothing where the configuration cannot be used. */
async function listInForce(): Promise<ReturnType<Runtime['config']>['values']> {
  try {
    const runtime = openConfig();
    const { values } = runtime.config();
    await runtime.close();
    return values;
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}

function notSet(key: string, configFile: string): AccessError {
  return new AccessError('request-invalid', `${key} is not set in ${configFile}, and has no default`, {
    howToFix: '`holdfast config show` lists every value in force',
  });
}

function unknownKey(key: string): AccessError {
  const known = listKeyPaths({});
  const nearest = findNearest(key, known);
  const howToFix =
    nearest === undefined
      ? 'docs/config.md lists every key'
      : `did you mean ${nearest}? docs/config.md lists every key`;
  return new AccessError('request-invalid', `the configuration has no key ${key}`, { howToFix });
}

/** Nothing is written when the result breaks the schema; what else is wrong with it then is a warning. */
export async function configSet(
  terminal: Terminal,
  { key, value }: { readonly key: string; readonly value: string },
  options: Options,
): Promise<number> {
  const literal = value === '-' ? undefined : findLiteralKey(key, value);
  if (literal !== undefined) throw keyAsArgument(literal);
  const given = value === '-' ? (await terminal.readSecret(`${key}: `)).trim() : value;
  const change = (text: string): string => setConfigValue(text, key, given);
  return changeValue(terminal, { key, done: 'set', change }, options);
}

export async function configUnset(terminal: Terminal, key: string, options: Options): Promise<number> {
  const change = (text: string): string => unsetConfigValue(text, key);
  return changeValue(terminal, { key, done: 'unset', change }, options);
}

interface ValueChange {
  readonly key: string;
  readonly done: 'set' | 'unset';
  readonly change: (text: string) => string;
}

async function changeValue(
  terminal: Terminal,
  { key, done, change }: ValueChange,
  { json }: Options,
): Promise<number> {
  return withFiles(async (host, paths) => {
    const warnings = await changeOwnConfig(host, paths, change);
    const path = paths.configFile;
    if (json === true) printJson(terminal, `holdfast.config-${done}/1`, { key, path, warnings });
    else terminal.talk(`${path}: ${key} is ${done}\n`);
    if (json !== true) for (const text of warnings) terminal.talk(`warning: ${text}\n`);
    return 0;
  });
}

/** Arguments stand in the shell's history and in the list of processes. */
function keyAsArgument(key: string): AccessError {
  return new AccessError('request-invalid', `${key} is a secret, and a secret is no argument`, {
    howToFix: `give the name of a variable, '\${NAME}', or pipe the key in: holdfast config set ${key} - <key-file`,
  });
}
