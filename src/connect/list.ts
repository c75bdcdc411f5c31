/**
 * Lists every supported agent: whether it is installed, and whether it uses the gateway already.
 */

import type { Host } from '../host.ts';
import { type ConnectPlanContext, planConnection } from './plan.ts';
import type { Agent } from './settings.ts';
import { findAgent } from './user-home.ts';
import { notePath } from './write-files.ts';

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
    const { user, host, stateFolder } = context;
    const facts = { user, files: host.files, ...context.placeOf(agent) };
    const plans = (agent.login === undefined ? [false] : [false, true]).map((withLogin) =>
      planConnection(agent, { ...facts, withLogin }),
    );
    if (plans.some(({ files }) => files.length === 0)) return 'by-hand';
    if (plans.some(({ files }) => files.every(({ diff }) => diff === ''))) return 'connected';
    const wasWritten = host.files.stamp(notePath(stateFolder, agent.name)) !== undefined;
    return wasWritten ? 'outdated' : 'not-connected';
  } catch {
    return 'cannot-read'; // `connect NAME` reports what is wrong
  }
}
