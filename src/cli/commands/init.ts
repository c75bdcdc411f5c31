/**
 * `holdfast init` asks three questions on a terminal and writes a commented first configuration. It
 * overwrites nothing.
 */

import { createDotenv } from '../../config/files/dotenv.ts';
import { judgeBaseUrl } from '../../config/resolve/base-url.ts';
import { lookupVariable, type VariablePlaces } from '../../config/resolve/resolve-context.ts';
import { askWhetherMeant } from '../../config/schema/nearest.ts';
import { writeFirstConfig } from '../../config/yaml/first-config.ts';
import { agents } from '../../connect/agents/agents.ts';
import type { UserHome } from '../../connect/settings.ts';
import { findAgent, readUserHome } from '../../connect/user-home.ts';
import type { AccessError } from '../../errors.ts';
import { schemaPath } from '../../host/package-files.ts';
import { shellLine } from '../../host/shell-line.ts';
import { changeConfig } from '../../imports/change-config.ts';
import { builtinEntries } from '../../providers/builtin.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import { isPart } from '../../providers/parts.ts';
import {
  type Chosen,
  chooseModel,
  type InitQuestions,
  isAddress,
} from '../context/choose-model.ts';
import { createCommand, toggle } from '../context/command.ts';
import { mistake } from '../context/mistake.ts';
import { readOwnConfig } from '../context/own-config.ts';
import { untilSignal } from '../context/with-runtime.ts';
import type { CommandContext, Terminal } from '../terminal/terminal.ts';
import { commands as auth } from './auth/add.ts';

/** Excludes the user's own servers, which have no address, and what takes no key. */
const known = builtinEntries.filter(
  ({ origins, takesLoginsOnly }) => Object.keys(origins).length > 0 && takesLoginsOnly !== true,
);

export const commands = {
  init: createCommand({
    params: { json: toggle('print JSON once the file is written') },
    example: 'holdfast init',
    run: async ({ json }, context) => {
      const { terminal, host, paths } = context;
      if (host.files.stamp(paths.configFile) !== undefined) throw configIsThere(context);
      if (!terminal.isInteractive) throw noTerminal(paths);
      const found = findKeys(context);
      const answers = await askAll(context, found);
      await writeAnswers(context, { ...answers, found });
      terminal.talk(`${paths.configFile} is written\n`);
      const exit = await finishInit(
        json ? { ...terminal, out: () => undefined } : terminal,
        answers,
        found,
      );
      for (const line of describeLogins(readUserHome(host), answers, found)) terminal.talk(line);
      const { chosen, model, secret } = answers;
      const facts = { main: `${chosen.name}/${model}`, hasKey: secret !== '' && exit === 0 };
      return { json: { schema: 'holdfast.init/1', path: paths.configFile, ...facts }, exit };
    },
  }),
};

interface Answers {
  readonly chosen: Chosen;
  readonly model: string;
  /** Empty if no key was entered. */
  readonly secret: string;
}

/** Asks everything before writing, so that Ctrl-C leaves nothing behind. */
function askAll(context: CommandContext, found: FoundKeys): Promise<Answers> {
  const { terminal, host } = context;
  return untilSignal(terminal, async (signal) => {
    const ask = (prompt: string): Promise<string> => terminal.readLine(prompt, signal);
    const questions = { host, signal, ask, talk: (text: string) => terminal.talk(text) };
    const provider = await askWhichProvider(questions, found);
    const parts = await askParts(questions, provider, placesOf(context));
    const { chosen, model } = await chooseModel(questions, { ...provider, parts });
    return { chosen, model, secret: await askKey(terminal, chosen, found) };
  });
}

function configIsThere(context: CommandContext): AccessError {
  readOwnConfig(context);
  return mistake(
    `${context.paths.configFile} already exists and was not changed`,
    'change it: holdfast config set KEY VALUE, holdfast fallback add PROVIDER/MODEL',
  );
}

function noTerminal({ configFile }: CommandContext['paths']): AccessError {
  const fix = `write ${configFile} by two commands: holdfast config set main deepseek/deepseek-flash && holdfast auth add deepseek < key-file`;
  return mistake('init is interactive and needs a terminal', fix);
}

/** Maps each vendor to the variable that has a key for it, in the order of the catalogue. */
type FoundKeys = ReadonlyMap<string, string>;

function placesOf({ host, paths }: CommandContext): VariablePlaces {
  const { environment, files } = host;
  return { dotenv: createDotenv(host, paths.dotenvFile), environment, files };
}

function findKeys(context: CommandContext): FoundKeys {
  const places = placesOf(context);
  return new Map(
    known.flatMap(({ name, keyVariables }) => {
      const variable = keyVariables.find((one) => lookupVariable(places, one)?.trim());
      return variable === undefined ? [] : [[name, variable] as const];
    }),
  );
}

const defaultProvider = 'deepseek';

async function askWhichProvider({ ask, talk }: InitQuestions, found: FoundKeys): Promise<Chosen> {
  const wished =
    [...found.keys()].find((name) => entryOf(name)?.defaultModel !== undefined) ?? defaultProvider;
  talk(`Providers: ${known.map(({ name }) => name).join(', ')}\n`);
  for (const [name, variable] of found) talk(`  ${variable} has a key for ${name}\n`);
  for (;;) {
    const said = (
      await ask(`1. Provider, or the URL of a server of your own [${wished}]: `)
    ).trim();
    const chosen = readProvider(said === '' ? wished : said);
    if (typeof chosen !== 'string') return chosen;
    talk(`   ${chosen}\n`);
  }
}

