/** Describes a service for a terminal. Pure. */

import { isHeldBack } from '../../credentials/health/key-state.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { ShellLine } from '../../model/fix.ts';
import type { ImprintState } from '../../service/imprint.ts';
import { formatPlace } from '../../service/inherited-socket.ts';
import { isShortLived, type ServicePlan } from '../../service/plan.ts';
import type { PoolCheck } from '../../service/route-check.ts';
import type { ServiceState, Supervisor } from '../../service/supervisor.ts';
import { readStream, socketUnit, streamOf } from '../../service/systemd-socket.ts';
import { exitStatuses } from '../terminal/exit.ts';
import { describeState } from '../terminal/key-lines.ts';
import type { JudgedFile, ServiceControl } from './control.ts';
import type { Restarted } from './restart.ts';
import type { SelfCheck } from './self-check.ts';

/** Builds a command about the same service: `holdfast service install --system`. */
export function serviceLine(
  plan: Pick<ServicePlan, 'scope'>,
  ...words: readonly string[]
): ShellLine {
  return shellLine`holdfast service ${[...words, ...(plan.scope === 'system' ? ['--system'] : [])]}`;
}

/** Like `serviceLine`, with `sudo` if only root may write the file. */
export function installLine(
  plan: Pick<ServicePlan, 'scope'>,
  ...flags: readonly string[]
): ShellLine {
  if (plan.scope === 'user') return serviceLine(plan, 'install', ...flags);
  return shellLine`sudo holdfast service install ${[...flags, '--system']}`;
}

