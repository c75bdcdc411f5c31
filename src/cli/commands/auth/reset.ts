/**
 * `holdfast auth reset` removes the marks that hold keys back, here and in every running gateway,
 * and lists them.
 */

import type { Host } from '../../../host.ts';
import type { Mark } from '../../../model/failure.ts';
import type { Runtime, RuntimeOptions } from '../../../runtime.ts';
import { nameMember } from '../../../store/fleet/describe-fleet.ts';
import type { Untold } from '../../../store/fleet/open-fleet.ts';
import { createCommand, json, keyName, toggle } from '../../context/command.ts';
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

/** Undefined outside a fleet. A gateway of this home knows the others longer than a command. */
async function findUntold(runtime: Runtime, host: Host): Promise<Untold | undefined> {
  const untold = await runtime.fleet()?.findUntold();
  if (untold?.alone === undefined || untold.members.length > 0) return untold;
  const { askOwnGateway } = await import('../../context/readings.ts');
  const members = (await askOwnGateway(host))?.self.fleet?.members ?? [];
  return { ...untold, members: members.filter(({ isSelf }) => !isSelf) };
}

function describeUntold(untold: Untold | undefined): readonly string[] {
  if (untold === undefined) return [];
  const { alone, members } = untold;
  const names = members.map(nameMember).join(', ');
  if (alone !== undefined)
    return [
      `not told: ${names || 'all other members'}; the engine cannot be used (${alone}). They hear of it when it can`,
    ];
  if (names === '') return [];
  return [`not confirmed by ${names}: who is there hears of it, and who is away when it is back`];
}

/** A fault of the state file is the error of this command. */
const silently: RuntimeOptions = { onEvent: () => undefined };

function describeCleared({ cause, scope, until, evidence }: Mark, now: number): string {
  const what = Object.entries(scope).map(([field, value]) => `${field} ${value}`);
  const said = evidence === '' ? '' : `: "${evidence}"`;
  return `${cause} on ${what.join(', ')} (${describeEnd(until, now)})${said}`;
}
