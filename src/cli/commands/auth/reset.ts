/** `holdfast auth reset`: ends what holds keys back, here and in every running gateway, and says what that was. */

import type { Mark } from '../../../model/failure.ts';
import { describeEnd } from '../../key-lines.ts';
import { printJson, type Terminal } from '../../terminal.ts';
import { withRuntime } from '../../with-runtime.ts';

export async function authReset(
  terminal: Terminal,
  name: string | undefined,
  options: { readonly json?: boolean; readonly dryRun?: boolean },
): Promise<number> {
  return withRuntime(terminal, {}, async (runtime, signal) => {
    const { dryRun = false } = options;
    const cleared = await runtime.keys.reset({ signal, dryRun, ...(name === undefined ? {} : { name }) });
    const now = runtime.host.clock.now();
    if (options.json === true) {
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
