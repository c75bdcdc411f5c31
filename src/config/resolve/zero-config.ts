/** Without a config file: the first stored key, else the first known key variable that is set, makes the main provider (law 10). */

import { ConfigError, type ConfigProblem } from '../../errors.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import type { StoredKey } from '../files/credentials-file.ts';
import type { ResolvedConfig } from '../resolved.ts';
import type { SourceDocument } from '../yaml/document.ts';
import { resolveConfig } from './resolve.ts';
import { describeEmpty, fileName, type ResolveInput } from './resolve-context.ts';

export interface ZeroConfigInput extends Omit<ResolveInput, 'settings' | 'document'> {
  /** Where a config file would be, for messages. */
  readonly configFile: string;
}

/** Makes a configuration from one key. Throws `nothing-configured`, with how to begin, when there is none. */
export function resolveZeroConfig(input: ZeroConfigInput): ResolvedConfig {
  const found = findFirstKey(input);
  if (found === undefined) throw new ConfigError('nothing-configured', [describeBeginning(input)]);
  const { entry, model, origin, place, because } = found;
  const document: SourceDocument = { path: place, value: {}, problems: [], locate: () => undefined };
  const settings = { main: { provider: entry.name, model } };
  const config = resolveConfig({ ...input, settings, document }, origin);
  const text = `no ${input.configFile}: using ${entry.name}/${model}, because ${because}`;
  return { ...config, warnings: [{ code: 'zero-config', text }, ...config.warnings] };
}

interface FoundKey {
  readonly entry: ProviderEntry;
  readonly model: string;
  readonly origin: ResolvedConfig['origin'];
  /** Stands for the config file in what `config show` prints. */
  readonly place: string;
  readonly because: string;
}

/** In catalogue order: what was stored on purpose before what happens to be in a variable. */
function findFirstKey(input: ZeroConfigInput): FoundKey | undefined {
  const choosable = input.catalogue.entries.flatMap((entry) =>
    entry.defaultModel === undefined ? [] : [{ entry, model: entry.defaultModel }],
  );
  for (const choice of choosable) {
    const key = input.stored.keys.find(({ provider }) => provider === choice.entry.name);
    if (key !== undefined) return fromStored(choice, key);
  }
  for (const choice of choosable) {
    const found = findVariable(input, choice.entry);
    if (found !== undefined) return fromVariable(choice, found);
  }
  return undefined;
}

type Choice = Pick<FoundKey, 'entry' | 'model'>;

function fromStored(choice: Choice, { label }: StoredKey): FoundKey {
  const { name } = choice.entry;
  return {
    ...choice,
    origin: { kind: 'stored', provider: name, label },
    place: `stored key ${label}`,
    because: `its key ${label} is stored`,
  };
}

interface FoundVariable {
  readonly variable: string;
  readonly place: string;
}

/** First in `.env`, then in the environment. */
function findVariable({ places }: ZeroConfigInput, entry: ProviderEntry): FoundVariable | undefined {
  const inDotenv = entry.keyVariables.find((variable) => places.dotenv.lookup(variable)?.value.trim());
  if (inDotenv !== undefined) return { variable: inDotenv, place: fileName(places.dotenv.path) };
  const variable = entry.keyVariables.find((name) => places.environment.get(name)?.trim());
  return variable === undefined ? undefined : { variable, place: 'environment' };
}

function fromVariable(choice: Choice, { variable, place }: FoundVariable): FoundKey {
  return {
    ...choice,
    origin: { kind: 'variable', provider: choice.entry.name, variable },
    place: `${place} ${variable}`,
    because: `${variable} is set in ${place}`,
  };
}

/** Five lines: what is wrong, and three ways on. */
function describeBeginning({ catalogue, configFile, places }: ZeroConfigInput): ConfigProblem {
  const variables = catalogue.entries.flatMap(({ defaultModel, keyVariables }) =>
    defaultModel === undefined ? [] : [keyVariables],
  );
  const empty = variables
    .flat()
    .map((name) => describeEmpty(places, name))
    .find((said) => said !== undefined);
  return {
    path: configFile,
    key: '(file)',
    message: `nothing is configured: this file is not there, and ${empty ?? 'no known key variable is set'}`,
    howToFix: [
      'holdfast init (it asks three questions and writes the file)',
      `    or set a key in the environment or in ${fileName(places.dotenv.path)} beside it: ${variables
        .slice(0, 3)
        .flatMap(([name]) => name ?? [])
        .join(', ')}, …`,
      '    or write the file: main: deepseek/deepseek-flash (every key: docs/config.md)',
      '    or look first, without any key: holdfast demo',
    ].join('\n'),
  };
}
