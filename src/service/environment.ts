/**
 * The environment that the service will have, beside that of this shell: what only the shell knows,
 * the service cannot use. Pure.
 */

import { parseEnv } from 'node:util';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import { fingerprintOf } from '../config/secrets/fingerprint.ts';
import { shellLine } from '../host/shell-line.ts';
import type { Credential } from '../model/credential.ts';
import type { ShellLine } from '../model/fix.ts';
import type { ServicePlan } from './plan.ts';

export type EnvironmentTable = Readonly<Record<string, string>>;

/** What a manager gives to a service where it cannot be asked. */
const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * `asked` is what the manager says of its own environment, `fileText` the environment file;
 * undefined where there is none.
 */
export function buildServiceEnvironment(
  { account, variables, scope }: ServicePlan,
  { asked, fileText }: { readonly asked: string; readonly fileText: string | undefined },
): EnvironmentTable {
  const own = scope === 'user' ? parseEnv(asked) : {};
  const { PATH = defaultPath, ...rest } = own;
  const known = { ...rest, PATH, HOME: account.home, USER: account.name, LOGNAME: account.name };
  const all = { ...known, ...variables, ...parseEnv(fileText ?? '') };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** A variable that this shell has and the service has not. */
export interface MissingVariable {
  readonly name: string;
  /** The provider whose key it holds; absent for one that is no key. */
  readonly provider?: string;
  readonly fingerprint?: string;
  /** The one line to type. */
  readonly command: ShellLine;
}

export interface EnvironmentPair {
  readonly shell: EnvironmentTable;
  readonly service: EnvironmentTable;
  /** As this shell resolves it: its pools name the variables that hold keys. */
  readonly config: Pick<ResolvedConfig, 'pools'>;
  readonly isInDotenv: (name: string) => boolean;
  readonly environmentFile: string;
}

/** Node and Holdfast read these, and no file of ours can stand in for them. */
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
      // A key that was handed to us serves its provider; a task with a key of its own reads that
      // alone.
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

/** What was stored is there for the service too. */
function hasCopyOf(variable: string, credentials: readonly Credential[]): boolean {
  return credentials.some(
    ({ locator }) => locator.kind === 'stored' && locator.copiedFrom === variable,
  );
}

/** For a shell: the value stands in no history, and in a file that only its owner reads. */
function appendLine(name: string, path: string): ShellLine {
  return shellLine`touch ${path} && chmod 600 ${path} && printf '%s="%s"\\n' ${name} "$${name}" >> ${path}`;
}
