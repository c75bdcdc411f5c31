/** `holdfast auth list`: every key in the order of use, what health says of it, and which source shadows which. */

import type { PoolReport } from '../../../diagnostics/key-report.ts';
import { RequestError } from '../../../errors.ts';
import type { Runtime } from '../../../runtime.ts';
import { describePool, describeUnused } from '../../key-lines.ts';
import { printJson, type Terminal, tellStoreFaults } from '../../terminal.ts';
import { withRuntime } from '../../with-runtime.ts';

export async function authList(
  terminal: Terminal,
  name: string | undefined,
  options: { readonly json?: boolean },
): Promise<number> {
  return withRuntime(terminal, { onEvent: tellStoreFaults(terminal) }, async (runtime, signal) => {
    const unused = runtime.keys.unused(name);
    const pools = await reportPools(runtime, { name, signal, isKept: unused.length > 0 });
    const warnings = runtime.warnings();
    const now = runtime.host.clock.now();
    if (options.json === true) {
      printJson(terminal, 'holdfast.auth-list/1', { pools, unused, warnings });
      return 0;
    }
    for (const pool of pools) terminal.out(`${describePool(pool, now)}\n`);
    if (unused.length > 0) terminal.out(`${describeUnused(unused)}\n`);
    for (const { text } of warnings) terminal.talk(`warning: ${text}\n`);
    return 0;
  });
}

/** A name that only fits what no request uses is no mistake here. */
async function reportPools(
  { keys }: Runtime,
  asked: { readonly name: string | undefined; readonly signal: AbortSignal; readonly isKept: boolean },
): Promise<readonly PoolReport[]> {
  const { name, signal, isKept } = asked;
  try {
    return await keys.report({ signal, ...(name === undefined ? {} : { name }) });
  } catch (error) {
    if (isKept && error instanceof RequestError) return [];
    throw error;
  }
}
