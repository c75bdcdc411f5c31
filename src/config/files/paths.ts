/** Where Holdfast's own files are: one folder with `HOLDFAST_HOME`, the XDG folders otherwise. */

import type { Environment } from '../../host.ts';

/** Absolute paths of everything Holdfast reads and writes of its own. */
export interface Paths {
  /** Holds the config file's neighbours: `.env`, credentials, gateway key. */
  readonly folder: string;
  readonly configFile: string;
  /** Whether `HOLDFAST_CONFIG` names the file: then it must exist. */
  readonly isConfigNamed: boolean;
  readonly dotenvFile: string;
  readonly credentialsFile: string;
  readonly gatewayKeyFile: string;
  /** What opens the admin API. */
  readonly adminKeyFile: string;
  /** Hashes of the keys that `key add` made for single callers. */
  readonly callerKeysFile: string;
  /** State database and logs. */
  readonly stateFolder: string;
  /** Where the log is unless `log.folder` says otherwise. */
  readonly logFolder: string;
  /** Health and records, shared by every process of this user. */
  readonly stateFile: string;
  /** Conversations of the chat. */
  readonly sessionsFile: string;
  /** What images show, in words. */
  readonly descriptionsFile: string;
  /** What was asked and answered, where `records.content` keeps it. */
  readonly contentsFile: string;
  /** By which summaries are sealed that clients keep for us. */
  readonly compactionKeyFile: string;
  /** Where the gateway of this home listens, while it does. */
  readonly runFile: string;
  /** What providers last said they offer. */
  readonly modelListsFile: string;
}

/**
 * Resolves all paths from `HOLDFAST_HOME`, `HOLDFAST_CONFIG`, `XDG_CONFIG_HOME`, `XDG_STATE_HOME`
 * and `HOME`. Reads no file.
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
    dotenvFile: `${folder}/.env`,
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

/** A relative XDG folder is invalid by its specification, and ignored. */
function xdgFolder(environment: Environment, variable: string, fallback: string): string {
  const value = nonEmptyVariable(environment, variable);
  if (value?.startsWith('/')) return value;
  const home =
    nonEmptyVariable(environment, 'HOME') ?? nonEmptyVariable(environment, 'USERPROFILE') ?? '/';
  return `${home === '/' ? '' : home}/${fallback}`;
}

/** An empty variable counts as unset. A trailing slash is dropped. */
function nonEmptyVariable(environment: Environment, name: string): string | undefined {
  const value = environment.get(name);
  if (value === undefined || value === '') return undefined;
  return value.length > 1 ? value.replace(/\/+$/, '') : value;
}
