/** Checks a config text before it is written, with the same schema and resolving as at run time. */

import { dirname } from 'node:path';
import { ConfigError, type ConfigProblem } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { createCredentialsFile } from '../files/credentials-file.ts';
import { createDotenv } from '../files/dotenv.ts';
import type { Paths } from '../files/paths.ts';
import { loadText } from '../resolve/load.ts';
import { resolveLoaded } from '../resolve/resolve.ts';
import { lookFor } from '../resolve/resolve-context.ts';
import { readDocument } from '../yaml/document.ts';

export interface CheckContext {
  readonly host: Host;
  readonly paths: Paths;
}

/** The effect of a change of the config. */
export interface ChangeCheck {
  /** The problems that the change would add; it is written only if this is empty. */
  readonly added: readonly ConfigProblem[];
  /** Why the changed config could not be used, and what the change leaves for later. */
  readonly left: readonly ConfigProblem[];
}

/**
 * Compares a config text with the present one. A change may leave `main`, variables and keys for
 * later, and may add a problem if the file then has fewer than before.
 */
export function checkChange(
  context: CheckContext,
  before: string | undefined,
  after: string,
): ChangeCheck {
  const problems = listConfigProblems(context, after);
  // a file that is no YAML has more problems than can be counted
  const isYaml = before === undefined || readDocument('', before).problems.length === 0;
  const known = before === undefined || !isYaml ? [] : listConfigProblems(context, before);
  const fresh = dropKnown(problems, known);
  const isFewer = !isYaml || problems.filter(isGrave).length < known.filter(isGrave).length;
  return {
    added: isFewer ? [] : fresh.filter(isGrave),
    left: problems.filter((problem) => isGrave(problem) || fresh.includes(problem)),
  };
}

function isGrave({ isPending }: ConfigProblem): boolean {
  return isPending !== true;
}

/** A problem stays the same if its place in a list moves. Each known one counts once. */
function dropKnown(
  problems: readonly ConfigProblem[],
  known: readonly ConfigProblem[],
): readonly ConfigProblem[] {
  const spare = known.map(identityOf);
  return problems.filter((problem) => {
    const index = spare.indexOf(identityOf(problem));
    if (index >= 0) spare.splice(index, 1);
    return index < 0;
  });
}

function identityOf({ key, message }: ConfigProblem): string {
  return `${key.replaceAll(/\[\d+\]/g, '[]')}\n${message}`;
}

/** Lists why the text would be refused at a start; empty if it would be accepted. */
function listConfigProblems({ host, paths }: CheckContext, text: string): readonly ConfigProblem[] {
  const { environment, files } = host;
  const places = { dotenv: createDotenv(host, paths.dotenvFile), environment, files };
  const loaded = loadText(paths.configFile, text, (name) => lookFor(places, name));
  const input = {
    places,
    flags: {},
    folder: dirname(paths.configFile),
    stored: createCredentialsFile(host, paths.credentialsFile).current(),
    whenKeyless: 'refuse',
  } as const;
  try {
    resolveLoaded(loaded, input, { kind: 'file', path: paths.configFile });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.filter(({ severity }) => severity === undefined);
  }
}
