/**
 * Lists every supported agent: whether it is installed, and whether it uses the gateway already.
 */

import type { Host } from '../host.ts';
import { type ConnectPlanContext, planConnection } from './plan.ts';
import type { Agent } from './settings.ts';
import { findAgent } from './user-home.ts';

export interface ListedAgent {
  readonly name: string;
  readonly title: string;
  /** Absent: it was not found. */
  readonly path?: string;
  /**
   * `by-hand`: its settings are in no file that we read. `cannot-read`: its settings are broken.
   */
  readonly state: 'connected' | 'not-connected' | 'by-hand' | 'cannot-read';
}

interface ListContext extends Pick<ConnectPlanContext, 'user'> {
  readonly host: Host;
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
    const { user, host } = context;
    const { files } = planConnection(agent, { user, files: host.files, ...context.placeOf(agent) });
    if (files.length === 0) return 'by-hand';
    return files.every(({ diff }) => diff === '') ? 'connected' : 'not-connected';
  } catch {
    return 'cannot-read'; // `connect NAME` reports what is wrong
  }
}
