/**
 * Without a config file, the first stored key, else the first known key variable that is set,
 * selects the main provider (law 10).
 */

import { basename, dirname } from 'node:path';
import { ConfigError, type ConfigProblem, formatFix } from '../../errors.ts';
import { describeFileFault, fixFileFault } from '../../host/file-fault.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Files } from '../../host.ts';
import type { Fix } from '../../model/fix.ts';
import { catalogue } from '../../providers/builtin.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import { listNames } from '../files/list-names.ts';
import { findUnreadDotenv } from '../files/near-variable.ts';
import { describeOddHome } from '../files/odd-home.ts';
import { describeUnreadKey } from '../files/unread-key.ts';
import type { ResolvedConfig } from '../resolved/resolved.ts';
import { findNearest } from '../schema/nearest.ts';
import { unplaced } from '../yaml/document.ts';
import { resolveConfig } from './resolve.ts';
import { judgeVariable, lookupIn, type ResolveInput } from './resolve-context.ts';

export interface ZeroConfigInput extends Omit<ResolveInput, 'settings' | 'document'> {
  /** Messages name this path, at which there is no file. */
  readonly configFile: string;
  readonly files: Pick<Files, 'findFileFault' | 'list' | 'stamp' | 'readText'>;
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
  const near = findNearFile(input) ?? findBrokenFile(input);
  const unread = near && {
    code: 'config-misnamed',
    what: `${input.configFile} ${near.message}, so it is not read`,
    text: `${input.configFile} ${near.message}, so it is not read. To fix: ${formatFix(near.fix)}`,
    fix: near.fix,
  };
  const told = [{ code: 'zero-config', text }, ...(unread ? [unread] : [])];
  return { ...config, warnings: [...told, ...config.warnings] };
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

/** The first word of each vendor's usual model, with the vendor's variable: `CLAUDE`, `GLM`. */
function listBrands(): ReadonlyMap<string, string> {
  const named = catalogue.entries.flatMap(({ defaultModel = '', keyVariables, parts }) => {
    const [brand = ''] = /^[a-z]{3,}(?=-)/.exec(defaultModel) ?? [];
    const [variable] = keyVariables;
    return variable === undefined || parts !== undefined || brand === ''
      ? []
      : [[brand.toUpperCase(), variable] as const];
  });
  return new Map(named.toReversed()); // the first vendor of a brand counts
}

/** JSON is YAML too. */
const otherName = /^\.?(config|holdfast)\.(ya?ml|json)(\.(example|sample|dist|old|orig))?$/i;

/**
 * An editor or a browser appends `.txt`; people write `config.yml` or `holdfast.yaml`. Only a file
 * that can be read is meant: a folder `config.yaml.old` was moved away for good.
 */
function findNearFile({ configFile, files }: ZeroConfigInput): NearFile | undefined {
  const [folder, name] = [dirname(configFile), basename(configFile)];
  const others = listNames(files, folder).filter((other) => other !== name);
  const alike = others.filter((other) => !/\.(lock|bak|tmp)/.test(other));
  const near = [
    ...others.filter((other) => other.startsWith(`${name}.txt`)),
    findNearest(name, alike) ?? [],
    ...others.filter((other) => otherName.test(other)),
  ]
    .flat()
    .find((other) => isReadable(files, `${folder}/${other}`));
  if (near === undefined) return undefined;
  const command = shellLine`mv ${`${folder}/${near}`} ${configFile}`;
  return {
    message: `is not there, and ${near} is`,
    fix: { text: 'give it the name that is read', command },
  };
}

function isReadable(files: ZeroConfigInput['files'], path: string): boolean {
  try {
    return files.readText(path) !== '';
  } catch {
    return false;
  }
}

/** A link to nothing, or a folder, in its place. */
function findBrokenFile({ configFile, files }: ZeroConfigInput): NearFile | undefined {
  const fault = files.findFileFault(configFile);
  if (fault === undefined) return undefined;
  return {
    message: `is not there: ${describeFileFault(fault)}`,
    fix: fixFileFault(fault, configFile),
  };
}

interface NearFile {
  readonly message: string;
  readonly fix: Fix;
}

/** What is wrong, and three ways to start. */
function describeBeginning(input: ZeroConfigInput): ConfigProblem {
  const { configFile, places, files } = input;
  const near = findNearFile(input);
  if (near !== undefined) return { path: configFile, key: '(file)', ...near };
  const odd = describeOddHome(places.environment, files, configFile);
  if (odd !== undefined) return { path: configFile, key: '(file)', ...odd };
  const fault = files.findFileFault(configFile);
  if (fault !== undefined)
    return {
      path: configFile,
      key: '(file)',
      message: describeFileFault(fault),
      fix: fixFileFault(fault, configFile),
    };
  const variables = catalogue.entries.flatMap(({ defaultModel, keyVariables, parts }) =>
    defaultModel === undefined || parts !== undefined ? [] : [keyVariables],
  );
  const unread = findUnreadDotenv(variables.flat(), places);
  if (unread !== undefined) return { path: configFile, key: '(file)', ...unread };
  const empty = variables
    .flat()
    .map((name) => judgeVariable(places, name))
    .find((judged) => judged?.state === 'empty');
  const said = empty?.detail ?? describeUnreadKey(variables.flat(), listBrands(), places);
  return {
    path: configFile,
    key: '(file)',
    message: `nothing is configured: this file is not there, and ${said ?? 'no known key variable is set'}`,
    fix: {
      text: `holdfast init (it asks three questions and writes the file); or set a key in ${basename(places.dotenv.path)} beside it or in the environment: ${variables
        .slice(0, 3)
        .flatMap(([name]) => name ?? [])
        .join(', ')}, …; or look first, without any key: holdfast drill --tour`,
    },
  };
}
