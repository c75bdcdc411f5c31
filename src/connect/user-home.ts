/** Finds the user's home, variables and programs, for the search for agents. */

import type { Host } from '../host.ts';
import type { Agent, UserHome } from './settings.ts';

export function readUserHome({
  environment,
  files,
}: Pick<Host, 'environment' | 'files'>): UserHome {
  const variable = (name: string): string | undefined => environment.get(name) || undefined;
  return {
    home: variable('HOME') ?? variable('USERPROFILE') ?? '',
    variable,
    exists: (path) => existsAt(files, path),
  };
}

function existsAt(files: Host['files'], path: string): boolean {
  try {
    return files.stamp(path) !== undefined;
  } catch {
    return false; // an unreadable folder of the PATH counts as empty
  }
}

/** Returns the absolute path of a program on the PATH. */
function findProgram(user: UserHome, name: string): string | undefined {
  const folders = (user.variable('PATH') ?? '')
    .split(':')
    .filter((folder) => folder.startsWith('/'));
  return folders
    .map((folder) => `${folder.replace(/\/$/, '')}/${name}`)
    .find((path) => user.exists(path));
}

/** Returns the program or folder that shows that the agent is installed. */
export function findAgent(user: UserHome, agent: Agent): string | undefined {
  const { programs = [agent.name] } = agent;
  const program = programs
    .map((name) => findProgram(user, name))
    .find((path) => path !== undefined);
  const own = [agent.folder?.(user) ?? [], agent.traces?.(user) ?? []].flat();
  return program ?? own.find((path) => user.exists(path));
}
