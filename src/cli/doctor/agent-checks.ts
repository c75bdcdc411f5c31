/** Checks the settings that `connect` has written for agents against the gateway as it is now. */

import { agents } from '../../connect/agents/agents.ts';
import { listAgents, readWritten } from '../../connect/list.ts';
import { explainOutdated } from '../../connect/outdated.ts';
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
    .map((one) => ({ ...one, written: readWritten(context, one) }))
    .filter(({ state, written }) =>
      ['outdated', ...(written.length > 0 ? ['cannot-read'] : [])].includes(state),
    )
    .map(({ name, title, path, state, written }) => {
      const whose = `the settings of ${title}${path === undefined ? '' : ` (${path})`}`;
      if (state === 'cannot-read') {
        const command = shellLine`holdfast connect ${name}`;
        const fix = { text: 'see why', command };
        return createTrouble('broken', `${whose} cannot be read`, { fix });
      }
      const what = `${whose} are not those for the gateway at ${context.gateway.url} any more`;
      const evidence = explainOutdated(context.host.files, written);
      const text = `write them again, or take them out (\`holdfast connect ${name} --undo\`)`;
      const command = shellLine`holdfast connect ${name} --write`;
      return createTrouble('odd', what, { evidence, fix: { text, command } });
    });
}
