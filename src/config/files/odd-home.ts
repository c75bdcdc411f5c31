/**
 * Explains why the configuration is looked for in an unexpected folder: what the variables that
 * name the folder hold, and where a configuration is instead. Only for what people are told.
 */

import { isAbsolute } from 'node:path';
import { isThere } from '../../host/look-at.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Environment, Files } from '../../host.ts';
import type { Fix } from '../../model/fix.ts';
import { listNames } from './list-names.ts';

type Looks = Pick<Files, 'stamp' | 'list'>;

export interface OddHome {
  /** Follows the path of the configuration. */
  readonly message: string;
  readonly fix: Fix;
}

/** Undefined if nothing is odd about the folder. There is no file at `configFile`. */
export function describeOddHome(
  environment: Environment,
  files: Looks,
  configFile: string,
): OddHome | undefined {
  return (
    describeVariable(environment) ??
    describeSudo(environment, files) ??
    describeOther(environment, files, configFile) ??
    describeNoHome(environment, files)
  );
}

/** `sudo` takes root's home, where the configuration of who typed it is not. */
function describeSudo(environment: Environment, files: Looks): OddHome | undefined {
  const user = environment.get('SUDO_USER');
  if (!user || user === 'root' || pathVariables.some((name) => environment.get(name)))
    return undefined;
  const home = environment.get('SUDO_HOME') ?? `/home/${user}`;
  const file = `${home}/.config/holdfast/config.yaml`;
  if (!isThere(files, file)) return undefined;
  return {
    message: `is not there, and ${file} is: sudo looks into the home of root, not of ${user}`,
    fix: { text: 'run it without sudo' },
  };
}

export const pathVariables = ['HOLDFAST_CONFIG', 'HOLDFAST_HOME', 'XDG_CONFIG_HOME'] as const;

function describeVariable(environment: Environment): OddHome | undefined {
  const [odd] = pathVariables.flatMap(
    (name) => describeWrapped(environment, name) ?? describeRelative(environment, name) ?? [],
  );
  return odd && { message: `is not there; ${odd.message}`, fix: odd.fix };
}

/** What a file of variables or a shell left at its ends. */
function describeWrapped(environment: Environment, variable: string): OddHome | undefined {
  const value = environment.get(variable) ?? '';
  const bare = value.trim().replace(/^(["'])(.*)\1$/, '$2');
  if (bare === value) return undefined;
  return {
    message: `${variable} is ${JSON.stringify(value)}, and what stands around the path belongs to it`,
    fix: {
      text: 'write the path alone',
      command: isAbsolute(bare) ? shellLine`export ${variable}=${bare}` : undefined,
    },
  };
}

/** A relative path is another one in each folder where a command is started. */
export function describeRelative(environment: Environment, variable: string): OddHome | undefined {
  const value = environment.get(variable);
  if (!value || isAbsolute(value)) return undefined;
  const isTilde = /^~(\/|$)/.test(value);
  const from = environment.get(isTilde ? 'HOME' : 'PWD') ?? '';
  const whole = isTilde ? `${from}${value.slice(1)}` : `${from}/${value}`;
  const why = isTilde
    ? 'which only a shell replaces, and only outside of quotes'
    : 'which is a relative path';
  return {
    message: `${variable} is "${value}", ${why}`,
    fix: {
      text: 'write the whole path',
      command: isAbsolute(from) ? shellLine`export ${variable}=${whole}` : undefined,
    },
  };
}

function describeNoHome(environment: Environment, files: Looks): OddHome | undefined {
  if (pathVariables.some((name) => environment.get(name))) return undefined;
  const home = environment.get('HOME') ?? environment.get('USERPROFILE');
  if (home && isThere(files, home)) return undefined;
  const why = home
    ? `HOME is "${home}", which is not there`
    : 'the variable HOME is not set, so the folder is taken to be /';
  return {
    message: `is not there; ${why}`,
    fix: { text: 'set HOME, or HOLDFAST_HOME to the folder of the configuration' },
  };
}

/** A shell in which one of the variables is set looks elsewhere than one in which it is not. */
function describeOther(
  environment: Environment,
  files: Looks,
  configFile: string,
): OddHome | undefined {
  const home = environment.get('HOME');
  const set = pathVariables.find((name) => environment.get(name));
  const usual = `${home}/.config/holdfast/config.yaml`;
  const dotted = `${home}/.holdfast`;
  const isFound = (path: string): boolean => path !== configFile && isThere(files, path);
  if (set !== undefined && isFound(usual))
    return {
      message: `is not there, and ${usual} is: ${set} names another ${set === 'HOLDFAST_CONFIG' ? 'file' : 'folder'}`,
      fix: { text: 'read that one', command: shellLine`unset ${set}` },
    };
  const folder = [dotted, ...listNear(files, home)].find((one) => isFound(`${one}/config.yaml`));
  if (folder !== undefined)
    return {
      message: `is not there, and ${folder}/config.yaml is, which is not read`,
      fix: { text: 'read that one', command: shellLine`export HOLDFAST_HOME=${folder}` },
    };
  const names = ['.holdfast', 'holdfast'].flatMap((name) => [`${name}.yaml`, `${name}.yml`]);
  const file = [environment.get('PWD'), home, `${home}/.config`]
    .flatMap((one) => names.map((name) => `${one}/${name}`))
    .find(isFound);
  if (file === undefined) return undefined;
  return {
    message: `is not there, and ${file} is, which is not read`,
    fix: { text: 'read that one', command: shellLine`export HOLDFAST_CONFIG=${file}` },
  };
}

/** Folders of our name as people write it: `~/.Holdfast`, `~/.config/Holdfast`. */
function listNear(files: Looks, home = ''): readonly string[] {
  return [home, `${home}/.config`].flatMap((folder) =>
    listNames(files, folder)
      .filter((name) => /^\.?holdfast$/i.test(name))
      .map((name) => `${folder}/${name}`),
  );
}
