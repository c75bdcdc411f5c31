/** `holdfast serve` runs the gateway in the foreground until a signal drains it. */

import { describeOrigin } from '../../config/resolved/describe-origin.ts';
import { AccessError, formatFix } from '../../errors.ts';
import type { Gateway, GatewayOptions } from '../../gateway/gateway.ts';
import type { RunFacts } from '../../gateway/run-file.ts';
import { describeVersion } from '../../host/describe-version.ts';
import { shellLine } from '../../host/shell-line.ts';
import { spareMemory } from '../../host/spare-memory.ts';
import type { Host } from '../../host.ts';
import { createLog, type Log, type LogOptions } from '../../logs/create-log.ts';
import type { EngineEvent } from '../../model/events.ts';
import type { Runtime } from '../../runtime.ts';
import type { Notifier } from '../../service/notify.ts';
import type { SimulatedProvider } from '../../sim/index.ts';
import type { SharedChannel } from '../../store/shared-channel.ts';
import type { PrimaryGateway } from '../../workers/primary.ts';
import {
  type Args,
  createCommand,
  InvalidValue,
  parsed,
  parsePort,
  textOption,
  toggle,
} from '../context/command.ts';
import { listHomeWords, listKeyWords } from '../context/key-command.ts';
import { isUnconfigured, startTrial } from '../context/trial.ts';
import {
  type CommandContext,
  type JsonDocument,
  printJson,
  type Terminal,
} from '../terminal/terminal.ts';

const params = {
  host: textOption('address', 'address to listen on'),
  port: parsed('number', 'port to listen on', parsePort),
  workers: parsed(
    'number|auto',
    'serve with so many processes behind the one port; auto: one for each processor',
    parseWorkers,
  ),
  simIfNoConfig: toggle('without a configuration or key, serve the built-in simulated provider'),
  json: toggle('print where it listens as JSON'),
};

export const commands = {
  serve: createCommand({ params, example: 'holdfast serve --port 8080', run: runServe }),
};

type ServeOptions = Args<typeof params>;

function parseWorkers(text: string): number | 'auto' {
  const workers = Number(text);
  if (text === 'auto') return text;
  if (/^\d+$/.test(text) && workers >= 1 && workers <= 256) return workers;
  throw new InvalidValue('workers are a whole number from 1 to 256, or auto.');
}

/** The processes of `--workers` run this same command: it is a worker's if a primary started it. */
async function runServe(options: ServeOptions, context: CommandContext): Promise<number> {
  if (options.workers === undefined) return serve(options, context);
  const { countProcessors, findPrimary } = await import('../../host/worker-process.ts');
  const primary = findPrimary();
  if (primary !== undefined) {
    const { serveAsWorker } = await import('../../workers/worker.ts');
    return serveAsWorker({ primary, host: context.host, onSignal: context.terminal.onSignal });
  }
  const workers = options.workers === 'auto' ? countProcessors() : options.workers;
  return serve(options, context, workers);
}

