/** Paths of Holdfast's own files: one folder with `HOLDFAST_HOME`, otherwise the XDG folders. */

import type { Environment } from '../../host.ts';

/** Absolute paths of all of Holdfast's own files. */
export interface Paths {
  /** Contains the files next to the config file: `.env`, credentials, gateway key. */
  readonly folder: string;
  readonly configFile: string;
  /** True if `HOLDFAST_CONFIG` names the file: then it must exist. */
  readonly isConfigNamed: boolean;
  readonly dotenvFile: string;
  readonly credentialsFile: string;
  readonly gatewayKeyFile: string;
  /** Contains the key of the admin API. */
  readonly adminKeyFile: string;
  /** Hashes of the caller keys made by `key add`. */
  readonly callerKeysFile: string;
  /** Contains the state database and logs. */
  readonly stateFolder: string;
  /** The log's folder unless `log.folder` names another. */
  readonly logFolder: string;
  /** Health and records, shared by all processes of this user. */
  readonly stateFile: string;
  /** Contains the chat's conversations. */
  readonly sessionsFile: string;
  /** Contains text descriptions of images. */
  readonly descriptionsFile: string;
  /** Prompts and answers, if `records.content` keeps them. */
  readonly contentsFile: string;
  /** The key that seals the compaction summaries which clients keep for us. */
  readonly compactionKeyFile: string;
  /** Publishes the address of this home's gateway while it runs. */
  readonly runFile: string;
  /** The model lists last received from providers. */
  readonly modelListsFile: string;
}

/**
 * Resolves all paths from `HOLDFAST_HOME`, `HOLDFAST_CONFIG`, `HOLDFAST_ENV_FILE`,
 * `XDG_CONFIG_HOME`, `XDG_STATE_HOME` and `HOME`. Reads no file.
 */
export function resolvePaths(environment: Environment): Paths {
  const home = nonEmptyVariable(environment, 'HOLDFAST_HOME');
  const folder = home ?? `${xdgFolder(environment, 'XDG_CONFIG_HOME', '.config')}/holdfast`;
  const stateFolder =
    home ?? `${xdgFolder(environment, 'XDG_STATE_HOME', '.local/state')}/holdfast`;
  const named = nonEmptyVariable(environment, 'HOLDFAST_CONFIG');
  return {
    folder,
    configFile: named ?? `${folder}/config.yaml`,
    isConfigNamed: named !== undefined,
    dotenvFile: nonEmptyVariable(environment, 'HOLDFAST_ENV_FILE') ?? `${folder}/.env`,
    credentialsFile: `${folder}/credentials.json`,
    gatewayKeyFile: `${folder}/gateway.key`,
    adminKeyFile: `${folder}/admin.key`,
    callerKeysFile: `${folder}/caller-keys.json`,
    stateFolder,
    logFolder: `${stateFolder}/logs`,
    stateFile: `${stateFolder}/state.db`,
    sessionsFile: `${stateFolder}/sessions.db`,
    descriptionsFile: `${stateFolder}/descriptions.db`,
    contentsFile: `${stateFolder}/contents.db`,
    compactionKeyFile: `${stateFolder}/compaction.key`,
    runFile: `${stateFolder}/running.json`,
    modelListsFile: `${stateFolder}/models.json`,
  };
}

/** The XDG specification says to ignore a relative folder. */
function xdgFolder(environment: Environment, variable: string, fallback: string): string {
  const value = nonEmptyVariable(environment, variable);
  if (value?.startsWith('/')) return value;
  const home =
    nonEmptyVariable(environment, 'HOME') ?? nonEmptyVariable(environment, 'USERPROFILE') ?? '/';
  return `${home === '/' ? '' : home}/${fallback}`;
}

/** An empty variable counts as unset. Drops a trailing slash. */
function nonEmptyVariable(environment: Environment, name: string): string | undefined {
  const value = environment.get(name);
  if (value === undefined || value === '') return undefined;
  return value.length > 1 ? value.replace(/\/+$/, '') : value;
}
