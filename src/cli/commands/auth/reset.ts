/**
 * `holdfast auth reset` removes the marks that hold keys back, here and in every running gateway,
 * and lists them.
 */

import type { Mark } from '../../../model/failure.ts';
import {
  type Args,
  createCommand,
  json,
  keyName,
  type Printout,
  toggle,
} from '../../context/command.ts';
import { inPlace, withSignal } from '../../context/with-runtime.ts';
import { describeEnd } from '../../terminal/key-lines.ts';
import type { CommandContext } from '../../terminal/terminal.ts';

const params = { name: keyName, dryRun: toggle('only show what would be cleared'), json };

export const commands = {
  reset: createCommand({ params, example: 'holdfast auth reset deepseek', run: runReset }),
};

function runReset(
  { name, dryRun = false }: Args<typeof params>,
  { terminal, host }: CommandContext,
): Promise<Printout> {
  return withSignal(terminal, { ...inPlace, host, onEvent: undefined }, async (runtime, signal) => {
    const cleared = await runtime.keys.reset({ signal, dryRun, name });
    const now = runtime.host.clock.now();
    const done = dryRun ? 'would clear' : 'cleared';
    const nothing = `nothing was held back${name === undefined ? '' : ` for ${name}`}`;
    return {
      json: { schema: 'holdfast.auth-reset/1', cleared, dryRun },
      out: cleared.map((mark) => `${done} ${describeCleared(mark, now)}`),
      talk: cleared.length === 0 ? [nothing] : [],
    };
  });
}

function describeCleared({ cause, scope, until, evidence }: Mark, now: number): string {
  const what = Object.entries(scope).map(([field, value]) => `${field} ${value}`);
  const said = evidence === '' ? '' : `: "${evidence}"`;
  return `${cause} on ${what.join(', ')} (${describeEnd(until, now)})${said}`;
}
