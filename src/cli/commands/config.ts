/**
 * `holdfast config` shows where the configuration is, prints and validates it, reads or sets one
 * value at a time, and opens it in an editor.
 */

import { findUnreadFiles } from '../../config/files/unread-files.ts';
import { renderJsonSchema } from '../../config/schema/json-schema.ts';
import { listKeyPaths, readKeyPath } from '../../config/schema/key-paths.ts';
import { askWhetherMeant } from '../../config/schema/nearest.ts';
import { findDefault, isKnown } from '../../config/schema/schema-walk.ts';
import {
  findLiteralKey,
  formatConfigValue,
  getConfigValue,
  isShownWhole,
  readConfigValue,
  setConfigValue,
  writeConfigValue,
} from '../../config/yaml/edit.ts';
import { unsetConfigValue } from '../../config/yaml/unset.ts';
import { warnOfExposed } from '../../credentials/inspect/exposed.ts';
import { type AccessError, ConfigError, formatFix } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Host } from '../../host.ts';
import { createCommand, json, type Printout, required, toggle } from '../context/command.ts';
import { editConfig } from '../context/edit-config.ts';
import { mistake } from '../context/mistake.ts';
import { changeOwnConfig, readOwnConfig } from '../context/own-config.ts';
import {
  isConfigUnusable,
  quietly,
  withRuntime,
  withRuntimeUnless,
} from '../context/with-runtime.ts';
import type { CommandContext } from '../terminal/terminal.ts';

const key = required('key', 'dotted key path');

export const commands = {
  path: createCommand({
    params: { json },
    example: 'holdfast config path',
    run: (_args, { host, paths: { configFile: path } }) => ({
      json: { schema: 'holdfast.config-path/1', path },
      out: [path],
      talk: listUnread(host),
    }),
  }),
  show: createCommand({
    params: { json },
    example: 'holdfast config show',
    run: (_args, { host }) =>
      withRuntime({ host, mayLackKeys: true }, (runtime) => {
        const { values } = runtime.config();
        const warnings = runtime.warnings();
        return {
          json: { schema: 'holdfast.config/1', values, warnings },
          out: values.map(({ key, value, source }) => `${key} = ${value}  (${source})`),
          talk: warnings.map(({ text }) => `warning: ${text}`),
        };
      }),
  }),
  check: createCommand({
    params: { json },
    exits: { 3: 'there are problems', 4: 'only a key is missing' },
    example: 'holdfast config check',
    run: (_args, { host }) =>
      withRuntime({ host }, (runtime) => {
        const { origin } = runtime.config();
        const warnings = runtime.warnings();
        const path = origin.kind === 'file' ? origin.path : undefined;
        return {
          json: { schema: 'holdfast.config-check/1', isGood: true, path, warnings },
          out: [`${path ?? 'the configuration'} is good`],
          talk: [...warnings.map(({ text }) => `warning: ${text}`), ...listUnread(host)],
        };
      }),
  }),
  /** Editors expect the bare JSON Schema. */
  schema: createCommand({
    params: { json: toggle('print it inside a JSON document with a schema field') },
    example: 'holdfast config schema > schema.json',
    run: () => {
      const out = renderJsonSchema();
      return { json: { schema: 'holdfast.config-schema/1', jsonSchema: JSON.parse(out) }, out };
    },
  }),
  /** Keys in plain text are masked. An unset value shows the value in force, else its default. */
  get: createCommand({
    params: { key, json },
    example: 'holdfast config get main',
    run: async ({ key }, context) => {
      const set = getConfigValue(readOwnConfig(context), key);
      const { value, source } =
        set === undefined ? await findUnset(key, context) : { value: set, source: undefined };
      const instead =
        source === 'default' ? '; this is the default' : ` in the config; this is from ${source}`;
      return {
        json: { schema: 'holdfast.config-value/1', key, value, source },
        out: [formatConfigValue(value)],
        talk: source === undefined ? [] : [`${key} is not set${instead}`],
      };
    },
  }),
  /** Refuses to write when the result breaks the schema. Other problems are only warnings. */
  set: createCommand({
    params: { key, value: required('value', 'the value as YAML; - reads it from stdin'), json },
    example: 'holdfast config set main deepseek/deepseek-flash',
    hint:
      "write the key and its value as two words, and a variable in single quotes, or the shell replaces it: holdfast config set providers.deepseek.api_key '$" +
      "{DEEPSEEK_API_KEY}'",
    run: async ({ key, value }, context) => {
      const literal = value === '-' ? undefined : findLiteralKey(key, value);
      if (literal !== undefined) throw keyAsArgument(literal);
      const given = value === '-' ? (await context.terminal.readSecret(`${key}: `)).trim() : value;
      const change = (text: string): string => setConfigValue(text, key, given);
      const isSecret = value === '-' || looksLikeKey.test(value);
      return changeValue(context, [key, 'set'], change).catch((error: unknown) => {
        if (!(error instanceof ConfigError)) throw error;
        if (isSecret) throw cannotBe(key);
        throw completeFixes(error, () => change(readOwnConfig(context)));
      });
    },
  }),
  edit: createCommand({
    params: { json },
    exits: { 3: 'the change cannot be used, and was thrown away' },
    example: 'holdfast config edit',
    run: async (_args, context) => ({
      json: { schema: 'holdfast.config-edit/1', path: context.paths.configFile },
      talk: await editConfig(context),
    }),
  }),
  unset: createCommand({
    params: { key, json },
    example: 'holdfast config unset gateway.port',
    run: ({ key }, context) =>
      changeValue(context, [key, 'unset'], (text) => unsetConfigValue(text, key)),
  }),
};

