/** Lists all checks of `holdfast doctor`. */

import { dirname } from 'node:path';
import { nameSetting } from '../../config/resolved/name-setting.ts';
import { describeAddress } from '../../connect/gateway-address.ts';
import { ConfigError, RequestError } from '../../errors.ts';
import { comparePlans, describeProblems } from '../../explain/doctor/config-checks.ts';
import { judgeDisks } from '../../explain/doctor/disk-checks.ts';
import { checkServers } from '../../explain/doctor/network-checks.ts';
import {
  type Check,
  createTrouble,
  type Examination,
  examine,
  type Trouble,
} from '../../explain/doctor/troubles.ts';
import { targetsOf } from '../../explain/plan/create-plan.ts';
import type { Plan } from '../../explain/plan/plan.ts';
import { readRunFile } from '../../gateway/run-file.ts';
import { isThere } from '../../host/look-at.ts';
import { listLogFiles } from '../../logs/log-file.ts';
import type { EventListener, Warning } from '../../model/events.ts';
import type { Runtime } from '../../runtime.ts';
import { isHeldForService } from '../../service/find-file.ts';
import type { Readings } from '../context/gateway-readings.ts';
import { inPlace, withRuntime } from '../context/with-runtime.ts';
import type { CommandContext } from '../terminal/terminal.ts';
import { judgeDatabases } from './database-checks.ts';
import { askKeys } from './live-checks.ts';
import {
  judgeFuture,
  keepComplete,
  leaveOutHeld,
  listDepartures,
  listPastRefusals,
} from './past-refusals.ts';
import { listPlanChecks, readConfigText } from './plan-checks.ts';
import { lookAtPort } from './port-checks.ts';
import {
  findSecondGateway,
  judgeAgentShell,
  judgeDotenv,
  judgeNodeVariables,
  judgeOwnKeys,
  judgeProcess,
  judgeRefusals,
  judgeShellKey,
  lastChange,
} from './shell-checks.ts';
import { tryFixes } from './tried-fixes.ts';
import { compareVersions } from './version-checks.ts';
import { compareWays } from './way-checks.ts';

export interface DoctorContext extends CommandContext {
  readonly readings: Readings;
  readonly signal: AbortSignal;
  /** Also sends a request with each key. */
  readonly isLive: boolean;
}

export interface DoctorReport extends Examination {
  readonly notChecked: readonly string[];
}

export async function examineAll(context: DoctorContext): Promise<DoctorReport> {
  const { host, signal } = context;
  const { checks, notChecked } = await openOwnConfig(context);
  const found = await examine(host.clock, checks, signal);
  return { ...found, troubles: await tryFixes(context, found.troubles), notChecked };
}

interface Opened {
  readonly checks: readonly Check[];
  readonly notChecked: readonly string[];
}

/** Opens this shell's configuration. If it is broken, doctor reports only that. */
async function openOwnConfig(context: DoctorContext): Promise<Opened> {
  const faults: Warning[] = [];
  const onEvent: EventListener = (event) => {
    if (event.type === 'warning' && event.code.startsWith('store-')) faults.push(event);
  };
  const live = context.isLive
    ? []
    : ['whether keys work now (--live asks each one small question)'];
  try {
    const checks = await withRuntime({ ...inPlace, host: context.host, onEvent }, (runtime) =>
      listChecks(context, runtime, faults),
    );
    return { checks, notChecked: live };
  } catch (error) {
    if (error instanceof RequestError && error.code === 'busy') return tellShort(error);
    if (!(error instanceof ConfigError)) throw error;
    const look = (): readonly Trouble[] => describeProblems(error, readConfigText(context));
    const checks = [{ name: 'the configuration', look }];
    return { checks, notChecked: ['everything that needs the configuration'] };
  }
}

/** Who may start or open nothing more cannot look at the rest. */
function tellShort({ message, fix }: RequestError): Opened {
  const trouble = createTrouble('broken', message, { fix, exit: 4 });
  const name = 'what a request needs';
  return { checks: [{ name, look: () => [trouble] }], notChecked: ['everything behind it'] };
}

