/** Reads the user's config file and changes single values of it. */

import {
  describeOddHome,
  describeRelative,
  type OddHome,
  pathVariables,
} from '../../config/files/odd-home.ts';
import { resolvePaths } from '../../config/files/paths.ts';
import { newConfigText, requireKeys } from '../../config/yaml/edit.ts';
import { ConfigError, type ConfigProblem, formatProblem } from '../../errors.ts';
import { describeFileFault, fixFileFault } from '../../host/file-fault.ts';
import { isThere } from '../../host/look-at.ts';
import { schemaPath } from '../../host/package-files.ts';
import type { Host } from '../../host.ts';
import { changeConfig } from '../../imports/change-config.ts';
import type { HomeContext } from '../terminal/terminal.ts';
import { mistake } from './mistake.ts';

/**
 * Returns the text of the file, or of a new one. Throws a `ConfigError` for a file that cannot be
 * read or is not a mapping.
 */
export function readOwnConfig(context: HomeContext): string {
  const text = readConfigAnyway(context);
  requireKeys(context.paths.configFile, text);
  return text;
}

/** Accepts a file that is not a mapping. */
export function readConfigAnyway({ host: { files }, paths: { configFile } }: HomeContext): string {
  try {
    return files.stamp(configFile) === undefined
      ? newConfigText(schemaPath())
      : files.readText(configFile);
  } catch (error) {
    throw cannotReadConfig(configFile, error);
  }
}

function cannotReadConfig(path: string, error: unknown): ConfigError {
  const fix = fixFileFault(error, path);
  const problem = { path, key: '(file)', message: describeFileFault(error), fix };
  return new ConfigError('config-invalid', [problem]);
}

/**
 * Changes or creates the file, and returns what it still lacks before it can be used. Throws a
 * `ConfigError`, and writes nothing, when the change adds a problem.
 */
export async function changeOwnConfig(
  context: HomeContext,
  change: (text: string) => string,
): Promise<readonly string[]> {
  const { configFile } = context.paths;
  return replaceOwnConfig(context, (before) => {
    if (before !== undefined) requireKeys(configFile, before);
    return change(before ?? newConfigText(schemaPath()));
  });
}

/** Why the file is not there, and where another is; undefined if nothing is odd about it. */
export function findOddHome({
  environment,
  files,
}: Pick<Host, 'environment' | 'files'>): OddHome | undefined {
  const { configFile } = resolvePaths(environment);
  return isThere(files, configFile, true)
    ? undefined
    : describeOddHome(environment, files, configFile);
}

/** Like `changeOwnConfig`, also for a file that is not a mapping. */
export async function replaceOwnConfig(
  context: HomeContext,
  change: (text: string | undefined) => string,
): Promise<readonly string[]> {
  const { configFile } = context.paths;
  // a folder called ~ would be made where the command happens to be started
  const odd = configFile.startsWith('~')
    ? pathVariables.flatMap((name) => describeRelative(context.host.environment, name) ?? [])[0]
    : undefined;
  if (odd !== undefined) throw mistake(odd.message, odd.fix);
  // a new file begins with what is changed: who meant to change another is told of that one
  const missed = findOddHome(context.host);
  const elsewhere = missed ? [{ path: configFile, key: '(file)', ...missed }] : [];
  try {
    return [...elsewhere, ...(await changeConfig(context, change))].map(formatProblem);
  } catch (error) {
    throw error instanceof ConfigError ? addProblems(error, elsewhere) : error;
  }
}

function addProblems(
  { code, problems }: ConfigError,
  first: readonly ConfigProblem[],
): ConfigError {
  return new ConfigError(code, [...first, ...problems]);
}
