/**
 * `holdfast service` runs the gateway as a service of systemd or launchd. On Windows it prints the
 * command for Task Scheduler.
 */

import { AccessError, asError, formatFix } from '../../errors.ts';
import type { ServicePlan } from '../../service/plan.ts';
import { listStateFaults } from '../../service/state-faults.ts';
import {
  type Args,
  createCommand,
  json,
  type Printout,
  printOut,
  toggle,
} from '../context/command.ts';
import {
  askState,
  askSupervisor,
  asksLinger,
  judgeFiles,
  openServiceControl,
  runAll,
  type ServiceControl,
} from '../service/control.ts';
import {
  describeCheck,
  describeInstalled,
  describeRestart,
  describeStatus,
  installLine,
} from '../service/lines.ts';
import { lookAround } from '../service/look-around.ts';
import { type Restarted, restartService } from '../service/restart.ts';
import { checkService } from '../service/self-check.ts';
import { printFiles, refuseEdited, writeUnit } from '../service/unit-files.ts';
import type { CommandContext } from '../terminal/terminal.ts';

const scopes = {
  user: toggle('a service of this user (default)'),
  system: {
    ...toggle('a service of the system: starts with the machine; needs root'),
    conflicts: ['user'],
  },
  json,
};

const params = {
  ...scopes,
  print: toggle('print the file and change nothing'),
  force: toggle('overwrite a file that was edited by hand'),
};

type Scopes = Args<typeof scopes>;

const status = { 1: 'it is not running, or the supervisor does not answer' };

export const commands = {
  install: createCommand({
    params,
    exits: {
      1: 'the file was edited by hand, or nothing here starts services',
      4: 'installed, and a task has no key',
    },
    example: 'holdfast service install',
    run: withControl('install', install),
  }),
  uninstall: createCommand({
    params: { ...scopes, force: params.force },
    example: 'holdfast service uninstall',
    run: withControl('uninstall', uninstall),
  }),
  start: createCommand({
    params: scopes,
    exits: status,
    example: 'holdfast service start',
    run: act('start', async ({ host, supervisor }) => {
      await runAll(host, supervisor.start);
      return undefined;
    }),
  }),
  stop: createCommand({
    params: scopes,
    example: 'holdfast service stop',
    run: act('stop', async (control) => {
      await runAll(control.host, control.supervisor.stop(hasSocket(control)));
      return undefined;
    }),
  }),
  restart: createCommand({
    params: scopes,
    exits: status,
    example: 'holdfast service restart',
    run: act('restart', async (control) =>
      restartService(control, await askState(control.host, control.supervisor)),
    ),
  }),
  status: createCommand({
    params: scopes,
    exits: status,
    example: 'holdfast service status',
    run: withControl('status', showStatus),
  }),
};

/** On Windows each subcommand prints its Task Scheduler command instead. */
const taskLines: Readonly<Record<string, (plan: ServicePlan) => string>> = {
  install: ({ node, entry }) =>
    `schtasks /create /tn Holdfast /sc onlogon /tr "\\"${node}\\" \\"${entry}\\" serve"`,
  uninstall: () => 'schtasks /delete /tn Holdfast',
  start: () => 'schtasks /run /tn Holdfast',
  stop: () => 'schtasks /end /tn Holdfast',
  restart: () => 'schtasks /end /tn Holdfast & schtasks /run /tn Holdfast',
  status: () => 'schtasks /query /tn Holdfast /v /fo list',
};

/** Opens the service of the chosen scope: the user's or the system's. */
function withControl<Asked extends Scopes>(
  verb: string,
  use: (control: ServiceControl, asked: Asked, context: CommandContext) => Promise<Printout>,
): (asked: Asked, context: CommandContext) => Promise<Printout> {
  return async (asked, context) => {
    const control = await openServiceControl(context.host, asked.system ? 'system' : 'user');
    if ('supervisor' in control) return use(control, asked, context);
    const line = taskLines[verb]?.(control) ?? '';
    const why =
      'Task Scheduler starts it on Windows; Holdfast changes nothing there. The line to type:';
    return { json: { schema: 'holdfast.service-line/1', line }, out: [line], talk: [why] };
  };
}

