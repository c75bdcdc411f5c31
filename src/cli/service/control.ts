/**
 * Opens the service for `holdfast service`: the plan for this machine, and the supervisor that runs
 * it.
 */

import { parseEnv } from 'node:util';
import { type Paths, resolvePaths } from '../../config/files/paths.ts';
import { resolveUnconfiguredGateway } from '../../config/resolve/resolve-gateway.ts';
import type { GatewaySettings } from '../../config/resolved/resolved.ts';
import { AccessError, asError, codeOf } from '../../errors.ts';
import { launcherPath } from '../../host/package-files.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Environment, Host } from '../../host.ts';
import { asEnvironment } from '../../service/environment.ts';
import { findSupervisorPlace } from '../../service/find-file.ts';
import { type ImprintState, judgeImprint } from '../../service/imprint.ts';
import {
  findLastingPath,
  listPlaceVariables,
  type ServicePlan,
  type ServiceScope,
} from '../../service/plan.ts';
import { launchd, type ServiceState, type Supervisor, systemd } from '../../service/supervisor.ts';
import { mistake } from '../context/mistake.ts';
import { isConfigUnusable, quietly, withRuntimeUnless } from '../context/with-runtime.ts';

export interface ServiceControl {
  readonly host: Host;
  readonly plan: ServicePlan;
  readonly supervisor: Supervisor;
  readonly unit: UnitFile;
  /** Holds the port. Absent: the supervisor has no such thing. */
  readonly socket: UnitFile | undefined;
  /** The service's own files. */
  readonly paths: Paths;
  /** The configuration is invalid, so what is planned has the defaults. */
  readonly isConfigBroken: boolean;
}

export interface UnitFile {
  readonly path: string;
  /** Should be its content. Undefined: the file should not be there. */
  readonly planned: string | undefined;
}

/** Reads the state of this machine; on Windows there is only the plan. */
export async function openServiceControl(
  host: Host,
  scope: ServiceScope,
): Promise<ServiceControl | ServicePlan> {
  const account = await findAccount(host, scope);
  const variables = listPlaceVariables(host);
  const paths = resolvePaths(asEnvironment({ ...variables, HOME: account.home }));
  const environmentFile = `${paths.folder}/service.env`;
  const environment = asService(host, account.home, environmentFile);
  const configured = await readGateway({ ...host, environment });
  const settings = configured ?? resolveUnconfiguredGateway(environment);
  const plan: ServicePlan = {
    scope,
    node: findLastingPath(host, 'node', host.executable),
    entry: findLastingPath(host, 'holdfast', launcherPath()),
    account,
    variables,
    environmentFile,
    place: { host: settings.host.value, port: settings.port.value },
    stopSeconds: Math.ceil((settings.drainDelayMs + settings.drainTimeoutMs) / 1000) + 20,
  };
  if (host.platform === 'win32') return plan;
  const supervisor = await chooseSupervisor(host, plan);
  const { socket } = supervisor;
  return {
    host,
    plan,
    supervisor,
    unit: { path: supervisor.path, planned: supervisor.render(plan) },
    socket: socket && { path: socket.path, planned: socket.render(plan) },
    paths,
    isConfigBroken: configured === undefined && host.files.stamp(paths.configFile) !== undefined,
  };
}

/** The service does not have `HOLDFAST_PORT` of this shell, but that of its own file. */
function asService({ environment, files }: Host, home: string, path: string): Environment {
  const { HOLDFAST_HOST: _host, HOLDFAST_PORT: _port, ...rest } = environment.all();
  const own = parseEnv(files.stamp(path) === undefined ? '' : files.readText(path));
  const place = ['HOLDFAST_HOST', 'HOLDFAST_PORT'].flatMap((name) =>
    own[name] === undefined ? [] : [[name, own[name]]],
  );
  return asEnvironment({ ...rest, HOME: home, ...Object.fromEntries(place) });
}

/**
 * A system service installed with `sudo` runs as the user who called it, with that user's files.
 */
async function findAccount(
  { environment, run }: Host,
  scope: ServiceScope,
): Promise<ServicePlan['account']> {
  const caller = scope === 'system' ? environment.get('SUDO_USER') : undefined;
  const home = environment.get('HOME') ?? environment.get('USERPROFILE') ?? '/';
  const name =
    environment.get('USER') ?? environment.get('LOGNAME') ?? environment.get('USERNAME') ?? 'root';
  if (caller === undefined || !/^[a-z_][\w.-]*$/i.test(caller)) return { name, home };
  const result = await run([`echo ~${caller}`], { ...runLimits, shell: true, environment: {} });
  const found = result.ended === 'exited' ? result.output.trim() : '';
  if (!found.startsWith('/'))
    throw mistake(`the home of ${caller} was not found`, 'call it without sudo, as root');
  return { name: caller, home: found };
}

