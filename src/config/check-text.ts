/** Whether a config text would be taken, before it is written: the same schema, the same resolving. */

import { ConfigError, type ConfigProblem } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Catalogue } from '../providers/catalogue.ts';
import { createCredentialsFile } from './credentials-file.ts';
import { createDotenv } from './dotenv.ts';
import { loadText } from './load.ts';
import type { Paths } from './paths.ts';
import { checkUsable, resolveLoaded } from './resolve.ts';
import { lookupVariable } from './resolve-context.ts';

export interface TextCheck {
  /** Why it would be refused; empty when it would not be. */
  readonly problems: readonly ConfigProblem[];
  /** Set when all that is wrong is that no key is there yet. */
  readonly lacksKey: boolean;
}

/** Judges a text that is to become the config file. */
export function checkConfigText(
  scene: { readonly host: Host; readonly paths: Paths; readonly catalogue: Catalogue },
  text: string,
): TextCheck {
  const { host, paths } = scene;
  const places = { dotenv: createDotenv(host, paths.dotenvFile), environment: host.environment };
  const loaded = loadText(paths.configFile, text, (name) => lookupVariable(places, name));
  const resolved = attempt(() =>
    resolveLoaded(
      loaded,
      {
        catalogue: scene.catalogue,
        places,
        flags: {},
        folder: paths.configFile.slice(0, Math.max(0, paths.configFile.lastIndexOf('/'))),
        stored: createCredentialsFile(host, paths.credentialsFile).current(),
      },
      { kind: 'file', path: paths.configFile },
    ),
  );
  if (!resolved.isValid) return { problems: resolved.problems, lacksKey: false };
  const usable = attempt(() => checkUsable(resolved.value, places, paths.configFile));
  return usable.isValid ? { problems: [], lacksKey: false } : { problems: usable.problems, lacksKey: true };
}

type Attempted<T> =
  | { readonly isValid: true; readonly value: T }
  | { readonly isValid: false; readonly problems: readonly ConfigProblem[] };

function attempt<T>(run: () => T): Attempted<T> {
  try {
    return { isValid: true, value: run() };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { isValid: false, problems: error.problems };
  }
}
