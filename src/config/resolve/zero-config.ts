/**
 * Without a config file, the first stored key, else the first known key variable that is set,
 * selects the main provider (law 10).
 */

import { ConfigError, type ConfigProblem } from '../../errors.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import type { ResolvedConfig } from '../resolved/resolved.ts';
import { unplaced } from '../yaml/document.ts';
import { resolveConfig } from './resolve.ts';
import { fileName, judgeVariable, type ResolveInput } from './resolve-context.ts';

export interface ZeroConfigInput extends Omit<ResolveInput, 'settings' | 'document'> {
  /** Messages name this path, at which there is no file. */
  readonly configFile: string;
}

/**
 * Creates a configuration from one key. Throws `nothing-configured`, with instructions, if there is
 * none.
 */
export function resolveZeroConfig(input: ZeroConfigInput): ResolvedConfig {
  const found = findFirstKey(input);
  if (found === undefined) throw new ConfigError('nothing-configured', [describeBeginning(input)]);
  const { entry, model, origin, place, because } = found;
  const settings = { main: { provider: entry.name, model } };
  const config = resolveConfig({ ...input, settings, document: unplaced(place) }, origin);
  const text = `no ${input.configFile}: using ${entry.name}/${model}, because ${because}`;
  return { ...config, warnings: [{ code: 'zero-config', text }, ...config.warnings] };
}

interface FirstKey {
  readonly entry: ProviderEntry;
  readonly model: string;
  readonly origin: ResolvedConfig['origin'];
  /** Replaces the config file in the output of `config show`. */
  readonly place: string;
  readonly because: string;
}

/** The first key in catalogue order. Stored keys come first: they were added on purpose. */
function findFirstKey(input: ZeroConfigInput): FirstKey | undefined {
  const choosable = input.catalogue.entries.flatMap((entry) =>
    entry.defaultModel === undefined ? [] : [{ entry, model: entry.defaultModel }],
  );
  const stored = choosable.flatMap((choice) => findStored(input, choice));
  return stored[0] ?? choosable.flatMap((choice) => findVariable(input, choice))[0];
}

type Choice = Pick<FirstKey, 'entry' | 'model'>;

function findStored({ stored }: ZeroConfigInput, choice: Choice): readonly FirstKey[] {
  const { name: provider } = choice.entry;
  return stored.keys
    .filter((key) => key.provider === provider)
    .map(({ label }) => ({
      ...choice,
      origin: { kind: 'stored', provider, label },
      place: `stored key ${label}`,
      because: `its key ${label} is stored`,
    }));
}

/** Looks in `.env`, then in the environment. */
function findVariable({ places }: ZeroConfigInput, choice: Choice): readonly FirstKey[] {
  const { name: provider, keyVariables } = choice.entry;
  const looked = [
    [
      fileName(places.dotenv.path),
      (name: string) => places.dotenv.current().variables.get(name)?.value,
    ],
    ['environment', (name: string) => places.environment.get(name)],
  ] as const;
  return looked.flatMap(([place, lookup]) =>
    keyVariables
      .filter((variable) => lookup(variable)?.trim())
      .map((variable) => ({
        ...choice,
        origin: { kind: 'variable', provider, variable },
        place: `${place} ${variable}`,
        because: `${variable} is set in ${place}`,
      })),
  );
}

/** Five lines: what is wrong, and three ways to start. */
function describeBeginning({ catalogue, configFile, places }: ZeroConfigInput): ConfigProblem {
  const variables = catalogue.entries.flatMap(({ defaultModel, keyVariables }) =>
    defaultModel === undefined ? [] : [keyVariables],
  );
  const empty = variables
    .flat()
    .map((name) => judgeVariable(places, name))
    .find((judged) => judged?.state === 'empty');
  return {
    path: configFile,
    key: '(file)',
    message: `nothing is configured: this file is not there, and ${empty?.detail ?? 'no known key variable is set'}`,
    fix: { text: 'holdfast init (it asks three questions and writes the file)' },
    otherFixes: [
      `set a key in the environment or in ${fileName(places.dotenv.path)} beside it: ${variables
        .slice(0, 3)
        .flatMap(([name]) => name ?? [])
        .join(', ')}, …`,
      'write the file: main: deepseek/deepseek-flash (every key: docs/config.md)',
      'look first, without any key: holdfast demo',
    ],
  };
}
