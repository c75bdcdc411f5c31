/**
 * `holdfast key` prints the gateway's key, for agents that run a command to get a key, and manages
 * keys of single callers.
 */

import { allTasks } from '../../config/resolved/all-tasks.ts';
import { askWhetherMeant } from '../../config/schema/nearest.ts';
import type { CallerKey, CallerKeysPlace, KeyScope } from '../../gateway/caller-keys.ts';
import type { Host } from '../../host.ts';
import { defaults } from '../../model/defaults.ts';
import { describeBudget, parseBudget } from '../context/budget.ts';
import {
  type Args,
  choice,
  createCommand,
  dryRun,
  json,
  type Param,
  type Printout,
  parsed,
  parseSpan,
  required,
  textOption,
} from '../context/command.ts';
import { mistake } from '../context/mistake.ts';
import { describeUntold, tellFleet } from '../context/tell-fleet.ts';
import { quietly, withRuntime } from '../context/with-runtime.ts';
import type { CommandContext } from '../terminal/terminal.ts';

const addParams = {
  name: required('caller', 'the name of the caller, as records show it'),
  scope: choice('scope', 'what the key may do: ask models, manage the gateway, or read metrics', {
    choices: ['call', 'admin', 'metrics'],
    default: 'call',
  }),
  tasks: parsed('names', 'the only tasks that it may ask for, separated by commas', parseTasks),
  budget: parsed('amount', 'what it may spend, such as 1usd/day or 200000tokens/hour', parseBudget),
  expires: parsed('span', 'how long the key is valid, such as 12h or 30d', parseSpan),
  json,
};
const setParams = {
  name: required('caller', 'its name in `holdfast key list`'),
  budget: parsed('amount', 'what it may spend, such as 2usd/day; none: no limit', parseNewBudget),
  json,
};

/** The first key stands in the settings of agents, which would have to be told. */
const adminOnly: Param<'admin'> = {
  as: 'argument',
  value: '<key>',
  summary: 'the key of the admin API',
  choices: ['admin'],
};

export const commands = {
  '': createCommand({
    params: { of: textOption('agent', 'the key that `connect` made for this agent'), json },
    example: 'holdfast key',
    run: async ({ of }, context) => {
      const { readGatewayKey } = await import('../../gateway/key.ts');
      const { host, paths } = context;
      const key = of === undefined ? readGatewayKey(host, paths) : await readKeyOf(of, context);
      return { json: { schema: 'holdfast.key/1', key }, out: [key] };
    },
  }),
  add: createCommand({
    params: addParams,
    example: 'holdfast key add codex --expires 30d',
    run: giveCallerKey,
  }),
  set: createCommand({
    params: setParams,
    example: 'holdfast key set codex --budget 2usd/day',
    run: changeCallerKey,
  }),
  list: createCommand({
    params: { json },
    example: 'holdfast key list',
    run: async (_args, context) => {
      const { listCallerKeys } = await import('../../gateway/caller-keys.ts');
      const keys = listCallerKeys(findKeysFile(context));
      const now = context.host.clock.now();
      const first = `(first key)  ${describeRights({ scope: 'call' })}; holdfast key prints it`;
      return {
        json: {
          schema: 'holdfast.key-list/1',
          keys: keys.map(({ hash: _hash, version: _version, ...rest }) => rest),
        },
        out: [first, ...keys.map((key) => `${key.name}  ${describeCallerKey(key, now)}`)],
      };
    },
  }),
  rotate: createCommand({
    params: { key: adminOnly, json },
    example: 'holdfast key rotate admin',
    run: async (_args, { host, paths }) => {
      const { rotateAdminKey } = await import('../../gateway/key.ts');
      const key = rotateAdminKey(host, paths);
      const path = paths.adminKeyFile;
      const untold = await tellFleet(host, { path, key });
      const done = `${path} has a new key: running gateways use it now, and every session of the page has ended`;
      return {
        json: { schema: 'holdfast.key-rotate/1', path, untold },
        out: [done],
        talk: describeUntold(untold),
      };
    },
  }),
  revoke: createCommand({
    params: { name: required('caller', 'its name in `holdfast key list`'), dryRun, json },
    example: 'holdfast key revoke codex',
    run: async ({ name, dryRun }, context) => {
      const { findCallerKey, revokeCallerKey } = await import('../../gateway/caller-keys.ts');
      const place = findKeysFile(context);
      const {
        hash: _hash,
        version: _version,
        ...key
      } = dryRun ? findCallerKey(place, name) : await revokeCallerKey(place, name);
      const untold = dryRun ? undefined : await tellFleet(context.host);
      const done = `${name} is revoked: running gateways refuse it now`;
      return {
        json: { schema: 'holdfast.key-revoke/1', key, dryRun, untold },
        out: [dryRun ? `dry run, ${name} would be revoked` : done],
        talk: describeUntold(untold),
      };
    },
  }),
};

function parseNewBudget(text: string): ReturnType<typeof parseBudget> | 'none' {
  return text === 'none' ? text : parseBudget(text);
}

