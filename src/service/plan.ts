/**
 * What a service of this user is to run, and where its files are: from facts of this machine,
 * before anything is written. Pure but for looks at files.
 */

import type { Host } from '../host.ts';

/** `user`: lives with the user's own manager. `system`: starts with the machine, as one user. */
export type ServiceScope = 'user' | 'system';

export interface ServicePlan {
  readonly scope: ServiceScope;
  readonly node: string;
  readonly entry: string;
  /** The user it runs as, and that user's home. */
  readonly account: { readonly name: string; readonly home: string };
  /** Where our files are, where the shell says so; no secrets. */
  readonly variables: Readonly<Record<string, string>>;
  /** What the user adds to the service's environment: proxies, certificates. */
  readonly environmentFile: string;
  /** Longer than requests in flight are waited for. */
  readonly stopSeconds: number;
}

/** They say where our files are; everything else belongs into the environment file. */
const placeVariables = [
  'HOLDFAST_HOME',
  'HOLDFAST_CONFIG',
  'XDG_CONFIG_HOME',
  'XDG_STATE_HOME',
] as const;

/** Those of them that are set. Relative ones would mean another folder there. */
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
 * The path of a program that outlives its next upgrade: one on the PATH that leads to the same
 * file, such as `/usr/local/bin/node` for a folder with a version in it. Else the path as it is.
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

/** What npm, npx and version switchers put on the PATH is there for one run or one shell only. */
function isPassing(path: string): boolean {
  return /\/node_modules\/\.bin\/|\/_npx\/|^\/tmp\/|^\/run\//.test(path);
}

/** The next upgrade, or a cleared cache, takes it away. */
export function isShortLived(path: string): boolean {
  return isPassing(path) || /\/\.pnpm\/|\/\.nvm\/|\/fnm\//.test(path);
}

function stampOf(files: Host['files'], path: string): string | undefined {
  try {
    return files.stamp(path)?.file;
  } catch {
    return undefined; // a folder that is closed to us holds nothing that we could start
  }
}
