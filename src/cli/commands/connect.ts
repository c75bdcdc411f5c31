/**
 * `holdfast connect` lists the agents on this machine, and shows, writes or removes the settings
 * that point one at the gateway.
 */

import { askWhetherMeant } from '../../config/schema/nearest.ts';
import { agents } from '../../connect/agents/agents.ts';
import { listAgents } from '../../connect/list.ts';
import { type ConnectPlan, type ConnectPlanContext, planConnection } from '../../connect/plan.ts';
import type { Agent } from '../../connect/settings.ts';
import {
  notePath,
  type UndoneFile,
  undo,
  type WrittenFile,
  writePlannedFiles,
} from '../../connect/write-files.ts';
import { formatFix } from '../../errors.ts';
import { dropAgentKey, keepAgentKey } from '../../gateway/agent-key.ts';
import { readRunFile } from '../../gateway/run-file.ts';
import { findDetour } from '../../host/around-proxy.ts';
import { parseBudget } from '../context/budget.ts';
import {
  type Args,
  choice,
  createCommand,
  json,
  optionalText,
  type Printout,
  parsed,
  toggle,
} from '../context/command.ts';
import { type ConnectContext, openConnectContext } from '../context/connect-context.ts';
import {
  type AfterLogin,
  afterLogin,
  suggestAliases,
  suggestLogin,
} from '../context/connect-lines.ts';
import { mistake } from '../context/mistake.ts';
import { isRunning } from '../context/readings.ts';
import type { CommandContext } from '../terminal/terminal.ts';

const params = {
  agent: optionalText('agent', agents.map(({ name }) => name).join(', ')),
  write: toggle('write its settings; keeps a backup of the old file'),
  dryRun: toggle('show what --write would change'),
  login: choice(
    'after',
    'keep its own login; once its plan is used up: chain asks your other models, none asks nobody',
    {
      choices: afterLogin,
    },
  ),
  budget: parsed('amount', 'what its key may spend, such as 1usd/day', parseBudget),
  undo: {
    ...toggle('take its settings out again and revoke its key'),
    conflicts: ['write', 'dryRun'],
  },
  json,
};

export const commands = {
  connect: createCommand({ params, example: 'holdfast connect claude --write', run: connectAgent }),
};

type ConnectFlags = Args<typeof params>;

async function connectAgent(options: ConnectFlags, shell: CommandContext): Promise<Printout> {
  const context = await openConnectContext(shell, options.undo, await findRunning(shell));
  if (options.agent === undefined) return describeList(context);
  const agent = findAgentNamed(options.agent);
  return options.undo ? undoConnection(context, agent) : connectOne(context, agent, options);
}

/** The address of this home's gateway, which a variable of this shell may not know. */
async function findRunning({ host, paths }: CommandContext): Promise<string | undefined> {
  const running = readRunFile(host, paths.runFile);
  return running !== undefined && (await isRunning(running)) ? running.url : undefined;
}

function findAgentNamed(name: string): Agent {
  const agent =
    agents.find((one) => one.name === name) ??
    agents.find(({ programs }) => programs?.includes(name));
  if (agent !== undefined) return agent;
  const names = agents.map((one) => one.name);
  const meant = askWhetherMeant(name, names);
  throw mistake(
    `${name} is an unknown agent`,
    `${meant === undefined ? '' : `${meant} Otherwise `}name one of ${names.join(', ')}; any other takes the address and a key: holdfast connect openai`,
  );
}

function describeList(context: ConnectContext): Printout {
  const listed = listAgents(agents, context);
  const found = listed.filter(({ path }) => path !== undefined);
  const others = listed.filter(({ path }) => path === undefined).map(({ name }) => name);
  return {
    json: { schema: 'holdfast.connect-list/1', agents: listed },
    out: found.map(
      ({ name, title, path, state }) =>
        `${name.padEnd(10)} ${title.padEnd(14)} ${state.padEnd(13)} ${path}`,
    ),
    talk: [
      ...(found.length === 0 ? ['no agent was found on this machine'] : []),
      `also known: ${others.join(', ')}`,
      'to see the settings of one: holdfast connect NAME',
    ],
  };
}

async function connectOne(
  context: ConnectContext,
  agent: Agent,
  options: ConnectFlags,
): Promise<Printout> {
  const isAsked = options.write && !options.dryRun;
  if (options.login !== undefined && agent.login === undefined) throw hasNoLogin(agent);
  const shown = planConnection(agent, planContextOf(context, agent, options));
  const { plan, written } = isAsked
    ? await writeConnection(context, agent, options)
    : { plan: shown, written: [] };
  const { shell, notes } = plan;
  const { url } = context.gateway;
  const files = plan.files.map(({ path, settings, diff }) => ({ path, settings, diff }));
  const loginLines =
    options.login && agent.login ? suggestLogin(agent.login.provider, options.login, context) : [];
  const aliasLines = [...loginLines, ...suggestAliases(plan.aliases, context)];
  const forWhat =
    loginLines.length === 0 ? 'for the models that it asks for by name' : 'for its login';
  const aliasHead = aliasLines.length === 0 ? [] : [`${forWhat}:`];
  return {
    json: {
      schema: 'holdfast.connect/1',
      agent: agent.name,
      url,
      files,
      written,
      shell,
      notes,
      aliasLines,
    },
    out: describeConnectPlan(plan, options),
    talk: [
      ...notes.map((line) => `note: ${line}`),
      ...aliasHead,
      ...aliasLines.map((line) => `  ${line}`),
      ...describeConnected(agent, plan, { written, isAsked, login: options.login }),
      ...describeDetour(context),
    ],
  };
}

