/** Says which version this is, and of which commit. */

import { existsSync, readFileSync } from 'node:fs';
import { version } from '../version.ts';
import { launcherPath, packagePath } from './package-files.ts';

/** Returns `0.1.0 (abc1234)`; without the commit where neither git nor the build tells it. */
export function describeVersion(): string {
  // inside somebody's bundle the folders around are not ours
  const commit = existsSync(launcherPath())
    ? (readCommit(packagePath('.git')) ?? readText(packagePath('dist/commit')))
    : undefined;
  return commit ? `${version} (${commit})` : version;
}

/**
 * Returns the commit that is checked out, in 7 digits. The last line of git's own log has it; a
 * worktree has that log elsewhere.
 */
export function readCommit(git: string): string | undefined {
  const folder = /^gitdir: (.+)/.exec(readText(git) ?? '')?.[1] ?? git;
  const last = readText(`${folder}/logs/HEAD`)?.split('\n').at(-1);
  return last?.split(' ')[1]?.slice(0, 7);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined; // not there, or no file
  }
}
