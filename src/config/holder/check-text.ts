/**
 * Whether a config text would be taken, before it is written: the same schema, the same resolving.
 */

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
   * Why it would be refused, and beside that which keys are missing; empty when it would not be.
   */
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