function parseTasks(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

async function readKeyOf(agent: string, { host, paths }: CommandContext): Promise<string> {
  const { agentKeyPath, isLost, readAgentKey, remakeAgentKey } = await import(
    '../../gateway/agent-key.ts'
  );
  const keyFile = agentKeyPath(paths.stateFolder, agent);
  const found = /^[\w-]+$/.test(agent) ? readAgentKey(host.files, keyFile) : undefined;
  if (found !== undefined) return found;
  if (isLost({ host, path: paths.callerKeysFile, keyFile }, agent))
    throw mistake(`the key ${agent} is not in this home: ${keyFile}`, remakeAgentKey(agent));
  throw mistake(
    `no key was made for ${agent} by connect`,
    `make one: holdfast connect ${agent} --write`,
  );
}

/** The key is printed once; only its hash is stored. */
async function giveCallerKey(
  asked: Args<typeof addParams>,
  context: CommandContext,
): Promise<Printout> {
  const { name, scope, tasks, budget, expires } = asked;
  const { terminal, host } = context;
  await checkAsked(context, { name, scope, tasks });
  const { addCallerKey } = await import('../../gateway/caller-keys.ts');
  const expiresAt = expires === undefined ? undefined : host.clock.now() + expires;
  const facts = { name, scope, tasks: tasks && [...tasks], budget, expiresAt };
  const key = await addCallerKey(findKeysFile(context), facts);
  const untold = await tellFleet(host);
  const told = `${name}: ${describeRights(facts)}. It is shown this once; running gateways take it now.`;
  terminal.talk([told, ...describeUntold(untold), ''].join('\n'));
  return { json: { schema: 'holdfast.key-add/1', key, ...facts, untold }, out: [key] };
}

/** The key itself stays, so its caller changes nothing. */
async function changeCallerKey(
  { name, budget: asked }: Args<typeof setParams>,
  context: CommandContext,
): Promise<Printout> {
  if (asked === undefined)
    throw mistake('there is nothing to change', `holdfast key set ${name} --budget 2usd/day`);
  const { editCallerKey, findCallerKey } = await import('../../gateway/caller-keys.ts');
  const place = findKeysFile(context);
  const budget = asked === 'none' ? undefined : asked;
  await editCallerKey(place, name, { budget });
  const untold = await tellFleet(context.host);
  const { hash: _hash, version: _version, ...key } = findCallerKey(place, name);
  return {
    json: { schema: 'holdfast.key-set/1', key, untold },
    out: [`${name}: ${describeRights(key)}; running gateways take it now`],
    talk: describeUntold(untold),
  };
}

async function checkAsked(
  { terminal, host }: CommandContext,
  { name, scope, tasks }: { name: string; scope: KeyScope; tasks: readonly string[] | undefined },
): Promise<void> {
  if (!/^[A-Za-z0-9][\w.-]{0,63}$/.test(name) || name === 'admin')
    throw mistake(
      name === 'admin'
        ? 'admin is the name of the key in admin.key'
        : `"${name}" cannot name a key`,
      'choose up to 64 letters, digits, dots, hyphens and underscores',
    );
  if (tasks === undefined) return;
  if (scope !== 'call')
    throw mistake(
      `a key of scope ${scope} cannot ask models, so it has no tasks`,
      'leave out --tasks, or --scope',
    );
  if (tasks.length === 0)
    throw mistake('--tasks names no task', 'write --tasks main,title_generation');
  for (const line of await describeUnknownTasks(host, tasks)) terminal.talk(`warning: ${line}\n`);
}

/** Without a usable configuration only the tasks that agents are known to ask for have names. */
async function describeUnknownTasks(
  host: Host,
  tasks: readonly string[],
): Promise<readonly string[]> {
  const usual = ['main', 'batches', ...Object.keys(defaults.taskTimeout)];
  const on = await withRuntime({ ...quietly, host }, (runtime) => [
    ...allTasks(runtime.config()).keys(),
  ]).catch(() => undefined); // commands that need the configuration report it
  return tasks
    .filter((name) => name !== 'batches' && !(on ?? usual).includes(name))
    .flatMap((name) => {
      const nearest = askWhetherMeant(name, [...(on ?? []), ...usual]);
      if (on === undefined && nearest === undefined) return [];
      const what = `no task called ${name} is switched on in the configuration`;
      return [nearest === undefined ? what : `${what}; ${nearest}`];
    });
}

function findKeysFile({ host, paths }: CommandContext): CallerKeysPlace {
  return { host, path: paths.callerKeysFile };
}

type Rights = Pick<CallerKey, 'scope' | 'tasks' | 'budget' | 'expiresAt'>;

function describeRights({ scope, tasks, budget, expiresAt }: Rights): string {
  const only = tasks === undefined ? '' : `, only ${tasks.join(', ')}`;
  const spends = budget === undefined ? '' : `, ${describeBudget(budget)}`;
  return `scope ${scope}${only}${spends}${expiresAt === undefined ? '' : `, until ${toDay(expiresAt)}`}`;
}

function describeCallerKey(key: CallerKey, now: number): string {
  const isOver = key.expiresAt !== undefined && key.expiresAt <= now;
  return `${describeRights(key)}; added ${toDay(key.addedAt)}${isOver ? '; EXPIRED' : ''}`;
}

function toDay(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}