/** Returns undefined if there is no usable configuration. */
function readGateway(host: Host): Promise<GatewaySettings | undefined> {
  return withRuntimeUnless(
    isConfigUnusable,
    { ...quietly, host },
    (runtime) => runtime.config().gateway,
  );
}

async function chooseSupervisor(host: Host, { scope, account }: ServicePlan): Promise<Supervisor> {
  const place = findSupervisorPlace(host, scope, account.home);
  if (host.platform !== 'darwin') return systemd(place);
  return launchd({ ...place, userId: (await runProgram(host, ['id', '-u'])).trim() });
}

export const runLimits = {
  timeoutMs: 100_000,
  outputLimit: 1_000_000,
  signal: new AbortController().signal,
};

/** The supervisor's program needs these variables to find it. Keys are not among them. */
const inherited = ['PATH', 'HOME', 'USER', 'LANG', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'];

/** Returns its output. Throws `AccessError` with its own words when it fails. */
async function runProgram(host: Host, command: readonly string[]): Promise<string> {
  const all = host.environment.all();
  const environment = Object.fromEntries(
    inherited.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])),
  );
  const result = await host.run(command, { ...runLimits, shell: false, environment });
  if (result.ended === 'exited' && result.status === 0) return result.output;
  const said =
    result.ended === 'not-started' ? result.reason : result.errorOutput.trim().split('\n')[0];
  throw new AccessError('local-fault', `\`${command.join(' ')}\` failed: ${said || result.ended}`);
}

export async function runAll(host: Host, commands: readonly (readonly string[])[]): Promise<void> {
  for (const command of commands) await runProgram(host, command);
}

/**
 * Returns the environment that the supervisor gives the service. Throws, with a fix, if no
 * supervisor answers.
 */
export async function askSupervisor({ host, supervisor }: ServiceControl): Promise<string> {
  try {
    return await runProgram(host, supervisor.ask);
  } catch (error) {
    throw nobodySupervises(error);
  }
}

export async function askState(host: Host, supervisor: Supervisor): Promise<ServiceState> {
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

/** False: the service ends with its user's last session. Undefined: it does not, or who knows. */
export async function asksLinger({ host, plan }: ServiceControl): Promise<boolean | undefined> {
  if (plan.scope === 'system' || host.platform !== 'linux') return undefined;
  const words = ['loginctl', 'show-user', plan.account.name, '--property=Linger', '--value'];
  try {
    return (await runProgram(host, words)).trim() === 'yes';
  } catch {
    return undefined; // without logind, sessions do not end
  }
}

function nobodySupervises(cause: unknown): AccessError {
  const because = cause instanceof Error ? cause.message : String(cause);
  return new AccessError('local-fault', `nothing here starts services: ${because}`, {
    cause,
    fix: {
      text: 'run it in the foreground, in a container as its command',
      command: shellLine`holdfast serve`,
    },
  });
}

/** A file as it is. */
export interface JudgedFile extends UnitFile {
  /** Undefined: there is no such file. */
  readonly text: string | undefined;
  readonly state: ImprintState;
}

/** Returns the service's file, and that of its socket if the supervisor has such. */
export function judgeFiles({
  host,
  unit,
  socket,
  supervisor,
  isConfigBroken,
}: ServiceControl): readonly [JudgedFile, ...JudgedFile[]] {
  const judge = (file: UnitFile): JudgedFile => {
    const { path, planned } = file;
    const text = readUnit(host, path, supervisor);
    const state = judgeImprint(text, planned);
    // without the settings it is unknown what would be written
    return { ...file, text, state: isConfigBroken && state !== 'absent' ? 'current' : state };
  };
  return socket === undefined ? [judge(unit)] : [judge(unit), judge(socket)];
}

/** systemd masks a service by a link to /dev/null in the place of its file. */
function readUnit({ files }: Host, path: string, supervisor: Supervisor): string | undefined {
  if (files.stamp(path) === undefined) return undefined;
  try {
    return files.readText(path);
  } catch (error) {
    throw codeOf(error) === 'ENOTREGULAR' ? maskedUnit(error, { path, supervisor }) : error;
  }
}

function maskedUnit(
  cause: unknown,
  {
    path,
    supervisor: { name, unmask },
  }: { readonly path: string; readonly supervisor: Supervisor },
): AccessError {
  const what = `${name} is masked, so nothing starts it: ${path} is a link to a device`;
  const text = 'let it start again, then `holdfast service install`';
  return new AccessError('local-fault', what, { cause, fix: { text, command: unmask } });
}
