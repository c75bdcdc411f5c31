/**
 * Without a config file, the first stored key, else the first known key variable that is set,
 * selects the main provider (law 10).
 */

import { basename, dirname } from 'node:path';
import { ConfigError, type ConfigProblem } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import { catalogue } from '../../providers/builtin.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import type { ResolvedConfig } from '../resolved/resolved.ts';
import { findNearest } from '../schema/nearest.ts';
import { unplaced } from '../yaml/document.ts';
import { resolveConfig } from './resolve.ts';
import { judgeVariable, lookupIn, type ResolveInput } from './resolve-context.ts';

export interface ZeroConfigInput extends Omit<ResolveInput, 'settings' | 'document'> {
  /** Messages name this path, at which there is no file. */
  readonly configFile: string;
  /** The names of the files in its folder. */
  readonly beside: readonly string[];
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

/**
 * Stored keys come first, since they were added on purpose; then the catalogue decides the order.
 */
function findFirstKey(input: ZeroConfigInput): FirstKey | undefined {
  const choosable = catalogue.entries.flatMap((entry) =>
    entry.defaultModel === undefined || entry.parts !== undefined
      ? []
      : [{ entry, model: entry.defaultModel }],
  );
  const stored = choosable.flatMap((choice) => findStored(input, choice));
  return stored[0] ?? choosable.flatMap((choice) => findVariable(input, choice))[0];
}

type Choice = Pick<FirstKey, 'entry' | 'model'>;

function findStored({ stored }: ZeroConfigInput, choice: Choice): readonly FirstKey[] {
  return stored.keys
    .filter(({ provider }) => provider === choice.entry.name)
    .map(({ label }) => ({
      ...choice,
      origin: { kind: 'stored', label },
      place: `stored key ${label}`,
      because: `its key ${label} is stored`,
    }));
}

/** Looks in `.env`, then in the environment. */
function findVariable({ places }: ZeroConfigInput, choice: Choice): readonly FirstKey[] {
  const looked = [
    ['dotenv', basename(places.dotenv.path)],
    ['env', 'environment'],
  ] as const;
  return looked.flatMap(([place, name]) =>
    choice.entry.keyVariables
      .filter((variable) => lookupIn(place, places, variable)?.trim())
      .map((variable) => ({
        ...choice,
        origin: { kind: 'variable', variable },
        place: `${name} ${variable}`,
        because: `${variable} is set in ${name}`,
      })),
  );
}

/** Five lines: what is wrong, and three ways to start. */
function describeBeginning({ configFile, places, beside }: ZeroConfigInput): ConfigProblem {
  const variables = catalogue.entries.flatMap(({ defaultModel, keyVariables, parts }) =>
    defaultModel === undefined || parts !== undefined ? [] : [keyVariables],
  );
  const empty = variables
    .flat()
    .map((name) => judgeVariable(places, name))
    .find((judged) => judged?.state === 'empty');
  const near = findNearest(basename(configFile), beside);
  if (near !== undefined) {
    const command = shellLine`mv ${`${dirname(configFile)}/${near}`} ${configFile}`;
    const fix = { text: 'give it the name that is read', command };
    return { path: configFile, key: '(file)', message: `is not there, and ${near} is`, fix };
  }
  return {
    path: configFile,
    key: '(file)',
    message: `nothing is configured: this file is not there, and ${empty?.detail ?? 'no known key variable is set'}`,
    fix: { text: 'holdfast init (it asks three questions and writes the file)' },
    otherFixes: [
      `set a key in the environment or in ${basename(places.dotenv.path)} beside it: ${variables
        .slice(0, 3)
        .flatMap(([name]) => name ?? [])
        .join(', ')}, …`,
      'write the file: main: deepseek/deepseek-flash (every key: docs/config.md)',
      'look first, without any key: holdfast drill --tour',
    ],
  };
}