/** The agent is probably started in this shell. */
function describeDetour({ host, gateway }: ConnectContext): readonly string[] {
  const detour = findDetour(host.environment, gateway.url);
  return detour === undefined ? [] : [`note: ${detour.what}; ${formatFix(detour.fix)}`];
}

function hasNoLogin({ name, title }: Agent): Error {
  const able = agents.filter(({ login }) => login !== undefined);
  return mistake(
    `${title} has no login of its own that may go through a gateway`,
    `leave out --login: holdfast connect ${name}; with one there are ${able.map((one) => one.name).join(', ')}`,
  );
}

function planContextOf(
  context: ConnectContext,
  agent: Agent,
  { login }: Pick<ConnectFlags, 'login'>,
): ConnectPlanContext {
  const withLogin = login !== undefined;
  return { user: context.user, files: context.host.files, ...context.placeOf(agent), withLogin };
}

/** Makes a key for the agent, and revokes it again if writing fails. */
async function writeConnection(
  context: ConnectContext,
  agent: Agent,
  { budget, login }: ConnectFlags,
): Promise<{ readonly plan: ConnectPlan; readonly written: readonly WrittenFile[] }> {
  const place = context.keyPlaceOf(agent);
  const { name } = agent;
  const made = agent.sharesKey === true ? undefined : await keepAgentKey(place, { name, budget });
  try {
    const plan = planConnection(agent, planContextOf(context, agent, { login }));
    const named =
      made === undefined || made.name === name
        ? []
        : [`its key is called ${made.name}: another key of the fleet is called ${name}`];
    return {
      plan: { ...plan, notes: [...plan.notes, ...named] },
      written: writePlannedFiles(context.host, plan.files, notePath(context.stateFolder, name)),
    };
  } catch (error) {
    if (made?.isNew === true) await dropAgentKey(place);
    throw error;
  }
}

/** Shows the settings alone, or as a diff against the existing files. */
function describeConnectPlan({ files, shell }: ConnectPlan, options: ConnectFlags): string {
  const hasDiff = options.write || options.dryRun;
  const texts = files.map(({ path, settings, diff }) =>
    hasDiff ? diff : `# ${path}\n${settings}\n`,
  );
  const lines = shell.length === 0 ? [] : [`# in the shell that starts it\n${shell.join('\n')}\n`];
  return [...texts, ...lines].join('');
}

interface Connected {
  readonly written: readonly WrittenFile[];
  readonly isAsked: boolean;
  readonly login: AfterLogin | undefined;
}

function describeConnected(
  { name, title, sharesKey }: Agent,
  { files }: ConnectPlan,
  { written, isAsked, login }: Connected,
): readonly string[] {
  const line = login === undefined ? name : `${name} --login ${login}`;
  if (files.length === 0) {
    const key =
      isAsked || sharesKey === true
        ? ''
        : `; a key of its own for them: holdfast connect ${name} --write`;
    return [`no file of ${title} is changed: the lines above are all it needs${key}`];
  }
  if (files.every(({ diff }) => diff === '')) return [`${title} is connected already`];
  if (!isAsked) return [`nothing is written; to write it: holdfast connect ${line} --write`];
  const lines = written.map(({ path, backup }) =>
    backup === undefined ? `${path} is made` : `${path} is written; the old one is ${backup}`,
  );
  return [...lines, `to undo it: holdfast connect ${name} --undo`];
}

/** The key is revoked whatever became of the files. */
async function undoConnection(context: ConnectContext, agent: Agent): Promise<Printout> {
  const revoked = await dropAgentKey(context.keyPlaceOf(agent));
  const files = undo(context.host, notePath(context.stateFolder, agent.name));
  if (files.length === 0 && revoked === undefined)
    throw mistake(
      `nothing was written for ${agent.name}, so there is nothing to undo`,
      'choose one that `holdfast connect` lists as connected',
    );
  return {
    json: { schema: 'holdfast.connect-undo/2', agent: agent.name, files, revoked },
    talk: [
      ...files.flatMap(describeUndone),
      ...(revoked === undefined ? [] : [`the key ${revoked} is revoked`]),
    ],
    exit: files.some(({ problem }) => problem !== undefined) ? 1 : 0,
  };
}

function describeUndone({ path, isRestored, left, problem }: UndoneFile): readonly string[] {
  if (problem !== undefined) return [`${path} is left as it is: ${problem}`];
  if (isRestored) return [`${path} is as it was before`];
  const kept = left.map((key) => `${path} keeps ${key}: its value is not ours any more`);
  return [`${path} has changed since: our settings are taken out of it`, ...kept];
}
