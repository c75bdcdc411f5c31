/** Checks the settings that `connect` has written for agents against the gateway as it is now. */

import { agents } from '../../connect/agents/agents.ts';
import { type ListedAgent, listAgents, readWritten } from '../../connect/list.ts';
import { explainOutdated } from '../../connect/outdated.ts';
import { planConnection } from '../../connect/plan.ts';
import type { Agent } from '../../connect/settings.ts';
import { createTrouble, type Trouble } from '../../explain/doctor/troubles.ts';
import {
  type AgentKeyPlace,
  findRevokedOf,
  isForgotten,
  isLost,
  remakeAgentKey,
} from '../../gateway/agent-key.ts';
import { shellLine } from '../../host/shell-line.ts';
import { type ConnectContext, openConnectContext } from '../context/connect-context.ts';
import type { HomeContext } from '../terminal/terminal.ts';

/** `running` is the address of the gateway that runs; undefined: the configured one counts. */
export async function judgeAgentSettings(
  home: HomeContext,
  running: string | undefined,
): Promise<readonly Trouble[]> {
  const context = await openConnectContext(home, true, running);
  return agents.flatMap((agent) =>
    listAgents([agent], context).flatMap((one) => [
      ...judgeState(context, agent, one),
      ...judgeRivals(context, agent, one),
    ]),
  );
}

function judgeState(
  context: ConnectContext,
  agent: Agent,
  { name, title, path, state }: ListedAgent,
): readonly Trouble[] {
  const written = readWritten(context, agent);
  const whose = `the settings of ${title}${path === undefined ? '' : ` (${path})`}`;
  if (state === 'cannot-read' && written.length > 0) {
    const command = shellLine`holdfast connect ${name}`;
    const fix = { text: 'see why', command };
    return [createTrouble('broken', `${whose} cannot be read`, { fix })];
  }
  if (state === 'connected' || state === 'not-connected') return judgeKey(context, agent);
  if (state !== 'outdated') return [];
  const what = `${whose} are not those for the gateway at ${context.gateway.url} any more`;
  const evidence = explainOutdated(context.host.files, written);
  const text = `write them again, or take them out (\`holdfast connect ${name} --undo\`)`;
  const command = shellLine`holdfast connect ${name} --write`;
  return [createTrouble('odd', what, { evidence, fix: { text, command } })];
}

/** It was revoked, or the file of callers' keys is not the one that it was written into. */
function judgeKey(context: ConnectContext, agent: Agent): readonly Trouble[] {
  const place = context.keyPlaceOf(agent);
  if (agent.sharesKey === true) return [];
  if (isSo(isLost, place, agent.name)) {
    const what = `the key of ${agent.title} is not in this home: ${place.keyFile}`;
    return [createTrouble('odd', what, { fix: remakeAgentKey(agent.name) })];
  }
  if (!isSo(isForgotten, place, agent.name)) return [];
  const revoked = findRevokedOf(place);
  const why =
    revoked === undefined
      ? `the gateway does not know: it is not in ${place.path}`
      : `was revoked at ${new Date(revoked.revokedAt).toISOString()}`;
  const what = `${agent.title} has a key that ${why}`;
  const command = shellLine`holdfast connect ${agent.name} --write`;
  return [createTrouble('odd', what, { fix: { text: 'give it another', command } })];
}

function isSo(look: typeof isLost, place: AgentKeyPlace, agent: string): boolean {
  try {
    return look(place, agent);
  } catch {
    return false; // what is wrong with the file is told by itself
  }
}

/** What `connect` would only note: the agent reads something else in the place of ours. */
function judgeRivals(
  context: ConnectContext,
  agent: Agent,
  { title, state }: ListedAgent,
): readonly Trouble[] {
  if (state !== 'connected' && state !== 'outdated') return [];
  const { files } = context.host;
  const { rivals, above } = planConnection(agent, {
    user: context.user,
    files,
    ...context.placeOf(agent),
  });
  return [...new Set([...rivals, ...above].map(({ path }) => path))].map((path) => {
    const keys = [...rivals, ...above].filter((one) => one.path === path).map(({ key }) => key);
    const what = `${path} sets ${keys.join(', ')}, which outranks the gateway's settings for ${title}`;
    const text = `remove that; with it ${title} goes elsewhere, or brings another key`;
    return createTrouble('odd', what, { fix: { text } });
  });
}