async function listChecks(
  context: DoctorContext,
  runtime: Runtime,
  faults: readonly Warning[],
): Promise<readonly Check[]> {
  const { host, readings, signal } = context;
  const { host: address, port } = runtime.config().gateway;
  const configured = describeAddress(address.value, port.value);
  // the plan shows what the requests found
  const asked = context.isLive ? await askKeys(context, runtime) : [];
  const shell = await runtime.plan({ signal });
  const plan = readings.from.kind === 'gateway' ? await readings.plan() : shell;
  return [
    { name: 'the configuration', look: () => judgeDotenv(context) },
    ...listPlanChecks(context, runtime, plan),
    { name: 'other gateways of this home', look: () => findSecondGateway(context, shell) },
    {
      name: 'the keys of agents',
      look: () => judgeAgentShell(host.environment, readings.from.url ?? configured),
    },
    { name: 'the settings of agents', look: () => lookAtAgents(context) },
    { name: 'the keys of the gateway', look: () => judgeGatewayKeys(context) },
    ...(runtime.fleet() === undefined
      ? []
      : [{ name: 'the fleet', look: async () => lookAtFleet(context, runtime) }]),
    { name: 'disk space', look: () => lookAtDisks(context, runtime) },
    { name: 'the state file', look: () => judgeDatabases(context, faults) },
    { name: 'the variables of Node', look: () => judgeNodeVariables(host.environment, host.files) },
    ...checkServers(host, plan, readings.from.kind === 'gateway'),
    ...checkSurroundings(context, runtime, { shell, plan }),
    { name: 'the service', look: () => lookAtService(context) },
    ...(faults.length > 0
      ? []
      : [{ name: 'what the records say', look: () => readPastRefusals(context, plan) }]),
    ...asked,
  ];
}

/** Imported on demand: it is only needed where `connect` has written something. */
async function lookAtAgents(context: DoctorContext): Promise<readonly Trouble[]> {
  const { host, paths, readings } = context;
  const isNoted = host.files.list(`${paths.stateFolder}/connected`).length > 0;
  if (!isNoted && !isThere(host.files, paths.callerKeysFile)) return [];
  const { judgeAgentSettings } = await import('./agent-checks.ts');
  return judgeAgentSettings(context, readings.from.url);
}

/** Today's log is in use, so it is not listed as removable. */
function lookAtDisks({ host, paths }: DoctorContext, runtime: Runtime): readonly Trouble[] {
  const config = runtime.config();
  const named = config.log.folder;
  const folder = named ?? paths.logFolder;
  const setBy = named === undefined ? undefined : nameSetting(config, 'log.folder');
  const found = judgeDisks(host, [
    { name: 'the state file', folder: dirname(paths.stateFile), own: namesOf(paths), spare: [] },
    { name: 'the log', folder, spare: listLogFiles(host, folder).slice(0, -1) },
  ]);
  if (setBy === undefined) return found;
  return found.map(({ fix, ...one }) =>
    fix === undefined || !one.what.startsWith('the log ')
      ? { ...one, fix }
      : { ...one, fix: { ...fix, text: fix.text.replace('HOLDFAST_HOME', setBy) } },
  );
}

function namesOf(paths: DoctorContext['paths']): Readonly<Record<string, string>> {
  return {
    'the state file': paths.stateFile,
    'the sessions file': paths.sessionsFile,
    'the image descriptions': paths.descriptionsFile,
    'the stored requests and answers': paths.contentsFile,
    "the gateway's run file": paths.runFile,
    'the model lists': paths.modelListsFile,
  };
}

/** The gateway's own keys, and whether it takes the one of this shell. */
async function judgeGatewayKeys(context: DoctorContext): Promise<readonly Trouble[]> {
  const faults = await judgeOwnKeys(context);
  const { kind, text } = context.readings.from;
  return faults.length > 0 || kind === 'file' ? faults : judgeShellKey(context, text);
}

