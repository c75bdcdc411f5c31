/** `holdfast auth list`: every key in the order of use, what health says of it, and which source shadows which. */

import { describePool } from '../../key-lines.ts';
import { printJson, type Terminal, tellStoreFaults } from '../../terminal.ts';
import { withRuntime } from '../../with-runtime.ts';

export async function authList(
  terminal: Terminal,
  name: string | undefined,
  options: { readonly json?: boolean },
): Promise<number> {
  return withRuntime(terminal, { onEvent: tellStoreFaults(terminal) }, async (runtime, signal) => {
    const pools = await runtime.keys.report({ signal, ...(name === undefined ? {} : { name }) });
    const warnings = runtime.warnings();
    const now = runtime.host.clock.now();
    if (options.json === true) {
      printJson(terminal, 'holdfast.auth-list/1', { pools, warnings });
      return 0;
    }
    for (const pool of pools) terminal.out(`${describePool(pool, now)}\n`);
    for (const { text } of warnings) terminal.talk(`warning: ${text}\n`);
    return 0;
  });
}
