/** `holdfast connect`: which agents are here, and the settings that point one at the gateway: shown, written, taken back. */

import { agents } from '../../connect/agents/agents.ts';
import { carryOut, notePath, undo, type WrittenFile } from '../../connect/carry-out.ts';
import { listAgents } from '../../connect/list.ts';
import { type ConnectPlan, type PlanScene, planConnection } from '../../connect/plan.ts';
import type { Agent } from '../../connect/settings.ts';
import { dropAgentKey, keepAgentKey } from '../../gateway/agent-key.ts';
import { suggestAliases } from '../alias-lines.ts';
import { parseBudget } from '../budget.ts';
import { createCommand, type Given, json, optional, parsed, toggle } from '../command.ts';
import { type ConnectScene, openConnectScene } from '../connect-scene.ts';
import { mistake } from '../mistake.ts';
import { printJson, type Terminal } from '../terminal.ts';

const takes = {
  agent: optional('agent', agents.map(({ name }) => name).join(', ')),
  write: toggle('write its settings; the old file is kept beside it'),
  dryRun: toggle('show what --write would change'),
  budget: parsed('amount', 'what its key may spend, such as 1usd/day', parseBudget),
  undo: { ...toggle('put back what stood there before'), conflicts: ['write', 'dryRun'] },
  json,
};

export const commands = {
  connect: createCommand({ takes, example: 'holdfast connect claude --write', run: connect }),
};

type ConnectFlags = Given<typeof takes>;

async function connect(terminal: Terminal, options: ConnectFlags): Promise<number> {
  const scene = await openConnectScene();
  try {
    if (options.agent === undefined) showList(terminal, scene, options);
    else if (options.undo) await takeBack(terminal, scene, { agent: findAgentNamed(options.agent), options });
    else await connectOne(terminal, scene, { agent: findAgentNamed(options.agent), options });
    return 0;
  } finally {
    await scene.close();
  }
}

function findAgentNamed(name: string): Agent {
  const agent =
    agents.find((one) => one.name === name) ?? agents.find(({ programs }) => programs.includes(name));
  if (agent !== undefined) return agent;
  throw mistake(
    `${name} is no agent that we know`,
    `name one of ${agents.map((one) => one.name).join(', ')}; any other takes the address and a key: holdfast connect openai`,
  );
}

function showList(terminal: Terminal, scene: ConnectScene, { json }: ConnectFlags): void {
  const listed = listAgents(agents, scene);
  if (json) {
    printJson(terminal, 'holdfast.connect-list/1', { agents: listed });
    return;
  }
  const found = listed.filter(({ path }) => path !== undefined);
  for (const { name, title, path, state } of found)
    terminal.out(`${name.padEnd(10)} ${title.padEnd(14)} ${state.padEnd(13)} ${path}\n`);
  const others = listed.filter(({ path }) => path === undefined).map(({ name }) => name);
  terminal.talk(found.length === 0 ? 'no agent is found here\n' : '');
  terminal.talk(`also known: ${others.join(', ')}\nto see the settings of one: holdfast connect NAME\n`);
}

interface ConnectRequest {
  readonly agent: Agent;
  readonly options: ConnectFlags;
}

async function connectOne(
  terminal: Terminal,
  scene: ConnectScene,
  { agent, options }: ConnectRequest,
): Promise<void> {
  const mayWrite = options.write === true && options.dryRun !== true;
  const shown = planConnection(agent, planSceneOf(scene, agent));
  const { plan, written } = mayWrite
    ? await writeConnection(scene, { agent, options })
    : { plan: shown, written: [] };
  const aliasLines = suggestAliases(plan.aliases, scene);
  if (options.json) {
    const { shell, notes } = plan;
    const files = plan.files.map(({ path, settings, diff }) => ({ path, settings, diff }));
    const { url } = scene.gateway;
    printJson(terminal, 'holdfast.connect/1', {
      agent: agent.name,
      url,
      files,
      written,
      shell,
      notes,
      aliasLines,
    });
    return;
  }
  showPlan(terminal, plan, options);
  for (const line of plan.notes) terminal.talk(`note: ${line}\n`);
  if (aliasLines.length > 0)
    terminal.talk(
      `for the models that it asks for by name:\n${aliasLines.map((line) => `  ${line}\n`).join('')}`,
    );
  terminal.talk(describeEnd(agent, plan, { written, isAsked: mayWrite }));
}

function planSceneOf(scene: ConnectScene, agent: Agent): PlanScene {
  return { user: scene.user, files: scene.host.files, ...scene.placeOf(agent) };
}

/** With a key of the agent's own; one that was made for nothing is ended again. */
async function writeConnection(
  scene: ConnectScene,
  { agent, options: { budget } }: ConnectRequest,
): Promise<{ readonly plan: ConnectPlan; readonly written: readonly WrittenFile[] }> {
  const place = scene.keyPlaceOf(agent);
  const { name } = agent;
  const made = agent.sharesKey === true ? undefined : await keepAgentKey(place, { name, budget });
  try {
    const plan = planConnection(agent, planSceneOf(scene, agent));
    return { plan, written: carryOut(scene.host, plan.files, notePath(scene.stateFolder, name)) };
  } catch (error) {
    if (made?.isNew === true) await dropAgentKey(place);
    throw error;
  }
}

/** The settings by themselves, or the difference they make to what is there. */
function showPlan(terminal: Terminal, { files, shell }: ConnectPlan, options: ConnectFlags): void {
  const hasDiff = options.write === true || options.dryRun === true;
  for (const { path, settings, diff } of files) {
    if (hasDiff) terminal.out(diff);
    else terminal.out(`# ${path}\n${settings}\n`);
  }
  if (shell.length > 0) terminal.out(`# in the shell that starts it\n${shell.join('\n')}\n`);
}

function describeEnd(
  { name, title, sharesKey }: Agent,
  { files }: ConnectPlan,
  { written, isAsked }: { readonly written: readonly WrittenFile[]; readonly isAsked: boolean },
): string {
  if (files.length === 0) {
    const key =
      isAsked || sharesKey === true ? '' : `; a key of its own for them: holdfast connect ${name} --write`;
    return `no file of ${title} is touched: the lines above are all it takes${key}\n`;
  }
  if (files.every(({ diff }) => diff === '')) return `${title} is connected already\n`;
  if (!isAsked) return `nothing is written; to write it: holdfast connect ${name} --write\n`;
  const lines = written.map(({ path, backup }) =>
    backup === undefined ? `${path} is made\n` : `${path} is written; the old one is ${backup}\n`,
  );
  return `${lines.join('')}to take it back: holdfast connect ${name} --undo\n`;
}

async function takeBack(
  terminal: Terminal,
  scene: ConnectScene,
  { agent, options }: ConnectRequest,
): Promise<void> {
  const paths = undo(scene.host, notePath(scene.stateFolder, agent.name));
  const revoked = await dropAgentKey(scene.keyPlaceOf(agent));
  if (paths.length === 0 && revoked === undefined)
    throw mistake(
      `nothing was written for ${agent.name}, so there is nothing to undo`,
      'name one of those that `holdfast connect` calls connected',
    );
  if (options.json) {
    printJson(terminal, 'holdfast.connect-undo/1', { agent: agent.name, restored: paths, revoked });
    return;
  }
  for (const path of paths) terminal.talk(`${path} is as it was before\n`);
  if (revoked !== undefined) terminal.talk(`the key ${revoked} is revoked\n`);
}
