/**
 * What the supervisor's own words say is wrong with a service: its files, its place, its end. Pure.
 */

import { shellLine } from '../host/shell-line.ts';
import type { Fix } from '../model/fix.ts';
import type { Apart } from './environment.ts';
import type { ServicePlan } from './plan.ts';
import type { ServiceState, Supervisor } from './supervisor.ts';

export interface StateFault {
  readonly what: string;
  readonly fix: Fix;
  /** It works, and is worth knowing. */
  readonly isHarmless?: true;
}

export interface SeenService {
  readonly supervisor: Pick<Supervisor, 'name' | 'reload' | 'enable' | 'logLine'>;
  readonly plan: Pick<ServicePlan, 'scope' | 'account'>;
  readonly state: ServiceState;
  /** The gateway of this home that answers. */
  readonly running?: { readonly pid: number; readonly url: string } | undefined;
  /** False: it ends with the last session of its user. Undefined: nobody knows. */
  readonly lingers?: boolean | undefined;
  /** The places that the service and this shell read, where they differ. */
  readonly apart?: Apart | undefined;
}

/** What nobody sees in the state of its process. */
export function listStateFaults(seen: SeenService): readonly StateFault[] {
  return [
    describeReload(seen),
    describeApart(seen),
    describeRival(seen),
    describeLinger(seen),
  ].flatMap((fault) => fault ?? []);
}

/** Its process does not run, or would not after a restart of the machine. */
export function describeProcess(
  { supervisor: { name, logLine, enable }, state, running }: SeenService,
  meaning: string | undefined,
): StateFault | undefined {
  const { isRunning, isEnabled, heldAt, exitStatus = 0 } = state;
  if (isRunning === false && running === undefined && isAtRest(state)) {
    const because = meaning === undefined ? '' : `: ${meaning}`;
    const what = `${name} does not run: ${state.state}`;
    if (exitStatus !== 0 || state.state.startsWith('failed'))
      return {
        what: `${what}; it ended with ${exitStatus}${because}`,
        fix: { text: 'its log says why', command: logLine },
      };
    if (heldAt === undefined)
      return {
        what,
        fix: { text: 'start it', command: shellLine`holdfast service start` },
        isHarmless: true,
      };
  }
  if (isEnabled !== false || enable === undefined) return undefined;
  const what = `${name} does not start by itself`;
  return { what, fix: { text: 'let it', command: enable }, isHarmless: true };
}

/** It neither starts nor ends at this moment. */
function isAtRest({ state }: ServiceState): boolean {
  return !/^(activating \(start|deactivating|reloading)/.test(state);
}

function describeReload({ supervisor, state }: SeenService): StateFault | undefined {
  if (state.needsReload !== true || supervisor.reload === undefined) return undefined;
  return {
    what: `a file of ${supervisor.name} has changed since systemd read it, so the service runs as it was`,
    fix: { text: 'have it read, then `holdfast service restart`', command: supervisor.reload },
  };
}

function describeApart({ supervisor, apart }: SeenService): StateFault | undefined {
  if (apart === undefined) return undefined;
  const { variable, theirs, ours } = apart;
  const tell = (value: string | undefined): string => value ?? 'not set';
  return {
    what: `${supervisor.name} and this shell have two homes: ${variable} is ${tell(theirs)} there and ${tell(ours)} here`,
    fix: {
      text: 'look where the service does',
      command:
        theirs === undefined
          ? shellLine`unset ${variable}`
          : shellLine`export ${variable}=${theirs}`,
    },
  };
}

/** The service is started again and again, and its port is taken by our own. */
function describeRival({ supervisor, state, running }: SeenService): StateFault | undefined {
  if (running === undefined || state.isRunning !== false) return undefined;
  if (!isAtRest(state) || state.state.startsWith('inactive')) return undefined;
  return {
    what: `${supervisor.name} does not run: ${state.state}; another process, the gateway at ${running.url} (pid ${running.pid}), has its port`,
    fix: {
      text: 'end that one, then `holdfast service start`',
      command: shellLine`kill ${running.pid}`,
    },
  };
}

function describeLinger({ supervisor, plan, lingers }: SeenService): StateFault | undefined {
  if (lingers !== false) return undefined;
  const { name } = plan.account;
  return {
    what: `${supervisor.name} ends when ${name} logs out`,
    fix: { text: 'keep it', command: shellLine`loginctl enable-linger ${name}` },
    isHarmless: true,
  };
}
