/**
 * `holdfast doctor` checks everything that a request needs, and prints only problems, each with its
 * evidence and a command that fixes it.
 */

import { exitOf } from '../../explain/doctor/troubles.ts';
import { createCommand, json, textOption, toggle } from '../context/command.ts';
import { withReadings } from '../context/readings.ts';
import { untilSignal } from '../context/with-runtime.ts';
import type { DoctorReport } from '../doctor/doctor-checks.ts';
import { troubleLines } from '../terminal/plan-lines.ts';

export const commands = {
  doctor: createCommand({
    params: {
      live: toggle('also send one small request with each key; announces it first'),
      gateway: textOption('url', 'the gateway to look at; default: that of this home'),
      json,
    },
    exits: {
      1: 'something is wrong',
      3: 'the configuration is invalid',
      4: 'a task cannot be answered',
    },
    example: 'holdfast doctor --live',
    run: (args, context) =>
      withReadings(context, args.gateway, (readings) =>
        untilSignal(context.terminal, async (signal) => {
          const { examineAll } = await import('../doctor/doctor-checks.ts');
          const report = await examineAll({
            ...context,
            isLive: args.live,
            readings,
            signal,
          });
          const json = { schema: 'holdfast.doctor/2', from: readings.from, ...report } as const;
          return { json, out: describeFindings(report), exit: exitOf(report.troubles) };
        }),
      ),
  }),
};

/** Without problems it prints one line. */
function describeFindings({ troubles, passed, notChecked }: DoctorReport): string {
  const open = notChecked.length === 0 ? '' : `; not checked: ${notChecked.join(', ')}`;
  return `${troubles.map(troubleLines).join('')}${passed} checks passed${open}\n`;
}
