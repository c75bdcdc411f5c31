/** `holdfast config …`: where the configuration is, what it says, whether it is good, and one value at a time. */

import {
  findLiteralKey,
  formatConfigValue,
  getConfigValue,
  newConfigText,
  requireKeys,
  setConfigValue,
} from '../../config/edit.ts';
import { describeFileFault } from '../../config/file-fault.ts';
import { renderJsonSchema } from '../../config/json-schema.ts';
import { loadText } from '../../config/load.ts';
import { type Paths, resolvePaths } from '../../config/paths.ts';
import { AccessError, ConfigError } from '../../errors.ts';
import { createNodeHost } from '../../host/node-host.ts';
import type { Host } from '../../host.ts';
import { changeConfig } from '../../imports/change-config.ts';
import { createRuntime } from '../../runtime.ts';
import { schemaPath } from '../schema-path.ts';
import { printJson, type Terminal } from '../terminal.ts';

interface Options {
  readonly json?: boolean;
}

export async function configPath(terminal: Terminal, { json }: Options): Promise<number> {
  return withFiles((_host, { configFile }) => {
    if (json === true) printJson(terminal, 'holdfast.config-path/1', { path: configFile });
    else terminal.out(`${configFile}\n`);
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

/** A key that is written out in the config is shown blanked. */
export async function configGet(terminal: Terminal, key: string, { json }: Options): Promise<number> {
  return withFiles((host, paths) => {
    const value = getConfigValue(readConfig(host, paths), key);
    if (value === undefined) {
      throw new AccessError('request-invalid', `${key} is not set in ${paths.configFile}`, {
        howToFix: '`holdfast config show` lists every value in force',
      });
    }
    if (json === true) printJson(terminal, 'holdfast.config-value/1', { key, value });
    else terminal.out(`${formatConfigValue(value)}\n`);
  });
}

/** Nothing is written when the result breaks the schema. Names of providers are judged where they are used: `config check`. */
export async function configSet(
  terminal: Terminal,
  { key, value }: { readonly key: string; readonly value: string },
  { json }: Options,
): Promise<number> {
  const literal = value === '-' ? undefined : findLiteralKey(key, value);
  if (literal !== undefined) throw keyAsArgument(literal);
  const given = value === '-' ? (await terminal.readSecret(`${key}: `)).trim() : value;
  return withFiles(async (host, paths) => {
    await changeConfig(host, paths.configFile, (before) => {
      if (before !== undefined) requireKeys(paths.configFile, before);
      const text = setConfigValue(before ?? newConfigText(schemaPath()), key, given);
      requireLoads(host, paths.configFile, text);
      return text;
    });
    if (json === true) printJson(terminal, 'holdfast.config-set/1', { key, path: paths.configFile });
    else terminal.talk(`${paths.configFile}: ${key} is set\n`);
  });
}

/** Arguments stand in the shell's history and in the list of processes. */
function keyAsArgument(key: string): AccessError {
  return new AccessError('request-invalid', `${key} is a secret, and a secret is no argument`, {
    howToFix: `give the name of a variable, '\${NAME}', or pipe the key in: holdfast config set ${key} - <key-file`,
  });
}

function requireLoads(host: Host, path: string, text: string): void {
  const loaded = loadText(path, text, (name) => lookUp(host, name));
  if (!loaded.isValid) throw new ConfigError('config-invalid', loaded.problems);
}

/** Values of variables do not matter for the shape of a config: an unset one is judged when it is used. */
function lookUp(host: Host, name: string): string {
  return host.environment.get(name) ?? `\${${name}}`;
}

function readConfig(host: Host, { configFile }: Paths): string {
  const text = readConfigText(host, configFile);
  requireKeys(configFile, text);
  return text;
}

function readConfigText({ files }: Host, path: string): string {
  try {
    return files.stamp(path) === undefined ? newConfigText(schemaPath()) : files.readText(path);
  } catch (error) {
    throw cannotRead(path, error);
  }
}

function cannotRead(path: string, error: unknown): ConfigError {
  const howToFix = 'put a file there that this user can read';
  const problem = { path, key: '(file)', message: describeFileFault(error), howToFix };
  return new ConfigError('config-invalid', [problem]);
}

async function withFiles(use: (host: Host, paths: Paths) => void | Promise<void>): Promise<number> {
  const host = createNodeHost();
  try {
    await use(host, resolvePaths(host.environment));
    return 0;
  } finally {
    await host.close();
  }
}