/** As the gateway sees it, where one runs. */
async function lookAtFleet(
  { host, readings }: DoctorContext,
  runtime: Runtime,
): Promise<readonly Trouble[]> {
  const { judgeFleet } = await import('./fleet-checks.ts');
  const { fleet } = (await readings.snapshot()).self;
  return judgeFleet(fleet, {
    now: host.clock.now(),
    state: nameSetting(runtime.config(), 'state'),
  });
}

/** Imported on demand: most machines have no service installed. */
async function lookAtService({ host, readings }: DoctorContext): Promise<readonly Trouble[]> {
  const { examineService } = await import('../service/unit-checks.ts');
  return examineService(host, readings.from.kind === 'gateway');
}

/**
 * Compares a running gateway with this shell; without one, checks the port where it would listen.
 */
function checkSurroundings(
  context: DoctorContext,
  runtime: Runtime,
  { shell, plan }: { readonly shell: Plan; readonly plan: Plan },
): readonly Check[] {
  const { host, readings } = context;
  const { from } = readings;
  const { gateway, origin } = runtime.config();
  const { host: address, port } = gateway;
  const isFromFile = origin.kind === 'file' && !port.source.startsWith('env ');
  const { platform } = host;
  const place = { address: address.value, port: port.value, platform, isFromFile };
  if (from.kind === 'file')
    return [
      {
        name: "the gateway's port",
        look: () =>
          isHeldForService(host, place)
            ? []
            : lookAtPort(place, {
                running: readRunFile(host, context.paths.runFile),
                environment: host.environment,
              }),
      },
    ];
  return [
    {
      name: 'the process of the gateway',
      look: async () => [
        ...(await judgeProcess(context, readings)),
        ...compareWays({ pid: from.pid, shell: host.environment, origins: originsOf(plan) }),
      ],
    },
    {
      name: 'this shell beside the gateway',
      look: () => comparePlans(shell, nameAlike(host, shell, plan), from.text),
    },
    {
      name: 'the version of the gateway',
      look: async () => compareVersions((await readings.snapshot()).self.version, from),
    },
    {
      name: 'callers that were refused',
      look: async () => {
        const changedAt = from.pid === undefined ? 0 : lastChange(context);
        const { refusals } = await readings.snapshot();
        return judgeRefusals(refusals, { now: host.clock.now(), changedAt });
      },
    },
  ];
}

function originsOf(plan: Plan): readonly string[] {
  return [...new Set(targetsOf(plan).map(({ baseUrl }) => new URL(baseUrl).origin))];
}

/** A file that is reached by two paths, as through a link, is one. */
function nameAlike({ files }: DoctorContext['host'], shell: Plan, plan: Plan): Plan {
  const [ours, theirs] = [shell, plan].map(({ config }) => identify(files, config));
  return ours !== undefined && ours === theirs ? { ...plan, config: shell.config } : plan;
}

function identify(files: DoctorContext['host']['files'], path: string): string | undefined {
  try {
    return files.stamp(path)?.file;
  } catch {
    return undefined; // it may not be looked at: another check says so
  }
}

const weekMs = 7 * 24 * 60 * 60_000;
const recordsRead = 500;

async function readPastRefusals(
  { readings, host }: DoctorContext,
  plan: Plan,
): Promise<readonly Trouble[]> {
  const since = host.clock.now() - weekMs;
  const kinds = ['failed', 'rescued', 'plain', 'other'] as const;
  const found = await Promise.all(
    kinds.map((kind) => readings.records({ kind, since, limit: recordsRead })),
  );
  const now = host.clock.now();
  const future = judgeFuture(found.flat(), now);
  const records = leaveOutHeld(found.flat(), targetsOf(plan));
  const complete = keepComplete(found, recordsRead);
  return [...future, ...listPastRefusals(records), ...listDepartures(complete, now)];
}
