/** `holdfast config …`: where the configuration is, what it says, whether it is good, and one value at a time. */

import { askWhetherMeant } from '../../config/nearest.ts';
import { renderJsonSchema } from '../../config/schema/json-schema.ts';
import { listKeyPaths, readKeyPath } from '../../config/schema/key-paths.ts';
import { findDefault, isKnown } from '../../config/schema/schema-walk.ts';
import { findLiteralKey, formatConfigValue, getConfigValue, setConfigValue } from '../../config/yaml/edit.ts';
import { unsetConfigValue } from '../../config/yaml/unset.ts';
import type { AccessError } from '../../errors.ts';
import { createCommand, type Given, json, required, toggle } from '../command.ts';
import { mistake } from '../mistake.ts';
import { changeOwnConfig, readConfig } from '../own-config.ts';
import { printJson, type Terminal } from '../terminal.ts';
import { isUnusable, quietly, withFiles, withRuntime, withRuntimeUnless } from '../with-runtime.ts';

const key = required('key', 'dotted key path');

const takesValue = { key, value: required('value', 'the value as YAML; - reads it from stdin'), json };

export const commands = {
  path: createCommand({ takes: { json }, example: 'holdfast config path', run: path }),
  show: createCommand({ takes: { json }, example: 'holdfast config show', run: show }),
  check: createCommand({
    takes: { json },
    exits: { 3: 'there are problems', 4: 'only a key is missing' },
    example: 'holdfast config check',
    run: check,
  }),
  schema: createCommand({
    takes: { json: toggle('print it inside of a document with its schema field') },
    example: 'holdfast config schema > schema.json',
    run: schema,
  }),
  get: createCommand({ takes: { key, json }, example: 'holdfast config get main', run: get }),
  set: createCommand({
    takes: takesValue,
    example: 'holdfast config set main deepseek/deepseek-flash',
    run: set,
  }),
  unset: createCommand({ takes: { key, json }, example: 'holdfast config unset gateway.port', run: unset }),
};

interface ConfigOptions {
  readonly json: boolean | undefined;
}

interface KeyOptions extends ConfigOptions {
  readonly key: string;
}

function path(terminal: Terminal, { json }: ConfigOptions): Promise<number> {
  return withFiles((_host, { configFile }) => {
    if (json) printJson(terminal, 'holdfast.config-path/1', { path: configFile });
    else terminal.out(`${configFile}\n`);
    return 0;
  });
}

function show(terminal: Terminal, { json }: ConfigOptions): Promise<number> {
  return withRuntime({ onEvent: () => undefined }, (runtime) => {
    const { values } = runtime.config();
    const warnings = runtime.warnings();
    if (json) {
      printJson(terminal, 'holdfast.config/1', { values, warnings });
      return 0;
    }
    for (const { key, value, source } of values) terminal.out(`${key} = ${value}  (${source})\n`);
    for (const { text } of warnings) terminal.talk(`warning: ${text}\n`);
    return 0;
  });
}

function check(terminal: Terminal, { json }: ConfigOptions): Promise<number> {
  return withRuntime({}, (runtime) => {
    const { origin } = runtime.config();
    const warnings = runtime.warnings();
    const file = origin.kind === 'file' ? origin.path : undefined;
    if (json) {
      printJson(terminal, 'holdfast.config-check/1', { isGood: true, path: file, warnings });
      return 0;
    }
    for (const { text } of warnings) terminal.talk(`warning: ${text}\n`);
    terminal.out(`${file ?? 'the configuration'} is good\n`);
    return 0;
  });
}

/** The JSON Schema as editors take it; with `--json` inside of a document of ours. */
async function schema(terminal: Terminal, { json }: ConfigOptions): Promise<number> {
  const text = renderJsonSchema();
  if (json) printJson(terminal, 'holdfast.config-schema/1', { jsonSchema: JSON.parse(text) });
  else terminal.out(text);
  return 0;
}

/** A key that is written out in the config is shown blanked. What is not set has the value in force, else its default. */
async function get(terminal: Terminal, { key, json }: KeyOptions): Promise<number> {
  const { value, source } = await withFiles(async (host, paths) => {
    const set = getConfigValue(readConfig(host, paths), key);
    return set === undefined ? await findUnset(key, paths.configFile) : { value: set, source: undefined };
  });
  if (json) {
    printJson(terminal, 'holdfast.config-value/1', { key, value, source });
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
  const values = await withRuntimeUnless(isUnusable, quietly, (runtime) => runtime.config().values);
  const inForce = values?.find((one) => one.key === key);
  if (inForce !== undefined) return inForce;
  const path = readKeyPath(key);
  const value = findDefault(path);
  if (value !== undefined) return { value, source: 'default' };
  throw isKnown(path) ? notSet(key, configFile) : unknownKey(key);
}

function notSet(key: string, configFile: string): AccessError {
  return mistake(
    `${key} is not set in ${configFile}, and has no default`,
    '`holdfast config show` lists every value in force',
  );
}

function unknownKey(key: string): AccessError {
  const known = listKeyPaths({});
  const hints = [askWhetherMeant(key, known) ?? [], 'docs/config.md lists every key'].flat();
  return mistake(`the configuration has no key ${key}`, hints.join(' '));
}

/** Nothing is written when the result breaks the schema; what else is wrong with it then is a warning. */
async function set(terminal: Terminal, { key, value, json }: Given<typeof takesValue>): Promise<number> {
  const literal = value === '-' ? undefined : findLiteralKey(key, value);
  if (literal !== undefined) throw keyAsArgument(literal);
  const given = value === '-' ? (await terminal.readSecret(`${key}: `)).trim() : value;
  return changeValue(terminal, { key, json, done: 'set' }, (text) => setConfigValue(text, key, given));
}

function unset(terminal: Terminal, { key, json }: KeyOptions): Promise<number> {
  return changeValue(terminal, { key, json, done: 'unset' }, (text) => unsetConfigValue(text, key));
}

function changeValue(
  terminal: Terminal,
  { key, json, done }: KeyOptions & { readonly done: 'set' | 'unset' },
  change: (text: string) => string,
): Promise<number> {
  return withFiles(async (host, paths) => {
    const warnings = await changeOwnConfig(host, paths, change);
    const path = paths.configFile;
    if (json) {
      printJson(terminal, `holdfast.config-${done}/1`, { key, path, warnings });
      return 0;
    }
    terminal.talk(`${path}: ${key} is ${done}\n`);
    for (const text of warnings) terminal.talk(`warning: ${text}\n`);
    return 0;
  });
}

/** Arguments stand in the shell's history and in the list of processes. */
function keyAsArgument(key: string): AccessError {
  return mistake(
    `${key} is a secret, and a secret is no argument`,
    `give the name of a variable, '\${NAME}', or pipe the key in: holdfast config set ${key} - <key-file`,
  );
}
