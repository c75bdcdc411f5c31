/** Checks what is beside the gateway: a second one of its home, an agent's own key in the shell. */

import { describePast } from '../../access/wording/when.ts';
import { findDotenvLosses } from '../../config/files/dotenv-losses.ts';
import { describeRelative } from '../../config/files/odd-home.ts';
import { findUnreadFiles } from '../../config/files/unread-files.ts';
import { isOwnGateway } from '../../config/resolve/base-url.ts';
import { isGatewayKey } from '../../config/secrets/judge-secret.ts';
import { AccessError } from '../../errors.ts';
import { comparePlans } from '../../explain/doctor/config-checks.ts';
import { createTrouble, type Trouble } from '../../explain/doctor/troubles.ts';
import type { Plan } from '../../explain/plan/plan.ts';
import { countNoun } from '../../explain/why/wording.ts';
import { findBorrowedKeys } from '../../gateway/borrowed-key.ts';
import { findKeyFaults, readAdminKey } from '../../gateway/key.ts';
import { readRunFile } from '../../gateway/run-file.ts';
import { findDetour } from '../../host/around-proxy.ts';
import { changedAt } from '../../host/changed-at.ts';
import { findIssuersFault } from '../../host/extra-issuers.ts';
import { findInside } from '../../host/inside.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Environment, Host } from '../../host.ts';
import type { RefusalCount } from '../../model/events.ts';
import type { Fix } from '../../model/fix.ts';
import { builtinEntries } from '../../providers/builtin.ts';
import { keyVariableOf } from '../../providers/sites.ts';
import { openGatewayReadings, type Readings } from '../context/gateway-readings.ts';
import { explainCut } from '../context/gone-gateway.ts';
import { explainMoved } from '../context/moved-gateway.ts';
import { explainEnding, explainState, explainWorkers } from '../context/mute-gateway.ts';
import { isRunning } from '../context/readings.ts';
import type { HomeContext } from '../terminal/terminal.ts';

/** Two gateways share the state file, and neither sees the requests under way at the other. */
export async function findSecondGateway(
  { host, paths }: HomeContext,
  shell: Plan,
): Promise<readonly Trouble[]> {
  const first = readRunFile(host, paths.runFile);
  const beside = first?.beside;
  if (beside === undefined || !(await isRunning(beside))) return [];
  const what = `two gateways of this home run: at ${first?.url} (pid ${first?.pid}) and at ${beside.url} (pid ${beside.pid})`;
  const who = `the gateway at ${beside.url} (pid ${beside.pid})`;
  const plan = await planOf(beside.url);
  const other = plan.config === shell.config ? '' : `; that at ${beside.url} reads ${plan.config}`;
  const evidence = [
    `commands read that at ${first?.url}; each counts its slots and queues on its own${other}`,
  ];
  const text = `end the older one; who asks at ${beside.url} then finds nobody until one is started there`;
  const fix = { text, command: shellLine`kill ${beside.pid}` };
  return [
    createTrouble('odd', what, { evidence, fix }),
    ...comparePlans(shell, { ...plan, config: shell.config }, who),
  ];

  /** One that cannot be asked is compared with nobody. */
  async function planOf(url: string): Promise<Plan> {
    const from = { kind: 'gateway', text: who } as const;
    try {
      const adminKey = readAdminKey(host, paths);
      const readings = await openGatewayReadings({ host, url, adminKey, from });
      return await readings.plan();
    } catch {
      return shell; // it may not be asked, which the commands that ask it say
    }
  }
}

/** An agent that is started here goes to a proxy, or asks the gateway with the key of a vendor. */
export function judgeAgentShell(environment: Environment, gateway: string): readonly Trouble[] {
  const detour = findDetour(environment, gateway);
  const lost = detour && createTrouble('odd', detour.what, { fix: detour.fix });
  return [...(lost ? [lost] : []), ...judgeAgentKeys(environment, gateway)];
}

function judgeAgentKeys(environment: Environment, gateway: string): readonly Trouble[] {
  const { hostname: host, port } = new URL(gateway);
  const bases = builtinEntries.flatMap(({ baseUrlVariables = [] }) => baseUrlVariables);
  return bases.flatMap((base) => {
    const origin = URL.parse(environment.get(base.variable) ?? '')?.origin;
    const variable = keyVariableOf(base);
    const key = environment.get(variable);
    if (origin === undefined || !key || isGatewayKey(key)) return [];
    if (
      !isOwnGateway(origin, { host, port: Number(port) }) ||
      key === environment.get('HOLDFAST_GATEWAY_KEY')
    )
      return [];
    const what = `${base.variable} points at this gateway, and ${variable} is not one of its keys: an agent that is started in this shell is refused`;
    const ownKey = { outputOf: shellLine`holdfast key` };
    const fix = {
      text: 'give it the key of the gateway',
      command: shellLine`export ${variable}=${ownKey}`,
    };
    return [createTrouble('odd', what, { fix })];
  });
}