/** Whoever edits a file that is not read sees no change. */
function listUnread({ environment, files }: Host): readonly string[] {
  return findUnreadFiles(environment, files).map(({ what, fix }) => `${what}; ${formatFix(fix)}`);
}

const looksLikeKey = /^(?=.*\d)[\w-]{24,}$/;

/** A refusal is pasted into chats, so it quotes no part of what may be a key. */
function cannotBe(key: string): AccessError {
  const message = `what was given for ${key} is not a valid value; it is not shown, since it may be a key`;
  return mistake(message, '`holdfast config schema` and docs/config.md say what is possible');
}

/** A value that needs another one beside it is set with it, by one line. */
function completeFixes({ code, problems }: ConfigError, readAfter: () => string): ConfigError {
  const completed = problems.map((problem) => {
    const { key, lacks } = problem;
    if (lacks === undefined) return problem;
    const value: unknown = readConfigValue(readAfter(), key);
    const whole = writeConfigValue({ ...Object(value), ...lacks });
    if (!isShownWhole(key, whole)) return problem;
    const command = shellLine`holdfast config set ${key} ${whole}`;
    return { ...problem, fix: { text: 'set both at once', command } };
  });
  return new ConfigError(code, completed);
}

async function findUnset(
  key: string,
  { host, paths: { configFile } }: CommandContext,
): Promise<{ readonly value: string; readonly source: string }> {
  const values = await withRuntimeUnless(
    isConfigUnusable,
    { ...quietly, host },
    (runtime) => runtime.config().values,
  );
  const inForce = values?.find((one) => one.key === key);
  if (inForce !== undefined) return inForce;
  const path = readKeyPath(key);
  const value = findDefault(path);
  if (value !== undefined) return { value, source: 'default' };
  if (!isKnown(path)) throw unknownKey(key);
  throw mistake(
    `${key} is not set in ${configFile}, and has no default`,
    '`holdfast config show` lists every value in force',
  );
}

function unknownKey(key: string): AccessError {
  const known = listKeyPaths({});
  const hints = [askWhetherMeant(key, known) ?? [], 'docs/config.md lists every key'].flat();
  return mistake(`the configuration has no key ${key}`, hints.join(' '));
}

async function changeValue(
  context: CommandContext,
  [key, done]: readonly [key: string, done: 'set' | 'unset'],
  change: (text: string) => string,
): Promise<Printout> {
  const path = context.paths.configFile;
  const problems = await changeOwnConfig(context, change);
  const warnings = [...problems, ...warnOfOpenFile(context)];
  return {
    json: { schema: `holdfast.config-${done}/1`, key, path, warnings },
    talk: [`${path}: ${key} is ${done}`, ...warnings.map((text) => `warning: ${text}`)],
  };
}

/** A key in a file that everybody on this machine can read is no secret. */
function warnOfOpenFile({
  host: { files },
  paths: { configFile },
}: CommandContext): readonly string[] {
  const hasKey = findLiteralKey('', files.readText(configFile)) !== undefined;
  return hasKey ? warnOfExposed(new Set([configFile]), files).map(({ text }) => text) : [];
}

/** Arguments end up in the shell's history and in the list of processes. */
function keyAsArgument(key: string): AccessError {
  return mistake(
    `${key} is a secret, which does not belong on a command line`,
    `give the name of a variable, '\${NAME}', or pipe the key in: ${shellLine`holdfast config set ${key} - <key-file`}`,
  );
}
