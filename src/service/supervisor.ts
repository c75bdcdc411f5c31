/**
 * Describes systemd and launchd as data: the place of the service's file, and the commands for each
 * step.
 */

import { launchdLabel, renderPlist } from './launchd-plist.ts';
import type { ServicePlan, ServiceScope } from './plan.ts';
import { renderUnit } from './systemd-unit.ts';

type Commands = readonly (readonly string[])[];

export interface Supervisor {
  readonly name: string;
  /** Must be absolute. */
  readonly path: string;
  readonly render: (plan: ServicePlan) => string;
  /** Fails if the supervisor does not answer; prints the environment of its services if it can. */
  readonly ask: readonly string[];
  /** Runs after the file is written. */
  readonly installed: Commands;
  /** Runs before and after the file is deleted. */
  readonly uninstall: Commands;
  readonly uninstalled: Commands;
  readonly start: Commands;
  readonly stop: Commands;
  readonly restart: Commands;
  readonly show: readonly string[];
  readonly readState: (output: string) => ServiceState;
  /** The command that prints its log, for people. */
  readonly logLine: string;
}

export interface ServiceState {
  /** Absent if nobody could be asked. */
  readonly isRunning?: boolean;
  /** Uses the supervisor's words: `active (running)`; or says why nobody could be asked. */
  readonly state: string;
  readonly pid?: number | undefined;
  /** Has the supervisor's format. */
  readonly since?: string | undefined;
  /** The status of the last run, if it has ended. */
  readonly exitStatus?: number | undefined;
  /** True if it starts by itself. */
  readonly isEnabled?: boolean;
}

/** Says where services of this scope are. */
export interface SupervisorPlace {
  readonly scope: ServiceScope;
  readonly home: string;
  /** `XDG_CONFIG_HOME`, or its default. */
  readonly configHome: string;
  readonly userId: string;
}

const unitName = 'holdfast.service';

export function systemd({ scope, configHome }: SupervisorPlace): Supervisor {
  const words = scope === 'user' ? ['systemctl', '--user'] : ['systemctl'];
  const folder = scope === 'user' ? `${configHome}/systemd/user` : '/etc/systemd/system';
  const properties =
    'ActiveState,SubState,MainPID,ActiveEnterTimestamp,ExecMainStatus,ExecMainCode,UnitFileState';
  return {
    name: unitName,
    path: `${folder}/${unitName}`,
    render: renderUnit,
    ask: [...words, 'show-environment'],
    installed: [
      [...words, 'daemon-reload'],
      [...words, 'enable', unitName],
    ],
    uninstall: [[...words, 'disable', '--now', unitName]],
    uninstalled: [[...words, 'daemon-reload']],
    start: [[...words, 'start', unitName]],
    stop: [[...words, 'stop', unitName]],
    restart: [[...words, 'restart', unitName]],
    show: [...words, 'show', unitName, `--property=${properties}`],
    readState: readSystemdState,
    logLine: `journalctl ${scope === 'user' ? '--user ' : ''}-u holdfast -n 20`,
  };
}

function readSystemdState(output: string): ServiceState {
  const facts = parseUnitFacts(output, /^(?<name>\w+)=(?<value>.+)$/gm);
  const isRunning = facts.get('ActiveState') === 'active';
  const hasEnded = facts.get('ExecMainCode') === '1';
  return {
    isRunning,
    state: `${facts.get('ActiveState') ?? 'unknown'} (${facts.get('SubState') ?? 'unknown'})`,
    pid: Number(facts.get('MainPID')) || undefined,
    since: isRunning ? facts.get('ActiveEnterTimestamp') : undefined,
    exitStatus: hasEnded ? Number(facts.get('ExecMainStatus')) : undefined,
    isEnabled: facts.get('UnitFileState') === 'enabled',
  };
}

export function launchd({ scope, home, userId }: SupervisorPlace): Supervisor {
  const domain = scope === 'user' ? `gui/${userId}` : 'system';
  const folder = scope === 'user' ? `${home}/Library/LaunchAgents` : '/Library/LaunchDaemons';
  const path = `${folder}/${launchdLabel}.plist`;
  const service = `${domain}/${launchdLabel}`;
  return {
    name: launchdLabel,
    path,
    render: renderPlist,
    ask: ['launchctl', 'version'],
    installed: [],
    uninstall: [],
    uninstalled: [['launchctl', 'bootout', service]],
    start: [['launchctl', 'bootstrap', domain, path]],
    stop: [['launchctl', 'bootout', service]],
    restart: [['launchctl', 'kickstart', '-k', service]],
    show: ['launchctl', 'print', service],
    readState: readLaunchdState,
    logLine: `tail -n 20 ${home}/Library/Logs/holdfast.log`,
  };
}

function readLaunchdState(output: string): ServiceState {
  const facts = parseUnitFacts(output, /^\t(?<name>state|pid|last exit code) = (?<value>.+)$/gm);
  const exitStatus = Number.parseInt(facts.get('last exit code') ?? '', 10);
  const state = facts.get('state') ?? 'not loaded';
  return {
    isRunning: state === 'running',
    state,
    pid: Number(facts.get('pid')) || undefined,
    exitStatus: Number.isNaN(exitStatus) ? undefined : exitStatus,
  };
}

function parseUnitFacts(output: string, pattern: RegExp): ReadonlyMap<string, string> {
  const matches = [...output.matchAll(pattern)];
  return new Map(matches.map(({ groups }) => [groups?.['name'] ?? '', groups?.['value'] ?? '']));
}
