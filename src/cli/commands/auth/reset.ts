/**
 * `holdfast auth reset` removes the marks that hold keys back, here and in every running gateway,
 * and lists them.
 */

import type { Mark } from '../../../model/failure.ts';
import type { RuntimeOptions } from '../../../runtime.ts';
import { createCommand, json, keyName, toggle } from '../../context/command.ts';
import { describeUntold, findUntold } from '../../context/tell-fleet.ts';
import { withState } from '../../context/with-runtime.ts';
import { describeEnd } from '../../terminal/key-lines.ts';

export const commands = {
  reset: createCommand({
    params: { name: keyName, dryRun: toggle('only show what would be cleared'), json },
    example: 'holdfast auth reset deepseek',
    run: ({ name, dryRun }, context) =>
      withState(
        context,
        async (runtime, signal) => {
          const cleared = await runtime.keys.reset({ signal, dryRun, name });
          const now = runtime.host.clock.now();
          const done = dryRun ? 'would clear' : 'cleared';
          const untold = dryRun ? undefined : await findUntold(runtime, context.host);
          const nothing = `nothing was held back${name === undefined ? '' : ` for ${name}`}`;
          return {
            json: { schema: 'holdfast.auth-reset/1', cleared, dryRun, untold },
            out: cleared.map((mark) => `${done} ${describeCleared(mark, now)}`),
            talk: [...(cleared.length === 0 ? [nothing] : []), ...describeUntold(untold)],
          };
        },
        silently,
      ),
  }),
};

/** A fault of the state file is the error of this command. */
const silently: RuntimeOptions = { onEvent: () => undefined };

function describeCleared({ cause, scope, until, evidence }: Mark, now: number): string {
  const what = Object.entries(scope).map(([field, value]) => `${field} ${value}`);
  const said = evidence === '' ? '' : `: "${evidence}"`;
  return `${cause} on ${what.join(', ')} (${describeEnd(until, now)})${said}`;
}
