/** Checks a config text before it is written, with the same schema and resolving as at run time. */

import { ConfigError, type ConfigProblem } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { Catalogue } from '../../providers/catalogue.ts';
import { createCredentialsFile } from '../files/credentials-file.ts';
import { createDotenv } from '../files/dotenv.ts';
import type { Paths } from '../files/paths.ts';
import { loadText } from '../resolve/load.ts';
import { resolveLoaded } from '../resolve/resolve.ts';
import { lookupVariable } from '../resolve/resolve-context.ts';

export interface TextCheck {
  /**
   * Why the text would be refused, plus missing keys that would only be warnings; empty if it would
   * be accepted.
   */
  readonly problems: readonly ConfigProblem[];
  /** True if the only problem is that no key exists yet. */
  readonly lacksKey: boolean;
}

export function checkConfigText(
  scene: { readonly host: Host; readonly paths: Paths; readonly catalogue: Catalogue },
  text: string,
): TextCheck {
  const { host, paths } = scene;
  const places = { dotenv: createDotenv(host, paths.dotenvFile), environment: host.environment };
  const loaded = loadText(paths.configFile, text, (name) => lookupVariable(places, name));
  const input = {
    catalogue: scene.catalogue,
    places,
    flags: {},
    folder: paths.configFile.slice(0, Math.max(0, paths.configFile.lastIndexOf('/'))),
    stored: createCredentialsFile(host, paths.credentialsFile).current(),
  };
  const judge = (whenKeyless: 'refuse' | 'warn'): ConfigError | undefined => {
    try {
      resolveLoaded(loaded, { ...input, whenKeyless }, { kind: 'file', path: paths.configFile });
      return undefined;
    } catch (error) {
      if (error instanceof ConfigError) return error;
      throw error;
    }
  };
  const broken = judge('warn');
  if (broken !== undefined) return { problems: broken.problems, lacksKey: false };
  const keyless = judge('refuse');
  return { problems: keyless?.problems ?? [], lacksKey: keyless !== undefined };
}
