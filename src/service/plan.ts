/**
 * Plans the service of this user: its command and its files. Pure, except that it reads files of
 * this machine.
 */

import type { Host } from '../host.ts';

/** `user` runs under the user's own manager. `system` starts with the machine, as one user. */
export type ServiceScope = 'user' | 'system';

export interface ServicePlan {
  readonly scope: ServiceScope;
  readonly node: string;
  readonly entry: string;
  /** The user it runs as, and that user's home. */
  readonly account: { readonly name: string; readonly home: string };
  /** Variables for the places of our files, if the shell sets them; no secrets. */
  readonly variables: Readonly<Record<string, string>>;
  /** Variables that the user adds for the service: proxies, certificates. */
  readonly environmentFile: string;
  /** Where the configuration has it listen. */
  readonly place: { readonly host: string; readonly port: number };
  /** Longer than the gateway waits for unfinished requests. */
  readonly stopSeconds: number;
}

/** These name the places of our files; all other variables belong in the environment file. */
export const placeVariables = [
  'HOLDFAST_HOME',
  'HOLDFAST_CONFIG',
  'HOLDFAST_ENV_FILE',
  'XDG_CONFIG_HOME',
  'XDG_STATE_HOME',
] as const;

/**
 * Returns those that are set. Relative paths are left out, since the service has another working
 * directory.
 */
export function listPlaceVariables({
  environment,
}: Pick<Host, 'environment'>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    placeVariables.flatMap((name) => {
      const value = environment.get(name);
      return value?.startsWith('/') ? [[name, value]] : [];
    }),
  );
}

/**
 * Returns a path that survives upgrades: one on the PATH that links to the same file, such as
 * `/usr/local/bin/node` for a folder with a version in it. Else the path itself.
 */
export function findLastingPath(
  { environment, files }: Host,
  name: string,
  actual: string,
): string {
  const wanted = stampOf(files, actual);
  if (wanted === undefined) return actual;
  const folders = (environment.get('PATH') ?? '')
    .split(':')
    .filter((folder) => folder.startsWith('/'));
  const found = folders
    .map((folder) => `${folder.replace(/\/$/, '')}/${name}`)
    .find((path) => !isPassing(path) && stampOf(files, path) === wanted);
  return found ?? actual;
}

/** npm, npx and version managers add such folders to the PATH for one run or one shell only. */
function isPassing(path: string): boolean {
  return /\/node_modules\/\.bin\/|\/_npx\/|^\/tmp\/|^\/run\//.test(path);
}

/** The next upgrade, or a cleared cache, removes it. */
export function isShortLived(path: string): boolean {
  return isPassing(path) || /\/\.pnpm\/|\/\.nvm\/|\/fnm\//.test(path);
}

function stampOf(files: Host['files'], path: string): string | undefined {
  try {
    return files.stamp(path)?.file;
  } catch {
    return undefined; // nothing can be started from an unreadable folder
  }
}
