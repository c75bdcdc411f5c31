/**
 * Lists every supported agent: whether it is installed, and whether it uses the gateway already.
 */

import type { Host } from '../host.ts';
import { askBy } from './gateway-address.ts';
import { findGone } from './outdated.ts';
import { type ConnectPlanContext, planConnection } from './plan.ts';
import type { Agent } from './settings.ts';
import { findAgent } from './user-home.ts';
import { notePath, readNote, type WrittenFile } from './write-files.ts';

export interface ListedAgent {
  readonly name: string;
  readonly title: string;
  /** Absent: it was not found. */
  readonly path?: string;
  /**
   * `outdated`: `connect` has written its settings, and they are not those of this gateway now.
   * `by-hand`: its settings are in no file that we read. `cannot-read`: its settings are broken.
   */
  readonly state: 'connected' | 'outdated' | 'not-connected' | 'by-hand' | 'cannot-read';
}

export interface ListContext extends Pick<ConnectPlanContext, 'user'> {
  readonly host: Host;
  /** Has the notes of what was written. */
  readonly stateFolder: string;
  /** Returns the gateway's address for an agent, and its key. */
  readonly placeOf: (agent: Agent) => Pick<ConnectPlanContext, 'gateway' | 'key'>;
}

export function listAgents(agents: readonly Agent[], context: ListContext): readonly ListedAgent[] {
  return agents.map((agent) => {
    const { name, title } = agent;
    const path = findAgent(context.user, agent);
    return {
      name,
      title,
      ...(path === undefined ? {} : { path }),
      state: connectionState(agent, context),
    };
  });
}

function connectionState(agent: Agent, context: ListContext): ListedAgent['state'] {
  try {
    const { host, stateFolder } = context;
    const { gateway, key } = context.placeOf(agent);
    const fit = judgePlans(agent, context, { gateway, key });
    if (fit !== undefined) return fit;
    // another Node or launcher has written it, which prints the key as well
    const former = readWritten(context, agent).find(({ keyCommand }) => keyCommand)?.keyCommand;
    const isSame =
      former !== undefined &&
      findGone(host.files, former) === undefined &&
      judgePlans(agent, context, { gateway: askBy(gateway, former), key }) === 'connected';
    if (isSame) return 'connected';
    const wasWritten = host.files.stamp(notePath(stateFolder, agent.name)) !== undefined;
    return wasWritten ? 'outdated' : 'not-connected';
  } catch {
    return 'cannot-read'; // `connect NAME` reports what is wrong
  }
}

/** Undefined: the files have other settings. */
function judgePlans(
  agent: Agent,
  { user, host: { files } }: ListContext,
  place: Pick<ConnectPlanContext, 'gateway' | 'key'>,
): 'connected' | 'by-hand' | undefined {
  const plan = planConnection(agent, { user, files, ...place });
  // what outranks a login is no login
  const login = agent.login && planConnection(agent, { user, files, ...place, withLogin: true });
  const plans = login === undefined || login.rivals.length > 0 ? [plan] : [plan, login];
  if (plans.some((one) => one.files.length === 0)) return 'by-hand';
  const isThere = plans.some((one) => one.files.every(({ diff }) => diff === ''));
  return isThere ? 'connected' : undefined;
}

/** What `connect` noted of an agent; empty for a note that nobody can read. */
export function readWritten(
  { host, stateFolder }: Pick<ListContext, 'host' | 'stateFolder'>,
  { name }: Pick<Agent, 'name'>,
): readonly WrittenFile[] {
  try {
    return readNote(host, notePath(stateFolder, name));
  } catch {
    return []; // `connect --undo` says what is wrong with it
  }
}
