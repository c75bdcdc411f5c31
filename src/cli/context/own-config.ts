/** Reads the user's config file and changes single values of it. */

import { describeRelative, pathVariables } from '../../config/files/odd-home.ts';
import { newConfigText, requireKeys } from '../../config/yaml/edit.ts';
import { ConfigError, formatProblem } from '../../errors.ts';
import { describeFileFault, fixFileFault } from '../../host/file-fault.ts';
import { schemaPath } from '../../host/package-files.ts';
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
  return (await changeConfig(context, change)).map(formatProblem);
}
