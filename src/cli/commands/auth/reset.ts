/** `holdfast auth reset`: ends what holds keys back, here and in every running gateway, and says what that was. */

import type { Mark } from '../../../model/failure.ts';
import { createRuntime } from '../../../runtime.ts';
import { describeEnd } from '../../key-lines.ts';
import { printJson, type Terminal } from '../../terminal.ts';

export async function authReset(
  terminal: Terminal,
  name: string | undefined,
  options: { readonly json?: boolean },
): Promise<number> {
  const runtime = createRuntime({ store: 'in-place' });
  const caller = new AbortController();
  const stop = terminal.onSignal(['SIGINT', 'SIGTERM'], () => caller.abort());
  try {
    const cleared = await runtime.keys.reset({
      signal: caller.signal,
      ...(name === undefined ? {} : { name }),
    });
    const now = runtime.host.clock.now();
    if (options.json === true) {
      printJson(terminal, 'holdfast.auth-reset/1', { cleared });
      return 0;
    }
    if (cleared.length === 0)
      terminal.talk(`nothing was held back${name === undefined ? '' : ` for ${name}`}\n`);
    for (const mark of cleared) terminal.out(`cleared ${describeCleared(mark, now)}\n`);
    return 0;
  } finally {
    stop();
    await runtime.close();
  }
}

function describeCleared({ cause, scope, until, evidence }: Mark, now: number): string {
  const what = Object.entries(scope).map(([field, value]) => `${field} ${value}`);
  const said = evidence === '' ? '' : `: "${evidence}"`;
  return `${cause} on ${what.join(', ')} (${describeEnd(until, now)})${said}`;
}
