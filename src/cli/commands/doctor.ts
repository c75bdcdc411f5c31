/** `holdfast doctor`: looks at everything that a request needs, and tells only what is wrong, with its evidence and the line that mends it. */

import { exitOf } from '../../explain/troubles.ts';
import { createCommand, type Given, json, type Printout, text, toggle } from '../command.ts';
import type { DoctorReport, DoctorScene } from '../doctor-checks.ts';
import { describeTrouble } from '../plan-lines.ts';
import { withReadings } from '../readings.ts';
import type { Terminal } from '../terminal.ts';
import { untilSignal, withFiles } from '../with-runtime.ts';

const takes = {
  live: toggle('ask each key one small question, which it says beforehand'),
  gateway: text('url', 'the gateway to look at; default: that of this home'),
  json,
};

export const commands = {
  doctor: createCommand({
    takes,
    exits: { 1: 'something is wrong', 3: 'the configuration is', 4: 'a task cannot be answered' },
    example: 'holdfast doctor --live',
    run: doctor,
  }),
};

function doctor(given: Given<typeof takes>, terminal: Terminal): Promise<Printout> {
  return withReadings(terminal, given, (readings) =>
    untilSignal(terminal, (signal) => look(terminal, given, { readings, signal })),
  );
}

function look(
  terminal: Terminal,
  { live = false }: Given<typeof takes>,
  seen: Pick<DoctorScene, 'readings' | 'signal'>,
): Promise<Printout> {
  return withFiles(async (host, paths) => {
    const { examineAll } = await import('../doctor-checks.ts');
    const report = await examineAll({ terminal, host, paths, isLive: live, ...seen });
    const json = { schema: 'holdfast.doctor/1', from: seen.readings.from, ...report } as const;
    return { json, out: describeReport(report), exit: exitOf(report.troubles) };
  });
}

/** Silence is the good report: one line. */
function describeReport({ troubles, passed, notChecked }: DoctorReport): string {
  const open = notChecked.length === 0 ? '' : `; not checked: ${notChecked.join(', ')}`;
  return `${troubles.map(describeTrouble).join('')}${passed} checks passed${open}\n`;
}