export function describeInstalled(
  plan: ServicePlan,
  supervisor: Supervisor,
  wasThere: boolean,
): string {
  const { node, entry } = plan;
  const shortLived = [node, entry].filter(isShortLived);
  const lines = [
    `${supervisor.name} ${wasThere ? 'was installed already' : 'is installed'}: ${supervisor.path}`,
    `  it runs ${shellLine`${node} ${entry} serve`}`,
    `  ${describePort(plan, supervisor)}`,
    ...shortLived.map(
      (path) => `  ${path} is removed by an upgrade: then run \`holdfast service install\` again`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function describePort({ place }: ServicePlan, { socket }: Supervisor): string {
  const stream = socket && streamOf(place);
  if (stream !== undefined)
    return `${socketUnit} holds ${stream}: connections wait while the service restarts`;
  const at = formatPlace(place.host, place.port);
  const why = socket === undefined ? '' : `, since systemd cannot hold ${at}`;
  return `it holds its port itself${why}: connections are refused while it restarts`;
}

/** The verdict comes first, then the evidence, then the commands to type. */
export function describeCheck(check: SelfCheck, plan: ServicePlan, now: number): string {
  const { pools, missing, unusable, refused } = check;
  const lines = [
    refused === undefined ? verdictOf(unusable) : `the service would not start: ${refused}`,
    ...pools.map((pool) => describePoolCheck(pool, now)),
    ...missing.flatMap(({ name, fingerprint, command }) => [
      `${name} is set in this shell${fingerprint === undefined ? '' : ` (${fingerprint})`}, but not for the service. To change that:`,
      `  ${command}`,
    ]),
  ];
  const next = unusable.length === 0 ? [`start it: ${serviceLine(plan, 'start')}`] : [];
  return `${[...lines, ...next].join('\n')}\n`;
}

function verdictOf(unusable: readonly string[]): string {
  if (unusable.length === 0)
    return 'every task has a key in the environment that the service will have:';
  return `the service will have no key for ${unusable.join(', ')}:`;
}

function describePoolCheck({ pool, routes, key, isUsable }: PoolCheck, now: number): string {
  const head = `${pool} (${routes.join(', ')})`;
  if (key === undefined)
    return isUsable ? `  ? ${head}: needs no key` : `  ✗ ${head}: no key was found`;
  const isRefuted = !isUsable || isHeldBack(key.state);
  const unproven = isRefuted ? '✗' : '?';
  const sign = key.state === 'works' ? '✓' : unproven;
  const place = key.fingerprint === undefined ? '' : `; ${key.foundAt}`;
  return `  ${sign} ${head}: ${describeState(key, now)}${place}`;
}

const fileWords: Readonly<Record<ImprintState, string | undefined>> = {
  absent: 'there is no such file: `holdfast service install` writes it',
  current: undefined,
  stale:
    'it was made for other paths or by another version: `holdfast service install` writes it anew',
  edited: 'edited by hand, so it is left as it is',
};

/** Says what callers met. */
export function describeRestart({ refusedMs = 0, keptAt }: Restarted): string {
  if (keptAt !== undefined)
    return `  restarted: ${socketUnit} kept ${keptAt}, and no connection was refused\n`;
  const seconds = (Math.ceil(refusedMs / 10) / 100).toFixed(2);
  return `  restarted: connections were refused for ${seconds} s at most\n`;
}

/** Compares an installed socket unit with the configuration. Undefined: they name one place. */
export function describeElsewhere(
  { place }: ServicePlan,
  { text = '', state }: Pick<JudgedFile, 'text' | 'state'>,
): string | undefined {
  const listens = readStream(text);
  if (state === 'current' || listens === undefined || listens === streamOf(place)) return undefined;
  const wanted = formatPlace(place.host, place.port);
  return `the socket unit listens at ${listens}, the configuration says ${wanted}`;
}

export function describeStatus(
  state: ServiceState,
  { supervisor, plan }: Pick<ServiceControl, 'supervisor' | 'plan'>,
  [{ state: file }, socket]: readonly [JudgedFile, ...JudgedFile[]],
): string {
  const { isRunning, exitStatus, isEnabled } = state;
  if (isRunning === undefined) return describeUnasked(state, supervisor);
  const verdict = describeVerdict(state, supervisor.name);
  const meaning =
    exitStatus === undefined || exitStatus === 0 ? undefined : exitStatuses[exitStatus];
  const lines = [
    verdict,
    ...(meaning === undefined || isRunning ? [] : [`  it ended with ${exitStatus}: ${meaning}`]),
    `  file: ${[supervisor.path, fileWords[file]].filter(Boolean).join('; ')}`,
    ...describeHeld(state, plan, socket),
    ...(isEnabled === false && file !== 'absent' ? ['  it does not start by itself'] : []),
    ...(isRunning ? [] : [`  its log: ${supervisor.logLine}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function describeVerdict({ isRunning, state, pid, since }: ServiceState, name: string): string {
  if (isRunning)
    return `${name} is running${pid === undefined ? '' : ` (pid ${pid})`}${since === undefined ? '' : ` since ${since}`}`;
  return state.startsWith('deactivating')
    ? `${name} is shutting down: it answers what is under way, and takes nothing new`
    : `${name} is not running: ${state}`;
}

function describeHeld(
  { isRunning, heldAt }: ServiceState,
  plan: ServicePlan,
  socket: JudgedFile | undefined,
): readonly string[] {
  if (socket === undefined) return []; // launchd holds no ports
  const { text, path, state } = socket;
  const elsewhere = describeElsewhere(plan, socket);
  const fix = serviceLine(plan, 'install', ...(state === 'edited' ? ['--force'] : []));
  const odd = elsewhere === undefined ? fileWords[state] : `${elsewhere}: \`${fix}\``;
  const isUnused = isRunning === true && heldAt === undefined && text !== undefined;
  const next = isRunning ? '' : ': the next connection starts the service';
  return [
    ...(heldAt === undefined ? [] : [`  ${socketUnit} holds ${heldAt}${next}`]),
    ...(isUnused ? [`  ${socketUnit} holds no port yet: \`${serviceLine(plan, 'restart')}\``] : []),
    ...(odd === undefined ? [] : [`  ${path}: ${odd}`]),
  ];
}

/** A service whose supervisor does not answer may run all the same. */
function describeUnasked({ state }: ServiceState, { name, path }: Supervisor): string {
  const isOtherUsers = /DBUS_SESSION_BUS_ADDRESS|No medium found/.test(state);
  const login = isOtherUsers ? 'in a shell of su or sudo, log in as this user instead; ' : '';
  return `? whether ${name} runs is unknown: ${state}
  file: ${path}
  To fix: ${login}\`holdfast health\` asks the gateway itself
`;
}
