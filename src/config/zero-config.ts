/** Without a config file: the first known key variable that is set becomes the main provider (design law 10). */

import { ConfigError } from '../errors.ts';
import type { Catalogue } from '../providers/catalogue.ts';
import type { ProviderEntry } from '../providers/entry.ts';
import type { SourceDocument } from './document.ts';
import { resolveConfig } from './resolve.ts';
import { type ConfigFlags, fileName, type VariablePlaces } from './resolve-context.ts';
import type { ResolvedConfig } from './resolved.ts';

export interface ZeroConfigInput {
  readonly catalogue: Catalogue;
  readonly places: VariablePlaces;
  readonly flags: ConfigFlags;
  /** Where a config file would be, for messages. */
  readonly configFile: string;
}

/** Makes a configuration from one variable. Throws `nothing-configured`, with how to begin, when none is set. */
export function resolveZeroConfig(input: ZeroConfigInput): ResolvedConfig {
  const found = findFirstKey(input);
  if (found === undefined) throw new ConfigError('nothing-configured', [describeBeginning(input)]);
  const { entry, model, variable, place } = found;
  const document: SourceDocument = {
    path: `${place} ${variable}`,
    value: {},
    problems: [],
    locate: () => undefined,
  };
  const settings = { main: { provider: entry.name, model } };
  const config = resolveConfig(
    { ...input, settings, document },
    { kind: 'variable', provider: entry.name, variable },
  );
  const text = `no ${input.configFile}: using ${entry.name}/${model}, because ${variable} is set in ${place}`;
  return { ...config, warnings: [{ code: 'zero-config', text }, ...config.warnings] };
}

interface FoundKey {
  readonly entry: ProviderEntry;
  readonly model: string;
  readonly variable: string;
  readonly place: string;
}

/** In catalogue order; for each provider first `.env`, then the environment. */
function findFirstKey({ catalogue, places }: ZeroConfigInput): FoundKey | undefined {
  const dotenvName = fileName(places.dotenv.path);
  for (const entry of catalogue.entries) {
    const model = entry.defaultModel;
    if (model === undefined) continue;
    const inDotenv = entry.keyVariables.find((variable) => places.dotenv.lookup(variable)?.value.trim());
    if (inDotenv !== undefined) return { entry, model, variable: inDotenv, place: dotenvName };
    const variable = entry.keyVariables.find((name) => places.environment.get(name)?.trim());
    if (variable !== undefined) return { entry, model, variable, place: 'environment' };
  }
  return undefined;
}

function describeBeginning({ catalogue, configFile, places }: ZeroConfigInput): {
  readonly path: string;
  readonly key: string;
  readonly message: string;
  readonly howToFix: string;
} {
  const variables = catalogue.entries.flatMap(({ defaultModel, keyVariables }) =>
    defaultModel === undefined ? [] : keyVariables.slice(0, 1),
  );
  return {
    path: configFile,
    key: 'main',
    message: 'nothing is configured: there is no config file, and no known key variable is set',
    howToFix:
      `set one of ${variables.join(', ')} in the environment or in ${places.dotenv.path}, ` +
      `or write ${configFile} with a line such as main: deepseek/deepseek-chat`,
  };
}
