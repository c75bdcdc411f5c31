/** Reads the user's config file and changes single values of it. */

import { describeFileFault } from '../../config/files/file-fault.ts';
import { loadText } from '../../config/resolve/load.ts';
import { newConfigText, requireKeys } from '../../config/yaml/edit.ts';
import { ConfigError } from '../../errors.ts';
import { schemaPath } from '../../host/package-files.ts';
import type { Host } from '../../host.ts';
import { changeConfig } from '../../imports/change-config.ts';
import type { CommandContext } from '../terminal/terminal.ts';
import { quietly, withRuntime } from './with-runtime.ts';

/**
 * Returns the text of the file, or of a new one. Throws a `ConfigError` for a file that cannot be
 * read or is no mapping.
 */
export function readOwnConfig({
  host: { files },
  paths: { configFile },
}: Pick<CommandContext, 'host' | 'paths'>): string {
  const text = textOfOwnConfig();
  requireKeys(configFile, text);
  return text;

  function textOfOwnConfig(): string {
    try {
      return files.stamp(configFile) === undefined
        ? newConfigText(schemaPath())
        : files.readText(configFile);
    } catch (error) {
      throw cannotReadConfig(configFile, error);
    }
  }
}

function cannotReadConfig(path: string, error: unknown): ConfigError {
  const fix = { text: 'put a file there that this user can read' };
  const problem = { path, key: '(file)', message: describeFileFault(error), fix };
  return new ConfigError('config-invalid', [problem]);
}

/**
 * Changes or creates the file, and returns the problems of the result, such as an unknown provider:
 * the change may be one of several. Throws a `ConfigError`, and writes nothing, when the result
 * breaks the schema.
 */
export async function changeOwnConfig(
  { host, paths: { configFile } }: CommandContext,
  change: (text: string) => string,
): Promise<readonly string[]> {
  await changeConfig(host, configFile, (before) => {
    if (before !== undefined) requireKeys(configFile, before);
    const text = change(before ?? newConfigText(schemaPath()));
    requireLoads(host, configFile, text);
    return text;
  });
  return listFaults(host);
}

function requireLoads({ environment }: Host, path: string, text: string): void {
  // An unset variable is no problem here: it is checked when it is used.
  const loaded = loadText(path, text, (name) => environment.get(name) ?? `\${${name}}`);
  if (!loaded.isValid) throw new ConfigError('config-invalid', loaded.problems);
}

async function listFaults(host: Host): Promise<readonly string[]> {
  try {
    await withRuntime({ ...quietly, host }, () => undefined);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return [error.message];
    throw error;
  }
}
