/**
 * A shell's completion script runs this at each TAB. It prints the possible next words, one per
 * line, each with its description after a tab.
 */

import type { Command } from 'commander';
import { allTasks } from '../../config/resolved/all-tasks.ts';
import type { Runtime } from '../../runtime.ts';
import { type Completion, findWanted } from '../context/wanted.ts';
import { inPlace, quietly, withFiles, withRuntime } from '../context/with-runtime.ts';
import type { Terminal } from '../terminal/terminal.ts';

/**
 * `line` is the command line up to the cursor, including the program's name. Errors are swallowed,
 * because somebody is typing.
 */
export async function complete(
  terminal: Terminal,
  root: Command,
  line: readonly string[],
): Promise<number> {
  const wanted = findWanted(root, line.slice(1));
  const before = wanted.kind === 'values' ? wanted.before : '';
  const candidates =
    wanted.kind === 'words' ? wanted.words : await completeValues(wanted.of, wanted.args);
  const typed = line.at(-1) ?? '';
  for (const { word, description } of candidates)
    if ((before + word).startsWith(typed)) terminal.out(`${before}${word}\t${description ?? ''}\n`);
  return 0;
}

/** Returns words, some of them with a description. */
type ListValues = (args: readonly string[]) => Promise<readonly (string | Completion)[]>;

/** Drops duplicates. Returns an empty list for values that cannot be listed. */
async function completeValues(of: string, args: readonly string[]): Promise<readonly Completion[]> {
  const values = (await valuesByShownName[of]?.(args).catch(() => [])) ?? [];
  return [...new Set(values)].map((value) => (typeof value === 'string' ? { word: value } : value));
}

const listOwnModels: ListValues = () => withOwnRuntime(completeModels);
const listOwnTasks: ListValues = () => withOwnRuntime(completeTasks);
const listOwnKeys: ListValues = () => withOwnRuntime(listKeyNames);

/**
 * The keys are the names that help shows: `--task`, and `provider` of `<provider>`. Each list loads
 * its own heavy modules.
 */
export const valuesByShownName: Readonly<Record<string, ListValues>> = {
  '--model': listOwnModels,
  '--task': listOwnTasks,
  '--fault': async () => {
    const { drillFaults } = await import('../../drill/faults.ts');
    return drillFaults.map(({ id, title }) => ({ word: id, description: title }));
  },
  '--provider': listProviders,
  '--of': completeAgents,
  '--resume': listSessions,
  agent: completeAgents,
  request: listRequests,
  session: listSessions,
  shell: async () => (await import('./completion.ts')).shells,
  subject: () =>
    withOwnRuntime((own) => [...completeTasks(own), ...listKeyNames(own), ...completeModels(own)]),
  target: listOwnModels,
  provider: listProviders,
  name: listOwnKeys,
  id: listOwnKeys,
  key: listConfigKeys,
  value: ([key = '']) => listConfigValues(key),
};

async function completeAgents(): Promise<readonly Completion[]> {
  const { agents } = await import('../../connect/agents/agents.ts');
  return agents.map(({ name, title }) => ({ word: name, description: title }));
}

/** Returns an empty list if the user's configuration is missing or cannot be read. */
function withOwnRuntime(list: (runtime: Runtime) => readonly string[]): Promise<readonly string[]> {
  return withFiles((host) => withRuntime({ ...quietly, host }, list));
}

function completeTasks(runtime: Runtime): readonly string[] {
  return [...allTasks(runtime.config()).keys()];
}

/** Leaves out aliases with a `*`, since the names they match are unknown. */
function completeModels(runtime: Runtime): readonly string[] {
  const models = runtime.modelNames().filter(({ owner }) => owner !== 'holdfast');
  const aliases = runtime.config().aliases.filter(({ pattern }) => !pattern.includes('*'));
  return [...models.map(({ name }) => name), ...aliases.map(({ pattern }) => pattern)];
}

/** `auth` accepts a provider, or the label or id of a key. */
function listKeyNames(runtime: Runtime): readonly string[] {
  const { pools, providers } = runtime.config();
  const used = [...pools.values()].flat();
  const kept = [...used, ...runtime.keys.unused()];
  return [...providers.keys(), ...kept.map(({ label }) => label), ...kept.map(({ id }) => id)];
}

/** The user's own providers come first, then all that are known. */
async function listProviders(): Promise<readonly string[]> {
  const { builtinEntries } = await import('../../providers/builtin.ts');
  const own = await withOwnRuntime((runtime) => [...runtime.config().providers.keys()]).catch(
    () => [],
  );
  return [...own, ...builtinEntries.map(({ name }) => name)];
}

/** The latest come first, described by their titles, since an id says nothing. */
async function listSessions(): Promise<readonly Completion[]> {
  const { openSessions } = await import('../../sessions/store.ts');
  return withFiles(async (host, paths) => {
    const store = openSessions(host, paths);
    try {
      const heads = await store.list(maxListed);
      return [
        ...heads.map(({ id, title }) => ({ word: id, description: title })),
        { word: 'last' },
      ];
    } finally {
      await store.close();
    }
  });
}

/** The latest come first, described by their task and outcome. */
async function listRequests(): Promise<readonly Completion[]> {
  const records = await withFiles((host) =>
    withRuntime({ ...inPlace, host }, ({ history }) => history.findRecords({ limit: maxListed })),
  );
  const described = records.map(({ id, task, outcome }) => ({
    word: id,
    description: `${task}: ${outcome}`,
  }));
  return [{ word: 'last' }, ...described];
}

/** More would fill the screen. */
const maxListed = 20;

async function listConfigKeys(): Promise<readonly string[]> {
  const { listKeyPaths } = await import('../../config/schema/key-paths.ts');
  return listKeyPaths(await readConfigValue());
}

/**
 * Reads the values of the config file as written. Returns an empty object if there is no readable
 * file.
 */
async function readConfigValue(): Promise<unknown> {
  const { readDocument } = await import('../../config/yaml/document.ts');
  return withFiles(({ files }, { configFile }) => {
    try {
      return readDocument(configFile, files.readText(configFile)).value;
    } catch {
      return {}; // without a file, the schema alone lists the values
    }
  });
}

/** The main model completes to known models; other keys complete to what the schema allows. */
async function listConfigValues(key: string): Promise<readonly string[]> {
  const { listChoices } = await import('../../config/schema/key-paths.ts');
  return key === 'main' ? withOwnRuntime(completeModels) : listChoices(key);
}
