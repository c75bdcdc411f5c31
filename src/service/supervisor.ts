/**
 * Describes systemd and launchd as data: the place of the service's file, and the commands for each
 * step.
 */

import { shellLine } from '../host/shell-line.ts';
import type { ShellLine } from '../model/fix.ts';
import { launchdLabel, renderPlist } from './launchd-plist.ts';
import { placeVariables, type ServicePlan, type ServiceScope } from './plan.ts';
import { renderSocketUnit, socketUnit } from './systemd-socket.ts';
import { renderUnit } from './systemd-unit.ts';

type Commands = readonly (readonly string[])[];

export interface Supervisor {
  readonly name: string;
  /** Must be absolute. */
  readonly path: string;
  readonly render: (plan: ServicePlan) => string;
  /** The unit that holds the port. Absent: the supervisor has no such thing. */
  readonly socket?: {
    readonly path: string;
    readonly render: (plan: ServicePlan) => string | undefined;
    /** Runs after the file is deleted from under a service that goes on. */
    readonly uninstalled: Commands;
  };
  /** Fails if the supervisor does not answer; prints the environment of its services if it can. */
  readonly ask: readonly string[];
  /** Runs after the file is written. */
  readonly installed: Commands;
  /** Has changed files read, and has it start by itself. Absent: there is no such step. */
  readonly reload?: ShellLine;
  readonly enable?: ShellLine;
  readonly unmask?: ShellLine;
  /** Runs before and after the file is deleted. */
  readonly uninstall: (hasSocket: boolean) => Commands;
  readonly uninstalled: Commands;
  readonly start: Commands;
  /** Stops the socket too: the next connection would start the service again. */
  readonly stop: (hasSocket: boolean) => Commands;
  /** The socket is restarted only where it does not hold the right port. */
  readonly restart: (restartsSocket: boolean) => Commands;
  readonly show: readonly string[];
  readonly readState: (output: string) => ServiceState;
  /** The command that prints its log, for people. */
  readonly logLine: ShellLine;
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
  /** Where the supervisor holds the port. Absent: it does not. */
  readonly heldAt?: string | undefined;
  /** A file of the service has changed since the supervisor read it. */
  readonly needsReload?: true;
  /** Those of `placeVariables` that its files set: `HOLDFAST_HOME=/srv/holdfast`. */
  readonly places?: readonly string[];
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
  const typed = scope === 'user' ? words : ['sudo', ...words];
  const folder = scope === 'user' ? `${configHome}/systemd/user` : '/etc/systemd/system';
  const properties =
    'ActiveState,SubState,MainPID,ActiveEnterTimestamp,ExecMainStatus,ExecMainCode,UnitFileState,NeedDaemonReload,Environment,Listen';
  const both = (withSocket: boolean): readonly string[] =>
    withSocket ? [socketUnit, unitName] : [unitName];
  return {
    name: unitName,
    path: `${folder}/${unitName}`,
    render: renderUnit,
    socket: {
      path: `${folder}/${socketUnit}`,
      render: renderSocketUnit,
      uninstalled: [[...words, 'stop', socketUnit]],
    },
    ask: [...words, 'show-environment'],
    installed: [
      [...words, 'daemon-reload'],
      [...words, 'enable', unitName],
    ],
    reload: shellLine`${typed} daemon-reload`,
    enable: shellLine`${typed} enable ${unitName}`,
    unmask: shellLine`${typed} unmask ${unitName}`,
    uninstall: (hasSocket) => [
      [...words, 'stop', ...both(hasSocket)],
      [...words, 'disable', unitName],
    ],
    uninstalled: [[...words, 'daemon-reload']],
    start: [[...words, 'start', unitName]],
    stop: (hasSocket) => [[...words, 'stop', ...both(hasSocket)]],
    restart: (restartsSocket) => [[...words, 'restart', ...both(restartsSocket)]],
    show: [...words, 'show', unitName, socketUnit, `--property=${properties}`],
    readState: readSystemdState,
    logLine: shellLine`journalctl ${[...(scope === 'user' ? ['--user'] : []), '-u', 'holdfast', '-n', '20']}`,
  };
}

/** The units come in the order in which they were asked for, with an empty line between them. */
function readSystemdState(output: string): ServiceState {
  const [facts = new Map<string, string>(), socket] = output
    .split('\n\n')
    .map((unit) => parseUnitFacts(unit, /^(?<name>\w+)=(?<value>.+)$/gm));
  const isRunning = facts.get('ActiveState') === 'active';
  const hasEnded = facts.get('ExecMainCode') === '1';
  return {
    isRunning,
    state: `${facts.get('ActiveState') ?? 'unknown'} (${facts.get('SubState') ?? 'unknown'})`,
    pid: Number(facts.get('MainPID')) || undefined,
    since: isRunning ? facts.get('ActiveEnterTimestamp') : undefined,
    exitStatus: hasEnded ? Number(facts.get('ExecMainStatus')) : undefined,
    isEnabled: facts.get('UnitFileState') === 'enabled',
    ...(facts.get('NeedDaemonReload') === 'yes' && { needsReload: true }),
    ...(/^Environment=/m.test(output) && { places: readPlaces(facts.get('Environment') ?? '') }),
    ...(socket?.get('ActiveState') === 'active' && {
      heldAt: socket.get('Listen')?.replace(/ \(Stream\)$/, ''),
    }),
  };
}

/** Other variables may be secrets, so they are not kept. */
function readPlaces(environment: string): readonly string[] {
  return splitWords(environment).filter((word) =>
    placeVariables.some((name) => word.startsWith(`${name}=`)),
  );
}

/** The words of a line of systemd's, without the quotation marks around some. */
export function splitWords(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare = '']) => quoted ?? bare);
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
    uninstall: () => [],
    uninstalled: [['launchctl', 'bootout', service]],
    start: [['launchctl', 'bootstrap', domain, path]],
    stop: () => [['launchctl', 'bootout', service]],
    restart: () => [['launchctl', 'kickstart', '-k', service]],
    show: ['launchctl', 'print', service],
    readState: readLaunchdState,
    logLine: shellLine`tail -n 20 ${`${home}/Library/Logs/holdfast.log`}`,
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
