/**
 * Compares the environment of the service with that of this shell, since variables set only in the
 * shell are missing in the service. Pure.
 */

import { parseEnv } from 'node:util';
import { resolvePaths } from '../config/files/paths.ts';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import { fingerprintOf } from '../config/secrets/fingerprint.ts';
import { shellLine } from '../host/shell-line.ts';
import type { Environment } from '../host.ts';
import type { Credential } from '../model/credential.ts';
import type { ShellLine } from '../model/fix.ts';
import { placeVariables, type ServicePlan } from './plan.ts';

export type EnvironmentTable = Readonly<Record<string, string>>;

export function asEnvironment(variables: EnvironmentTable): Environment {
  return { get: (name) => variables[name], all: () => variables };
}

/** The default PATH of a service, used if the manager cannot be asked. */
const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * `asked` is the manager's environment as it prints it, `fileText` the environment file; undefined
 * if there is none.
 */
export function buildServiceEnvironment(
  { account, variables, scope }: ServicePlan,
  { asked, fileText }: { readonly asked: string; readonly fileText: string | undefined },
): EnvironmentTable {
  const own = scope === 'user' ? parseEnv(asked) : {};
  const { PATH = defaultPath, HOME = account.home, ...rest } = own;
  const known = { ...rest, PATH, HOME, USER: account.name, LOGNAME: account.name };
  const all = { ...known, ...variables, ...parseEnv(fileText ?? '') };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** A variable by which two processes read two homes. */
export interface Apart {
  readonly variable: string;
  readonly theirs: string | undefined;
  readonly ours: string | undefined;
}

/** Undefined where both read the same files. */
export function findApart(theirs: EnvironmentTable, ours: EnvironmentTable): Apart | undefined {
  const [there, here] = [theirs, ours].map((table) => {
    const { configFile, dotenvFile, stateFile } = resolvePaths(asEnvironment(table));
    return `${configFile}\n${dotenvFile}\n${stateFile}`;
  });
  if (there === here) return undefined;
  const variable = [...placeVariables, 'HOME'].find((name) => theirs[name] !== ours[name]);
  return variable === undefined
    ? undefined
    : { variable, theirs: theirs[variable], ours: ours[variable] };
}

/** A variable that this shell has and the service lacks. */
export interface MissingVariable {
  readonly name: string;
  /** The provider whose key it is; absent if it is no key. */
  readonly provider?: string;
  readonly fingerprint?: string;
  /** The command that adds it to the service. */
  readonly command: ShellLine;
}

export interface EnvironmentPair {
  readonly shell: EnvironmentTable;
  readonly service: EnvironmentTable;
  /** The configuration as this shell resolves it; its pools name the variables of keys. */
  readonly config: Pick<ResolvedConfig, 'pools'>;
  readonly isInDotenv: (name: string) => boolean;
  readonly environmentFile: string;
}

/** Node and Holdfast read these directly, so only the environment file can supply them. */
const processVariables =
  /^(https?_proxy|no_proxy|all_proxy|node_extra_ca_certs|node_use_system_ca|ssl_cert_(file|dir)|holdfast_(host|port|gateway_key)|otel_exporter_otlp_\w+)$/i;

export function listMissingVariables(pair: EnvironmentPair): readonly MissingVariable[] {
  const { shell, service, config, isInDotenv, environmentFile } = pair;
  const isMissing = (name: string): boolean =>
    Boolean(shell[name]) && !service[name] && !isInDotenv(name);
  const keys = [...config.pools].flatMap(([pool, credentials]) =>
    credentials.flatMap(({ locator, origin, provider }): readonly MissingVariable[] => {
      if (locator.kind !== 'variable' || locator.file !== undefined) return [];
      const { variable: name } = locator;
      if (hasCopyOf(name, credentials)) return [];
      // A stored key serves its provider; a task with a key of its own does not use it.
      const command =
        pool === provider
          ? shellLine`holdfast auth add ${provider} --from-env ${name}`
          : appendLine(name, environmentFile);
      return [{ name, provider, fingerprint: fingerprintOf(origin, shell[name] ?? ''), command }];
    }),
  );
  const others = Object.keys(shell)
    .filter((name) => processVariables.test(name))
    .map((name) => ({ name, command: appendLine(name, environmentFile) }));
  const all = [...keys, ...others].filter(({ name }) => isMissing(name));
  return [...new Map(all.map((variable) => [variable.name, variable])).values()];
}

/** The service finds stored keys too. */
function hasCopyOf(variable: string, credentials: readonly Credential[]): boolean {
  return credentials.some(
    ({ locator }) => locator.kind === 'stored' && locator.copiedFrom === variable,
  );
}

/**
 * The command reads the value from the shell's variable, so that it appears in no history. Only the
 * owner can read the file.
 */
function appendLine(name: string, path: string): ShellLine {
  return shellLine`touch ${path} && chmod 600 ${path} && printf '%s="%s"\\n' ${name} "$${name}" >> ${path}`;
}