/**
 * The key that `holdfast key` prints here must be one that the running gateway takes: each reads it
 * from its own environment, or else from the file.
 */
export async function judgeShellKey(
  { host, paths }: HomeContext,
  who: string,
): Promise<readonly Trouble[]> {
  const { hashKey, listCallerKeys } = await import('../../gateway/caller-keys.ts');
  const theirs = readRunFile(host, paths.runFile)?.keyHash;
  const inShell = host.environment.get(gatewayKey)?.trim() || undefined;
  const inFile = readOwnText(host, paths.gatewayKeyFile);
  const ours = inShell ?? inFile;
  if (theirs === undefined || ours === undefined || hashKey(ours) === theirs) return [];
  const isCallers = listCallerKeys({ host, path: paths.callerKeysFile }).some(
    ({ hash }) => hash === hashKey(ours),
  );
  if (isCallers) return [];
  const name = inShell === undefined ? paths.gatewayKeyFile : `${gatewayKey} of this shell`;
  const what = `${name} is not the key of ${who}: what is started here with it is refused`;
  return [createTrouble('odd', what, { fix: fixShellKey() })];

  function fixShellKey(): Fix {
    if (inShell === undefined)
      return {
        text: `restart the gateway, so that it reads the file again; if it was started with ${gatewayKey}, set that here too instead`,
      };
    if (inFile !== undefined && hashKey(inFile) === theirs)
      return { text: 'use the key in gateway.key', command: shellLine`unset ${gatewayKey}` };
    return {
      text: 'set it to the value that the gateway was started with, or restart the gateway with this one',
    };
  }
}

const gatewayKey = 'HOLDFAST_GATEWAY_KEY';

/** Undefined if there is no such file, or none that can be read: another check says so. */
function readOwnText({ files }: Pick<Host, 'files'>, path: string): string | undefined {
  try {
    return files.stamp(path) === undefined ? undefined : files.readText(path).trim();
  } catch {
    return undefined;
  }
}

/** An agent that was refused hour by hour is stuck, and its requests have no record. */
export function judgeRefusals(
  refusals: readonly RefusalCount[],
  { now, changedAt }: { readonly now: number; readonly changedAt: number },
): readonly Trouble[] {
  return refusals
    .filter(({ lastAt }) => lastAt > Math.max(now - hourMs, changedAt))
    .map(({ count, code, text, lastAt, fix: told }) => {
      const what = `${countNoun(count, 'request')} of callers refused (${code}), the last ${describePast(lastAt, now)}: ${text}`;
      const fix = { text: told ?? 'holdfast why --failed shows each kind' };
      return createTrouble('odd', what, { fix, exit: 0 });
    });
}

const hourMs = 60 * 60_000;

/** When a person last changed what callers may do, epoch ms: a refusal before may be mended. */
export function lastChange({ host, paths }: HomeContext): number {
  const files = [paths.configFile, paths.dotenvFile, paths.callerKeysFile];
  return Math.max(...files.map((path) => changedAt(host, path)));
}

/** A gateway whose own key cannot be used does not start; a file of callers' keys stops none. */
export async function judgeOwnKeys({ host, paths }: HomeContext): Promise<readonly Trouble[]> {
  const { listCallerKeys } = await import('../../gateway/caller-keys.ts');
  const tell = ({ message, fix }: AccessError, then: string): Trouble =>
    createTrouble('broken', message, { evidence: [then], fix });
  const faults = findKeyFaults(host, paths).map((one) =>
    tell(one, 'holdfast serve does not start'),
  );
  try {
    listCallerKeys({ host, path: paths.callerKeysFile });
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    faults.push(tell(error, 'a gateway that starts now refuses every key of holdfast key add'));
  }
  const borrowed = findBorrowedKeys(host, paths);
  return [...faults, ...borrowed.map(({ what, fix }) => createTrouble('odd', what, { fix }))];
}

/** Of a gateway that answers: it may soon answer no more, or answers those who cannot reach it. */
export async function judgeProcess(
  { host, paths }: HomeContext,
  readings: Pick<Readings, 'records' | 'snapshot'>,
): Promise<readonly Trouble[]> {
  const running = readRunFile(host, paths.runFile);
  if (running === undefined) return [];
  const { self, refusals } = await readings.snapshot();
  const { restarts = 0 } = self.workers ?? {};
  const records = await readings.records({ limit: 1, since: running.startedAt });
  const isUnasked = records.length + refusals.length === 0;
  const { environment, files } = host;
  const broken = [
    explainEnding(running),
    explainState(running),
    explainWorkers(running),
    explainMoved(running, { environment, files, paths }),
  ]
    .flatMap((fault) => fault ?? [])
    .map(({ what, fix }) => createTrouble('broken', what, { fix }));
  const cut = explainCut(running, host.clock.now());
  const isNews = host.clock.now() - running.startedAt < 24 * hourMs;
  const isShut = isUnasked && isLoopback(running.url) && findInside(host) === 'container';
  return [
    ...broken,
    ...(isShut ? [tellShut(running.url)] : []),
    ...(cut && isNews ? [createTrouble('odd', cut.what, { fix: cut.fix, exit: 0 })] : []),
    ...(restarts === 0 ? [] : [tellEnded(restarts)]),
  ];
}

