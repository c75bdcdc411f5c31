/**
 * `holdfast config` shows where the configuration is, prints and validates it, and reads or sets
 * one value at a time.
 */

import { renderJsonSchema } from '../../config/schema/json-schema.ts';
import { listKeyPaths, readKeyPath } from '../../config/schema/key-paths.ts';
import { askWhetherMeant } from '../../config/schema/nearest.ts';
import { findDefault, isKnown } from '../../config/schema/schema-walk.ts';
import {
  findLiteralKey,
  formatConfigValue,
  getConfigValue,
  setConfigValue,
} from '../../config/yaml/edit.ts';
import { unsetConfigValue } from '../../config/yaml/unset.ts';
import type { AccessError } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import {
  createCommand,
  type Given,
  json,
  type Printout,
  required,
  toggle,
} from '../context/command.ts';
import { mistake } from '../context/mistake.ts';
import { changeOwnConfig, readOwnConfig } from '../context/own-config.ts';
import {
  isConfigUnusable,
  quietly,
  withRuntime,
  withRuntimeUnless,
} from '../context/with-runtime.ts';
import type { CommandScene } from '../terminal/terminal.ts';

const key = required('key', 'dotted key path');

const takesValue = {
  key,
  value: required('value', 'the value as YAML; - reads it from stdin'),
  json,
};

export const commands = {
  path: createCommand({ takes: { json }, example: 'holdfast config path', run: path }),
  show: createCommand({ takes: { json }, example: 'holdfast config show', run: showConfig }),
  check: createCommand({
    takes: { json },
    exits: { 3: 'there are problems', 4: 'only a key is missing' },
    example: 'holdfast config check',
    run: checkConfig,
  }),
  schema: createCommand({
    takes: { json: toggle('print it inside a JSON document with a schema field') },
    example: 'holdfast config schema > schema.json',
    run: schema,
  }),
  get: createCommand({ takes: { key, json }, example: 'holdfast config get main', run: get }),
  set: createCommand({
    takes: takesValue,
    example: 'holdfast config set main deepseek/deepseek-flash',
    run: set,
  }),
  unset: createCommand({
    takes: { key, json },
    example: 'holdfast config unset gateway.port',
    run: unset,
  }),
};

interface KeyOptions {
  readonly key: string;
}

function path(_given: object, { paths: { configFile } }: CommandScene): Printout {
  return { json: { schema: 'holdfast.config-path/1', path: configFile }, out: [configFile] };
}

function showConfig(): Promise<Printout> {
  return withRuntime({ onEvent: () => undefined }, (runtime) => {
    const { values } = runtime.config();
    const warnings = runtime.warnings();
    return {
      json: { schema: 'holdfast.config/1', values, warnings },
      out: values.map(({ key, value, source }) => `${key} = ${value}  (${source})`),
      talk: warnings.map(({ text }) => `warning: ${text}`),
    };
  });
}

function checkConfig(): Promise<Printout> {
  return withRuntime({}, (runtime) => {
    const { origin } = runtime.config();
    const warnings = runtime.warnings();
    const path = origin.kind === 'file' ? origin.path : undefined;
    return {
      json: { schema: 'holdfast.config-check/1', isGood: true, path, warnings },
      out: [`${path ?? 'the configuration'} is good`],
      talk: warnings.map(({ text }) => `warning: ${text}`),
    };
  });
}

/**
 * Prints the bare JSON Schema, as editors expect it; with `--json` it is wrapped in a document of
 * ours.
 */
function schema(): Printout {
  const out = renderJsonSchema();
  return { json: { schema: 'holdfast.config-schema/1', jsonSchema: JSON.parse(out) }, out };
}

/** Keys in plain text are masked. An unset value shows the value in force, else its default. */
async function get({ key }: KeyOptions, scene: CommandScene): Promise<Printout> {
  const set = getConfigValue(readOwnConfig(scene), key);
  const { value, source } =
    set === undefined
      ? await findUnset(key, scene.paths.configFile)
      : { value: set, source: undefined };
  const instead =
    source === 'default' ? '; this is the default' : ` in the config; this is from ${source}`;
  return {
    json: { schema: 'holdfast.config-value/1', key, value, source },
    out: [formatConfigValue(value)],
    talk: source === undefined ? [] : [`${key} is not set${instead}`],
  };
}

async function findUnset(
  key: string,
  configFile: string,
): Promise<{ readonly value: string; readonly source: string }> {
  const values = await withRuntimeUnless(
    isConfigUnusable,
    quietly,
    (runtime) => runtime.config().values,
  );
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

/** Refuses to write when the result breaks the schema. Other problems are only warnings. */
async function set(
  { key, value }: Given<typeof takesValue>,
  scene: CommandScene,
): Promise<Printout> {
  const literal = value === '-' ? undefined : findLiteralKey(key, value);
  if (literal !== undefined) throw keyAsArgument(literal);
  const given = value === '-' ? (await scene.terminal.readSecret(`${key}: `)).trim() : value;
  return changeValue(scene, [key, 'set'], (text) => setConfigValue(text, key, given));
}

function unset({ key }: KeyOptions, scene: CommandScene): Promise<Printout> {
  return changeValue(scene, [key, 'unset'], (text) => unsetConfigValue(text, key));
}

async function changeValue(
  scene: CommandScene,
  [key, done]: readonly [key: string, done: 'set' | 'unset'],
  change: (text: string) => string,
): Promise<Printout> {
  const warnings = await changeOwnConfig(scene, change);
  const path = scene.paths.configFile;
  return {
    json: { schema: `holdfast.config-${done}/1`, key, path, warnings },
    talk: [`${path}: ${key} is ${done}`, ...warnings.map((text) => `warning: ${text}`)],
  };
}

/** Arguments end up in the shell's history and in the list of processes. */
function keyAsArgument(key: string): AccessError {
  return mistake(
    `${key} is a secret, and a secret is no argument`,
    `give the name of a variable, '\${NAME}', or pipe the key in: ${shellLine`holdfast config set ${key} - <key-file`}`,
  );
}
