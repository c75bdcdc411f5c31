/**
 * `holdfast service` runs the gateway as a service of systemd or launchd. On Windows it prints the
 * command for Task Scheduler.
 */

import { AccessError, asError } from '../../errors.ts';
import { describeFileFault } from '../../host/file-fault.ts';
import { unifiedDiff } from '../../imports/unified-diff.ts';
import type { ServicePlan } from '../../service/plan.ts';
import type { ServiceState, Supervisor } from '../../service/supervisor.ts';
import {
  type Args,
  createCommand,
  json,
  type Printout,
  printOut,
  toggle,
} from '../context/command.ts';
import {
  askSupervisor,
  openServiceControl,
  readInstalled,
  runAll,
  runProgram,
  type ServiceControl,
} from '../service/control.ts';
import { describeCheck, describeInstalled, describeStatus, serviceLine } from '../service/lines.ts';
import { checkService } from '../service/self-check.ts';
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
    run: act('start'),
  }),
  stop: createCommand({ params: scopes, example: 'holdfast service stop', run: act('stop') }),
  restart: createCommand({
    params: scopes,
    exits: status,
    example: 'holdfast service restart',
    run: act('restart'),
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
  const { host, plan, supervisor, planned } = control;
  const { path } = supervisor;
  if (asked.print)
    return { json: { schema: 'holdfast.service-file/1', path, text: planned }, out: planned };
  const environment = await askSupervisor(control);
  const before = readInstalled(control);
  if (before.state === 'edited' && !asked.force)
    throw editedByHand(control, before.text ?? '', 'install');
  if (before.state !== 'current') writeService(control);
  await runAll(host, supervisor.installed);
  const check = await checkService(control, environment);
  const wasThere = before.state === 'current';
  return {
    json: { schema: 'holdfast.service-install/1', path, wasThere, ...check },
    out:
      describeInstalled(plan, supervisor, wasThere) + describeCheck(check, plan, host.clock.now()),
    talk: await describeLinger(control),
    exit: check.unusable.length === 0 ? 0 : 4,
  };
}

/** The file has no secrets, so everybody may read it. */
function writeService({ host, supervisor, planned }: ServiceControl): void {
  const { path } = supervisor;
  try {
    host.files.writeAtomic(path, planned, 0o644);
  } catch (error) {
    throw cannotWriteUnit(path, error);
  }
}

function cannotWriteUnit(path: string, cause: unknown): AccessError {
  const because = describeFileFault(cause);
  return new AccessError('local-fault', `${path} cannot be written: ${because}`, {
    cause,
    fix: 'a service of the system is set up by root: sudo holdfast service install --system',
  });
}

function editedByHand(
  { supervisor, planned, plan }: ServiceControl,
  text: string,
  command: 'install' | 'uninstall',
): AccessError {
  const { path } = supervisor;
  const diff = unifiedDiff(
    { name: path, text },
    { name: 'holdfast service install', text: planned },
  );
  return new AccessError(
    'local-fault',
    `${path} was edited by hand and stays as it is:\n${diff.trimEnd()}`,
    {
      fix: `put your own lines into a file beside it (\`systemctl edit\`), or ${command === 'install' ? 'overwrite' : 'remove'} it: ${serviceLine(plan, command, '--force')}`,
    },
  );
}

/** A user's services end with the last session, unless lingering is enabled. */
async function describeLinger({ host, plan, supervisor }: ServiceControl): Promise<string> {
  if (plan.scope === 'system' || host.platform !== 'linux') return '';
  const { name } = plan.account;
  try {
    const said = await runProgram(host, [
      'loginctl',
      'show-user',
      name,
      '--property=Linger',
      '--value',
    ]);
    if (said.trim() === 'yes') return '';
  } catch {
    return ''; // without logind, sessions do not end
  }
  return `${supervisor.name} ends when ${name} logs out. To keep it: loginctl enable-linger ${name}\n`;
}

async function uninstall(
  control: ServiceControl,
  asked: Scopes & { readonly force: boolean },
): Promise<Printout> {
  const { host, supervisor } = control;
  const { path } = supervisor;
  const { text, state } = readInstalled(control);
  if (state === 'edited' && !asked.force) throw editedByHand(control, text ?? '', 'uninstall');
  if (state !== 'absent') {
    await runAll(host, supervisor.uninstall);
    host.files.remove(path);
    await runAll(host, supervisor.uninstalled);
  }
  const isGone = state !== 'absent';
  const came = isGone ? 'is gone; keys, state and configuration stay' : 'was not there';
  return {
    json: { schema: 'holdfast.service-uninstall/1', path, isGone },
    out: [`${path} ${came}`],
  };
}

/** Runs the supervisor's command and reports the result. */
function act(
  verb: 'start' | 'stop' | 'restart',
): (asked: Scopes, context: CommandContext) => Promise<Printout> {
  return withControl(verb, async (control, asked, { terminal }) => {
    const { host, supervisor } = control;
    requireInstalled(control);
    const fault = await runAll(host, supervisor[verb]).catch((error: unknown) => error);
    const printout = await showState(control, verb !== 'stop');
    if (fault === undefined || printout.exit === 0) return printout;
    printOut(terminal, printout, asked.json);
    throw fault;
  });
}

function requireInstalled(control: ServiceControl): void {
  if (readInstalled(control).state !== 'absent') return;
  throw new AccessError(
    'local-fault',
    `the service is not installed: ${control.supervisor.path} does not exist`,
    {
      fix: serviceLine(control.plan, 'install'),
    },
  );
}

async function showStatus(control: ServiceControl): Promise<Printout> {
  requireInstalled(control);
  return showState(control, true);
}

/** Exits with 0 if the service is in the wanted state. */
async function showState(control: ServiceControl, isToRun: boolean): Promise<Printout> {
  const { host, supervisor } = control;
  const state = await askState(host, supervisor);
  return {
    json: { schema: 'holdfast.service-status/1', path: supervisor.path, ...state },
    out: describeStatus(state, supervisor, readInstalled(control).state),
    exit: state.isRunning === isToRun ? 0 : 1,
  };
}

async function askState(
  host: ServiceControl['host'],
  supervisor: Supervisor,
): Promise<ServiceState> {
  try {
    return supervisor.readState(await runProgram(host, supervisor.show));
  } catch (error) {
    // launchd fails for a service that it does not run; a supervisor that is not there, for all
    const silence = await runProgram(host, supervisor.ask).then(
      () => undefined,
      (unasked: unknown) => asError(unasked).message,
    );
    if (silence !== undefined) return { state: silence };
    return { isRunning: false, state: asError(error).message };
  }
}