function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** A published port leads to the other addresses of a container. */
function tellShut(url: string): Trouble {
  const what = `since it started nobody has asked the gateway at ${url}, which in this container is reached from inside alone`;
  const text = 'if callers are outside: export HOLDFAST_HOST=0.0.0.0 where it is started';
  return createTrouble('resting', what, { fix: { text } });
}

/** Their callers were cut off, and nothing is wrong now. */
function tellEnded(restarts: number): Trouble {
  const what = `worker processes of the gateway ended and were started again, ${countNoun(restarts, 'time')} in all`;
  const text =
    'holdfast logs has how it ended; after SIGKILL look whether memory ran out (dmesg, the limit of a container)';
  return createTrouble('odd', what, { fix: { text }, exit: 0 });
}

/** What Node itself reads, and what it does not. */
export function judgeNodeVariables(
  environment: Environment,
  files: Pick<Host['files'], 'stamp' | 'readBytes'>,
): readonly Trouble[] {
  return [
    ...judgeUnchecked(environment),
    ...judgeExtraIssuers(environment, files),
    ...judgeAllProxy(environment),
    ...judgePlaces(environment, files),
    ...judgeTimeZone(environment),
  ];
}

/** Lines of Holdfast's own `.env` that nobody reads. */
export function judgeDotenv({ host, paths }: HomeContext): readonly Trouble[] {
  const text = readOwnText(host, paths.dotenvFile) ?? '';
  return findDotenvLosses(text).map(({ line, what, fix }) =>
    createTrouble('odd', `${paths.dotenvFile}:${line} ${what}`, { fix: { text: fix }, exit: 0 }),
  );
}

/** Node shows times in UTC then, and no vendor's day or hour as people expect them. */
function judgeTimeZone(environment: Environment): readonly Trouble[] {
  const zone = environment.get('TZ');
  try {
    // a file of a zone is the system's own to read
    if (zone && !/^:?\//.test(zone)) new Intl.DateTimeFormat('en', { timeZone: zone });
    return [];
  } catch {
    const what = `TZ is "${zone}", which names no time zone: times are told in UTC`;
    const fix = { text: 'write it as Europe/Berlin, or take it out', command: shellLine`unset TZ` };
    return [createTrouble('odd', what, { fix, exit: 0 })];
  }
}

function judgePlaces(
  environment: Environment,
  files: Pick<Host['files'], 'stamp'>,
): readonly Trouble[] {
  const relative = ['HOME', 'HOLDFAST_HOME', 'HOLDFAST_CONFIG'].flatMap((variable) => {
    const odd = describeRelative(environment, variable);
    if (odd === undefined) return [];
    const what = `${odd.message}: files are looked for in the folder where each command is started`;
    return [createTrouble('odd', what, { fix: odd.fix })];
  });
  const unread = findUnreadFiles(environment, files).map(({ what, fix, isStale }) =>
    createTrouble('odd', what, { fix, ...(!isStale && { exit: 0 }) }),
  );
  return [...relative, ...unread];
}

/** For every server that a key is sent to. */
function judgeUnchecked(environment: Environment): readonly Trouble[] {
  const variable = 'NODE_TLS_REJECT_UNAUTHORIZED';
  if (environment.get(variable) !== '0') return [];
  const what = `${variable}=0: certificates are not checked, so anyone on the way to a provider can read every key`;
  const fix = { text: 'check them again', command: shellLine`unset ${variable}` };
  return [createTrouble('odd', what, { fix })];
}

/** Node prints a line at most about it, when it starts. */
function judgeExtraIssuers(
  environment: Environment,
  files: Pick<Host['files'], 'stamp' | 'readBytes'>,
): readonly Trouble[] {
  const fault = findIssuersFault(environment, files);
  return fault === undefined ? [] : [createTrouble('odd', fault.what, { fix: fault.fix })];
}

/** curl reads it; Node and Holdfast do not. */
function judgeAllProxy(environment: Environment): readonly Trouble[] {
  const read = (name: string): string | undefined =>
    environment.get(name) || environment.get(name.toLowerCase()) || undefined;
  if (read('ALL_PROXY') === undefined || read('HTTPS_PROXY') !== undefined) return [];
  const what = 'ALL_PROXY is set and is not read here: providers are asked without a proxy';
  const fix = { text: 'if they should be asked through it, set HTTPS_PROXY to an HTTP proxy' };
  return [createTrouble('odd', what, { fix, exit: 0 })];
}
