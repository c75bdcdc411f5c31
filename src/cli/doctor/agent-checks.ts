/** Checks the settings that `connect` has written for agents against the gateway as it is now. */

import { agents } from '../../connect/agents/agents.ts';
import { listAgents } from '../../connect/list.ts';
import { createTrouble, type Trouble } from '../../explain/doctor/troubles.ts';
import { shellLine } from '../../host/shell-line.ts';
import { openConnectContext } from '../context/connect-context.ts';
import type { HomeContext } from '../terminal/terminal.ts';

/** `running` is the address of the gateway that runs; undefined: the configured one counts. */
export async function judgeAgentSettings(
  home: HomeContext,
  running: string | undefined,
): Promise<readonly Trouble[]> {
  const context = await openConnectContext(home, true, running);
  return listAgents(agents, context)
    .filter(({ state }) => state === 'outdated')
    .map(({ name, title, path }) => {
      const what = `the settings of ${title}${path === undefined ? '' : ` (${path})`} are not those for the gateway at ${context.gateway.url} any more`;
      const evidence = [
        'since `connect` wrote them the address, the key, a setting or the path of this program has changed',
      ];
      const command = shellLine`holdfast connect ${name} --write`;
      return createTrouble('odd', what, { evidence, fix: { text: 'write them again', command } });
    });
}
