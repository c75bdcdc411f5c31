/**
 * `holdfast auth list` shows every key in the order of use, with its state, which source shadows
 * which, and where a key was looked for that is not there.
 */

import type { PoolReport } from '../../../diagnostics/key-report.ts';
import { RequestError } from '../../../errors.ts';
import type { Runtime } from '../../../runtime.ts';
import { createCommand, json, keyName, type Printout } from '../../context/command.ts';
import { askOwnGateway } from '../../context/readings.ts';
import { withState } from '../../context/with-runtime.ts';
import { describePool, describeUnused } from '../../terminal/key-lines.ts';
import type { CommandContext } from '../../terminal/terminal.ts';

export const commands = {
  list: createCommand({
    params: { name: keyName, json },
    example: 'holdfast auth list deepseek',
    run: ({ name }, context) => {
      const list = async (runtime: Runtime, signal: AbortSignal): Promise<Printout> => {
        const unused = runtime.keys.unused(name);
        const asked = { name, signal, isKept: unused.length > 0 };
        const found = await addLimits(context, await reportPools(runtime, asked));
        const pools = found.map((pool) => ({ ...pool, notes: listNotes(runtime, pool) }));
        const warnings = runtime.warnings();
        const now = runtime.host.clock.now();
        const kept = unused.length > 0 ? [describeUnused(unused)] : [];
        return {
          json: { schema: 'holdfast.auth-list/2', pools, unused, warnings },
          out: [...pools.map((pool) => describePool(pool, now)), ...kept],
          talk: warnings.map(({ text }) => `warning: ${text}`),
        };
      };
      return withState(context, list, { mayBeBroken: true });
    },
  }),
};

function listNotes({ keys }: Runtime, pool: PoolReport): readonly string[] {
  if (pool.keys.length > 0) return keys.ignored(pool.name);
  return [`no key: ${keys.describeAbsence(pool.name)?.detail ?? 'none is needed'}`];
}

/** Returns an empty list for a name that only matches keys no request uses. */
async function reportPools(
  { keys }: Runtime,
  asked: {
    readonly name: string | undefined;
    readonly signal: AbortSignal;
    readonly isKept: boolean;
  },
): Promise<readonly PoolReport[]> {
  try {
    return await keys.report(asked);
  } catch (error) {
    if (asked.isKept && error instanceof RequestError) return [];
    throw error;
  }
}

/** Only the running gateway has seen answers, which say how much of a limit is left. */
async function addLimits(
  { host }: Pick<CommandContext, 'host'>,
  pools: readonly PoolReport[],
): Promise<readonly PoolReport[]> {
  const { credentials = [] } = (await askOwnGateway(host)) ?? {};
  const known = new Map(credentials.map((one) => [`${one.id} ${one.fingerprint}`, one]));
  return pools.map((pool) => ({
    ...pool,
    keys: pool.keys.map((row) => {
      const { windows = row.windows, logins } = known.get(`${row.id} ${row.fingerprint}`) ?? {};
      return { ...row, windows, logins };
    }),
  }));
}