/** Returns the chosen provider, or a message that says why the word is invalid. */
function readProvider(said: string): Chosen | string {
  if (isAddress(said)) {
    const judged = judgeBaseUrl(said);
    if (!judged.isValid) return `${judged.message}: ${judged.fix}`;
    return { name: 'own', baseUrl: judged.baseUrl };
  }
  const entry = entryOf(said);
  if (entry !== undefined) return { name: entry.name, entry };
  const names = known.map(({ name }) => name);
  return [`there is no provider ${said}`, askWhetherMeant(said, names) ?? []].flat().join('; ');
}

/** Asks for the parts of its address that no variable names. */
async function askParts(
  { ask, talk }: InitQuestions,
  { entry }: Chosen,
  places: VariablePlaces,
): Promise<Readonly<Record<string, string>>> {
  const parts: Record<string, string> = {};
  const [address = ''] = Object.values(entry?.origins ?? {});
  for (const [name, variables] of Object.entries(entry?.parts ?? {})) {
    const isNamed = variables.some((variable) => lookupVariable(places, variable)?.trim());
    while (!isNamed && parts[name] === undefined) {
      const said = (await ask(`   Its ${name}, as in ${new URL(address).origin}: `)).trim();
      if (isPart(said)) parts[name] = said;
      else talk('   enter one word of small letters, digits and hyphens\n');
    }
  }
  return parts;
}

function entryOf(name: string): ProviderEntry | undefined {
  return known.find((entry) => entry.name === name);
}

async function writeAnswers(
  context: CommandContext,
  { chosen, model, secret, found }: Answers & { readonly found: FoundKeys },
): Promise<void> {
  const { name, entry, baseUrl, parts = {} } = chosen;
  const variable = entry?.isKeyless ? undefined : entry?.keyVariables[0];
  const text = writeFirstConfig(schemaPath(), {
    provider: name,
    model,
    server: baseUrl === undefined ? undefined : { baseUrl, needsKey: secret !== '' },
    variable,
    parts,
    spare: nameSpare(name, found),
  });
  await changeConfig(context, (before) => {
    if (before !== undefined) throw configIsThere(context);
    return text;
  });
}

/** Suggests another vendor that has a key, else a well-known one. */
function nameSpare(chosen: string, found: FoundKeys): string {
  const names = [...found.keys(), 'openai', 'anthropic'].filter((name) => name !== chosen);
  const entry = names.map(entryOf).find((one) => one?.defaultModel !== undefined);
  return `${entry?.name}/${entry?.defaultModel}`;
}

async function askKey(
  terminal: Terminal,
  { name, entry }: Chosen,
  found: FoundKeys,
): Promise<string> {
  if (entry?.isKeyless) return '';
  const place = entry?.links.keys === undefined ? '' : ` (made at ${entry.links.keys})`;
  terminal.talk(
    `3. Key for ${name}${place}; press Enter ${describeEnter({ entry, variable: found.get(name) })}\n`,
  );
  return (await terminal.readSecret('   key, not shown: ')).trim();
}

function describeEnter({
  entry,
  variable,
}: Pick<Chosen, 'entry'> & { readonly variable: string | undefined }): string {
  if (entry === undefined) return 'if it needs no key';
  return variable === undefined ? 'to add one later' : `to use the one in ${variable}`;
}

/** Tests and stores the key as `auth add` does, with mode 0600. */
async function finishInit(
  terminal: Terminal,
  { chosen: { name, entry }, secret }: Answers,
  found: FoundKeys,
): Promise<number> {
  if (secret !== '') {
    const typed = { ...terminal, readSecret: async () => secret };
    const status = await auth.add.run({ provider: name, verify: true }, typed);
    if (status !== 0) return status;
  } else if (entry !== undefined && !entry.isKeyless && !found.has(name)) {
    terminal.talk(
      `no model can be asked before there is a key: set ${entry.keyVariables[0]}, or ${shellLine`holdfast auth add ${name}`}\n`,
    );
  }
  terminal.talk(
    'next: holdfast chat, or holdfast serve for agents; for a second provider holdfast fallback add PROVIDER/MODEL\n',
  );
  return 0;
}

/** Says how the login of a subscription stays in use, of agents that are here or lack a key. */
function describeLogins(
  user: UserHome,
  { chosen, secret }: Answers,
  found: FoundKeys,
): readonly string[] {
  const isKeyless = secret === '' && !found.has(chosen.name);
  const able = agents.filter(
    (agent) =>
      agent.login !== undefined &&
      (findAgent(user, agent) !== undefined || (isKeyless && agent.login.provider === chosen.name)),
  );
  if (able.length === 0) return [];
  const titles = able.map(({ title }) => title).join(' or ');
  const lines = able.map(({ name }) => shellLine`holdfast connect ${name} --login chain`);
  return [`a subscription in ${titles} needs no key here: ${lines.join(', ')}\n`];
}