async function serve(
  options: ServeOptions,
  { terminal, host }: CommandContext,
  workers?: number,
): Promise<number> {
  let reload = (): void => undefined;
  const stopReloading = terminal.onSignal(['SIGHUP'], () => reload());
  const log = createLog((text) => terminal.talk(text));
  const { takeInheritedSocket, findOtherPlace } = await import('../../service/inherited-socket.ts');
  const socket = takeInheritedSocket(host);
  const { runtime, sim, store } = await createServed({ terminal, workers }, options, log);
  log.begin(chooseLogOptions(terminal, runtime, sim !== undefined));
  const { Notifier } = await import('../../service/notify.ts');
  const notifier = new Notifier(runtime.host, (text) =>
    log.listen({ type: 'warning', code: 'supervisor-unreachable', text }),
  );
  let rollWorkers = (): void => undefined;
  reload = () =>
    notifier.reload(() => {
      runtime.reload();
      rollWorkers();
    });
  const stops = [stopReloading, runtime.watchSlots()];
  try {
    const { readGatewayKey, trackAdminKey } = await import('../../gateway/key.ts');
    const { startGateway } = await import('../../gateway/server.ts');
    const { openCallerKeys, shareCallerKeys } = await import('../../gateway/shared-caller-keys.ts');
    await shareCallerKeys(runtime); // before keys are read: in a fleet they are those of all members
    const callerKeys = openCallerKeys(runtime);
    const key = readGatewayKey(runtime.host, runtime.paths);
    await warnOfBorrowed(terminal, runtime);
    const adminKey = trackAdminKey(runtime.host, runtime.paths);
    const { runFile } = runtime.paths;
    const others = await findOther(runtime.host, runFile);
    const { host: address, port } = runtime.config().gateway;
    const place = { address: address.value, port: port.value };
    if (others.beside) warnOfOther(terminal, others.beside, place.port);
    const extraHeaders = sim === undefined ? {} : { 'x-holdfast-simulated': '1' };
    const served = { runtime, socket, key, adminKey, callerKeys, runFile, ...others, extraHeaders };
    const serving: Promise<Gateway & Partial<PrimaryGateway>> =
      workers === undefined || store === undefined
        ? startGateway(served)
        : (await import('../../workers/primary.ts')).startPrimary({ ...served, store, workers });
    const gateway = await serving.catch(async (error: unknown) => {
      if (!(error instanceof AccessError)) throw error;
      const { explainListening } = await import('../context/listening.ts');
      const { platform, environment } = runtime.host;
      const scene = { own: others.beside, platform, environment, flags: options };
      throw await explainListening(error, place, scene);
    });
    rollWorkers = () => void gateway.roll?.();
    // Handle signals before printing: a program that reads the line may end us at once.
    const isOver = untilDrained({ terminal, log, runtime }, gateway, notifier);
    if (options.json) printJson(terminal, startedFacts(runtime, gateway, sim));
    log.say('started', describeServing(runtime, gateway));
    const other = socket && findOtherPlace(gateway.url, runtime.config().gateway);
    if (other !== undefined) log.listen({ type: 'warning', ...other });
    if (sim !== undefined) terminal.talk(describeTrial(gateway, sim, runtime.host));
    stops.push(spareMemory(runtime.host.clock, gateway, runtime.config().gateway.memory));
    notifier.ready(`listens on ${gateway.url}/v1`);
    await Promise.race([isOver, gateway.hopeless ?? isOver]);
    return 0;
  } finally {
    for (const stop of stops) stop();
    await notifier.close();
    await sim?.close();
    await log.close();
    await runtime.close();
  }
}

/** A second one on another port works, and most people did not mean it. */
/** Whom the run file names until now: one that runs, or one that could not take it back. */
async function findOther(
  host: Host,
  runFile: string,
): Promise<Pick<GatewayOptions, 'beside' | 'killed'>> {
  const { isRunning } = await import('../context/readings.ts');
  const { readRunFile } = await import('../../gateway/run-file.ts');
  const { isAlive } = await import('../../host/process-state.ts');
  const other = readRunFile(host, runFile);
  if (other === undefined) return {};
  if (await isRunning(other)) return { beside: other };
  // in a container each gateway has the number of the one before
  const isGone = other.pid === host.processId || !isAlive(other.pid);
  return isGone ? { killed: { ...other, killed: undefined } } : {};
}

async function warnOfBorrowed(
  terminal: Terminal,
  { host, paths }: Pick<Runtime, 'host' | 'paths'>,
): Promise<void> {
  const { findBorrowedKeys } = await import('../../gateway/borrowed-key.ts');
  for (const { what, fix } of findBorrowedKeys(host, paths))
    terminal.talk(`warning: ${what}. To fix: ${formatFix(fix)}\n`);
}

/** One at our port has it, and listening says so. */
function warnOfOther(terminal: Terminal, { url, pid }: RunFacts, port: number): void {
  if (Number(new URL(url).port) === port) return;
  const what = `another gateway of this home runs at ${url} (pid ${pid}); commands read this one until it ends`;
  terminal.talk(`warning: ${what}. To fix: end one of the two: ${shellLine`kill ${pid}`}\n`);
}

interface Served {
  readonly runtime: Runtime;
  readonly sim: SimulatedProvider | undefined;
  /** The way to the state file that workers share. Undefined without workers, and in the trial. */
  readonly store?: SharedChannel | undefined;
}

async function createServed(
  { terminal, workers }: { readonly terminal: Terminal; readonly workers: number | undefined },
  options: ServeOptions,
  log: Log,
): Promise<Served> {
  const { createRuntime } = await import('../../runtime.ts');
  const { host, port } = options;
  const flags = { host, port };
  try {
    const settings = { flags, recordLimit: 0, onEvent: log.listen };
    if (workers === undefined)
      return { runtime: createRuntime({ ...settings, store: 'thread' }), sim: undefined };
    const { openPrimaryRuntime } = await import('../../workers/primary-runtime.ts');
    return { ...openPrimaryRuntime(settings), sim: undefined };
  } catch (error) {
    if (!isUnconfigured(error) || !options.simIfNoConfig) {
      await log.close();
      throw error;
    }
    if (workers !== undefined) terminal.talk(`${trialIsOne}\n`);
    const { sim, config } = await startTrial();
    const onTrialEvent = (event: EngineEvent): void => {
      if (event.type === 'config-reloaded') terminal.talk(`${trialGoesOn}\n`);
      else log.listen(event);
    };
    return { runtime: createRuntime({ flags, onEvent: onTrialEvent, config }), sim };
  }
}

