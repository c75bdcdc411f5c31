/** `holdfast auth reset`: ends what holds keys back, here and in every running gateway, and says what that was. */

import type { Mark } from '../../../model/failure.ts';
import { createCommand, type Given, json, keyName, toggle } from '../../command.ts';
import { describeEnd } from '../../key-lines.ts';
import { printJson, type Terminal } from '../../terminal.ts';
import { inPlace, withSignal } from '../../with-runtime.ts';

const takes = { name: keyName, dryRun: toggle('only say what would be cleared'), json };

export const commands = {
  reset: createCommand({ takes, example: 'holdfast auth reset deepseek', run: reset }),
};

function reset(terminal: Terminal, { name, dryRun = false, json }: Given<typeof takes>): Promise<number> {
  return withSignal(terminal, { ...inPlace, onEvent: undefined }, async (runtime, signal) => {
    const cleared = await runtime.keys.reset({ signal, dryRun, name });
    const now = runtime.host.clock.now();
    if (json) {
      printJson(terminal, 'holdfast.auth-reset/1', { cleared, dryRun });
      return 0;
    }
    if (cleared.length === 0)
      terminal.talk(`nothing was held back${name === undefined ? '' : ` for ${name}`}\n`);
    for (const mark of cleared)
      terminal.out(`${dryRun ? 'would clear' : 'cleared'} ${describeCleared(mark, now)}\n`);
    return 0;
  });
}

function describeCleared({ cause, scope, until, evidence }: Mark, now: number): string {
  const what = Object.entries(scope).map(([field, value]) => `${field} ${value}`);
  const said = evidence === '' ? '' : `: "${evidence}"`;
  return `${cause} on ${what.join(', ')} (${describeEnd(until, now)})${said}`;
}