async function install(control: ServiceControl, asked: Args<typeof params>): Promise<Printout> {
  const { host, plan, supervisor } = control;
  const { path } = supervisor;
  if (asked.print) return printFiles(control);
  const environment = await askSupervisor(control);
  const changed = judgeFiles(control).filter(({ state }) => state !== 'current');
  if (!asked.force) for (const file of changed) refuseEdited(control, 'install', file);
  for (const file of changed) writeUnit(control, file);
  await runAll(host, supervisor.installed);
  if (changed.some(({ planned }) => planned === undefined))
    await runAll(host, supervisor.socket?.uninstalled ?? []);
  const check = await checkService(control, environment);
  const wasThere = changed.length === 0;
  return {
    json: { schema: 'holdfast.service-install/1', path, wasThere, ...check },
    out:
      describeInstalled(plan, supervisor, wasThere) + describeCheck(check, plan, host.clock.now()),
    talk: await describeLinger(control),
    exit: check.unusable.length === 0 ? 0 : 4,
  };
}

/** A user's services end with the last session, unless lingering is enabled. */
async function describeLinger(control: ServiceControl): Promise<string> {
  const { plan, supervisor } = control;
  if ((await asksLinger(control)) !== false) return '';
  const { name } = plan.account;
  return `${supervisor.name} ends when ${name} logs out. To keep it: loginctl enable-linger ${name}\n`;
}

async function uninstall(
  control: ServiceControl,
  asked: Scopes & { readonly force: boolean },
): Promise<Printout> {
  const { host, supervisor } = control;
  const { path } = supervisor;
  const files = judgeFiles(control);
  if (!asked.force) for (const file of files) refuseEdited(control, 'uninstall', file);
  const isGone = files[0].text !== undefined;
  if (isGone) await runAll(host, supervisor.uninstall(hasSocket(control)));
  for (const file of files) if (file.text !== undefined) host.files.remove(file.path);
  if (isGone) await runAll(host, supervisor.uninstalled);
  const came = isGone ? 'is gone; keys, state and configuration stay' : 'was not there';
  return {
    json: { schema: 'holdfast.service-uninstall/1', path, isGone },
    out: [`${path} ${came}`],
  };
}

/** True if a socket unit is installed: it must be stopped too. */
function hasSocket(control: ServiceControl): boolean {
  const [, socket] = judgeFiles(control);
  return socket?.text !== undefined;
}

/** Works and reports the state; `work` may tell what callers met in a restart. */
function act(
  verb: 'start' | 'stop' | 'restart',
  work: (control: ServiceControl) => Promise<Restarted | undefined>,
): (asked: Scopes, context: CommandContext) => Promise<Printout> {
  return withControl(verb, async (control, asked, { terminal }) => {
    await requireInstalled(control);
    const done = await work(control).catch(asError);
    const printout = await showState(control, verb !== 'stop');
    if (done instanceof Error && printout.exit === 0) return printout;
    if (!(done instanceof Error)) return tellRestart(printout, done);
    await askSupervisor(control);
    printOut(terminal, printout, asked.json);
    const fix = { text: 'its log says why', command: control.supervisor.logLine };
    throw new AccessError('local-fault', done.message, { fix, cause: done });
  });
}

const tellRestart = (printout: Printout, restarted: Restarted | undefined): Printout =>
  restarted?.refusedMs === undefined
    ? printout
    : {
        ...printout,
        json: { ...printout.json, refusedMs: restarted.refusedMs },
        out: `${printout.out}${describeRestart(restarted)}`,
      };

/** Where nothing starts services, installing one would not help. */
async function requireInstalled(control: ServiceControl): Promise<void> {
  if (judgeFiles(control)[0].text !== undefined) return;
  await askSupervisor(control);
  throw new AccessError(
    'local-fault',
    `the service is not installed: ${control.supervisor.path} does not exist`,
    { fix: { text: 'write it', command: installLine(control.plan) } },
  );
}

async function showStatus(control: ServiceControl): Promise<Printout> {
  await requireInstalled(control);
  return showState(control, true);
}

/** Exits with 0 if the service is in the wanted state. */
async function showState(control: ServiceControl, isToRun: boolean): Promise<Printout> {
  const { host, supervisor } = control;
  const state = await askState(host, supervisor);
  const faults = isToRun ? listStateFaults(await lookAround(control, state)) : [];
  return {
    json: { schema: 'holdfast.service-status/1', path: supervisor.path, ...state },
    out:
      describeStatus(state, control, judgeFiles(control)) +
      faults.map(({ what, fix }) => `  ${what}; ${formatFix(fix)}\n`).join(''),
    exit: state.isRunning === isToRun ? 0 : 1,
  };
}