const trialIsOne =
  'without a configuration the simulated provider is served by one process: --workers counts once there is one';

/** Printed when keys or files change, because the trial keeps running with what it had. */
const trialGoesOn =
  'a key or a file has changed, and answers still come from the simulated provider: start again to use what is there now';

function startedFacts(
  runtime: Runtime,
  gateway: Gateway,
  sim: SimulatedProvider | undefined,
): JsonDocument {
  const { routes, origin } = runtime.config();
  return {
    schema: 'holdfast.serve/1',
    url: `${gateway.url}/v1`,
    port: gateway.port,
    mainRoute: routes.get('main')?.targets.map(({ target }) => target.id) ?? [],
    config: origin.kind === 'file' ? origin.path : null,
    isSimulated: sim !== undefined,
  };
}

function describeServing(runtime: Runtime, gateway: Gateway): string {
  const config = runtime.config();
  const targets = config.routes.get('main')?.targets.map(({ target }) => target.id) ?? [];
  return [
    `holdfast ${describeVersion()} listens on ${gateway.url}/v1`,
    `  main route: ${targets.join(' → ')}`,
    `  configuration: ${describeOrigin(config.origin)}`,
    `  key: ${describeKey(runtime.host)}`,
    ...(config.gateway.ui ? [`  page: ${shellLine`${listHomeWords(runtime.host, 'ui')}`}`] : []),
  ].join('\n');
}

/** Both work in a new terminal, in any folder. */
function describeKey({ environment }: Host): string {
  return environment.get('HOLDFAST_GATEWAY_KEY')
    ? 'the value of HOLDFAST_GATEWAY_KEY'
    : shellLine`${listKeyWords({ environment })}`;
}

function describeTrial(gateway: Gateway, sim: SimulatedProvider, { environment }: Host): string {
  const key = environment.get('HOLDFAST_GATEWAY_KEY')
    ? ['printenv', 'HOLDFAST_GATEWAY_KEY']
    : listKeyWords({ environment });
  const body = '{"model":"main","stream":true,"messages":[{"role":"user","content":"say hi"}]}';
  return [
    '',
    `  No configuration and no known key: answers come from the SIMULATED provider at ${sim.url}.`,
    '  They are marked x-holdfast-simulated: 1. Once there is a config.yaml or a key, start again to use it. Try it:',
    '',
    `  ${shellLine`curl -N ${`${gateway.url}/v1/chat/completions`} -H "authorization: Bearer $(${key})" -H ${'content-type: application/json'} -d ${body}`}`,
    '',
  ].join('\n');
}

/** The first SIGTERM or SIGINT drains; the second ends what is left, and the waiting. */
function untilDrained(
  {
    terminal,
    log,
    runtime,
  }: { readonly terminal: Terminal; readonly log: Log; readonly runtime: Runtime },
  gateway: Gateway,
  notifier: Notifier,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let closing = false;
    const stopListening = terminal.onSignal(['SIGTERM', 'SIGINT'], (signal) => {
      if (closing) {
        gateway.abort();
        return;
      }
      closing = true;
      const { drainDelayMs } = runtime.config().gateway;
      const more = drainDelayMs === 0 ? '' : `, and new ones for ${drainDelayMs / 1000} s`;
      const doing = `finishing ${gateway.inflight()} request(s) in flight${more}`;
      log.say('stopping', `${signal}: ${doing}`);
      notifier.stopping(doing);
      gateway
        .close()
        .then(resolve, reject)
        .finally(() => stopListening());
    });
  });
}

/** The log goes to stderr on a terminal, else to files. `isTrial` writes no files. */
function chooseLogOptions(
  { isInteractive }: Terminal,
  { host, paths, config }: Pick<Runtime, 'host' | 'paths' | 'config'>,
  isTrial: boolean,
): LogOptions {
  const { folder = paths.logFolder, format, keep } = config().log;
  const auto = isInteractive || isTrial ? 'text' : 'json';
  return { host, folder, keep, format: format === 'auto' ? auto : format };
}
