/** Looks at what is around a service: its supervisor's state, its home, who has its port. */

import { readRunFile } from '../../gateway/run-file.ts';
import { type Apart, findApart } from '../../service/environment.ts';
import type { SeenService } from '../../service/state-faults.ts';
import type { ServiceState } from '../../service/supervisor.ts';
import { isRunning } from '../context/readings.ts';
import { askSupervisor, asksLinger, type ServiceControl } from './control.ts';
import { buildEnvironment } from './self-check.ts';

/** Only who has come from afar, or finds it ended, needs to know that it ends with a session. */
export async function lookAround(
  control: ServiceControl,
  state: ServiceState,
): Promise<SeenService> {
  const { host, plan, supervisor, paths } = control;
  const mine = readRunFile(host, paths.runFile);
  const isFar = ['SSH_CONNECTION', 'SSH_TTY'].some((name) => host.environment.get(name));
  const asks = state.isRunning === false || (state.isRunning === true && isFar);
  return {
    supervisor,
    plan,
    state,
    running: mine !== undefined && (await isRunning(mine)) ? mine : undefined,
    lingers: asks ? await asksLinger(control) : undefined,
    apart: await findOtherHome(control, state),
  };
}

async function findOtherHome(
  control: ServiceControl,
  { places }: ServiceState,
): Promise<Apart | undefined> {
  if (places === undefined) return undefined;
  const { plan } = control;
  const asked = await askSupervisor(control).catch(() => undefined);
  if (asked === undefined) return undefined;
  const variables = Object.fromEntries(places.map(splitVariable));
  const theirs = buildEnvironment({ ...control, plan: { ...plan, variables } }, asked);
  return findApart(theirs, { ...plan.variables, HOME: plan.account.home });
}

function splitVariable(text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}
