/**
 * Chooses where a command reads from: the gateway that `--gateway` or `HOLDFAST_URL` names, else
 * the running one of this home, else the state file. The choice is printed on stderr.
 */

import { type Paths, resolvePaths } from '../../config/files/paths.ts';
import { AccessError } from '../../errors.ts';
import type { Snapshot } from '../../explain/snapshot/snapshot.ts';
import { findRecord, findRecords, type RecordPlaces } from '../../gateway/admin/find-record.ts';
import { readAdminKey } from '../../gateway/key.ts';
import {
  challengeHeader,
  isProof,
  proofHeader,
  type RunFacts,
  readRunFile,
} from '../../gateway/run-file.ts';
import { askStatus } from '../../host/ask-status.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Host } from '../../host.ts';
import type { RequestContent } from '../../model/record.ts';
import type { BudgetStanding } from '../../model/spending.ts';
import type { Runtime } from '../../runtime.ts';
import type { Store } from '../../store/store.ts';
import { type CommandContext, dim } from '../terminal/terminal.ts';
import type { ReadingSource, Readings } from './gateway-readings.ts';
import {
  describeNoAnswer,
  isSameGateway,
  readGatewayUrl,
  suggestGatewayUrl,
} from './gateway-url.ts';
import { inPlace, isConfigUnusable, withRuntime, withRuntimeUnless } from './with-runtime.ts';

/** A gateway on this machine that has not answered by then is treated as gone. */
const proofMs = 2000;

type ReadingContext = Pick<CommandContext, 'terminal' | 'host'>;

/** Closes the readings even if `use` throws. `gateway` is the value of `--gateway`. */
export async function withReadings<T>(
  context: ReadingContext,
  gateway: string | undefined,
  use: (readings: Readings) => Promise<T>,
): Promise<T> {
  const readings = await openReadings(context, gateway);
  try {
    return await use(readings);
  } finally {
    await readings.close();
  }
}

/** Rejects with `AccessError` for an address or a key that cannot be used. */
export async function openReadings(
  { terminal, host }: ReadingContext,
  gateway: string | undefined,
): Promise<Readings> {
  const named = gateway ?? host.environment.get('HOLDFAST_URL');
  const readings =
    named === undefined || named === '' ? await openOwn(host) : await openNamed(host, named);
  terminal.talk(`${dim(terminal, `read from ${readings.from.text}`)}\n`);
  const { refused } = readings;
  if (refused !== undefined) terminal.talk(`${refused}\n`);
  return readings;
}

/** The admin key of this home is sent only to its own gateway; another one's must be passed. */
async function openNamed(host: Host, named: string): Promise<Readings> {
  const url = parseUrl(named);
  const paths = resolvePaths(host.environment);
  const running = readRunFile(host, paths.runFile);
  const isOwn =
    running !== undefined && isSameGateway(running.url, url) && (await isRunning(running));
  if (!isOwn && !host.environment.get('HOLDFAST_ADMIN_KEY'))
    throw await explainStranger(host, named);
  const pid = isOwn ? { pid: running.pid } : {};
  return openGateway(host, paths, { kind: 'gateway', text: `the gateway at ${url}`, url, ...pid });
}

/** A variable of the shell is easily forgotten. */
async function explainStranger({ environment }: Host, given: string): Promise<AccessError> {
  const url = parseUrl(given);
  const isInShell = environment.get('HOLDFAST_URL') === given;
  const named = isInShell ? `${url} (named by HOLDFAST_URL)` : url;
  const { status, fault, headers } = await askStatus(new URL(`${url}/healthz`), {
    header: challengeHeader,
    timeoutMs: proofMs,
  });
  const own = shellLine`unset HOLDFAST_URL`;
  if (headers[proofHeader] !== undefined && url.startsWith('https:')) {
    const plain = url.replace(/^https/, 'http');
    const command = isInShell ? shellLine`export HOLDFAST_URL=${plain}` : undefined;
    return new AccessError('gateway-unreachable', `the gateway at ${named} speaks plain http`, {
      fix: { text: `write ${plain}`, command },
    });
  }
  if (status === undefined)
    return new AccessError(
      'gateway-unreachable',
      `no gateway answers at ${named}: ${describeNoAnswer(fault)}`,
      {
        fix: isInShell
          ? { text: 'look at this home instead', command: own }
          : 'correct --gateway, or start that gateway',
      },
    );
  if (headers[proofHeader] === undefined)
    return new AccessError(
      'gateway-unreachable',
      `the server at ${named} is not a Holdfast gateway`,
      {
        fix: isInShell ? { text: 'look at this home instead', command: own } : 'correct --gateway',
      },
    );
  const text = 'set HOLDFAST_ADMIN_KEY to the content of admin.key of that gateway';
  return new AccessError('config-invalid', `the gateway at ${named} is not of this home`, {
    fix: isInShell ? { text: `${text}, or look at this home`, command: own } : text,
  });
}

function parseUrl(named: string): string {
  const url = readGatewayUrl(named);
  if (url !== undefined) return url;
  throw new AccessError('request-invalid', `"${named}" is not the address of a gateway`, {
    fix: `write it as ${suggestGatewayUrl(named)}`,
  });
}

/** Returns undefined if no gateway of this home runs, or it says nothing. */
export async function askOwnGateway(host: Host): Promise<Snapshot | undefined> {
  const paths = resolvePaths(host.environment);
  const running = readRunFile(host, paths.runFile);
  if (running === undefined || !(await isRunning(running))) return undefined;
  try {
    return await (await openRunning(host, paths, running)).snapshot();
  } catch (error) {
    if (error instanceof AccessError) return undefined;
    throw error;
  }
}

async function openOwn(host: Host): Promise<Readings> {
  const paths = resolvePaths(host.environment);
  const running = readRunFile(host, paths.runFile);
  if (running === undefined) return openFile(host, paths, await explainAbsent(host, paths));
  if (await isRunning(running)) return openRunning(host, paths, running);
  const { explainMute } = await import('./mute-gateway.ts');
  const because =
    explainMute(running)?.what ??
    `${nameGateway(running)} ended and left its ${paths.runFile} behind`;
  return openFile(host, paths, because);
}

async function explainAbsent(host: Host, paths: Paths): Promise<string> {
  const { findUnannounced } = await import('./unannounced.ts');
  const url = await findUnannounced(host, paths);
  return url === undefined
    ? 'no gateway of this home runs'
    : `its gateway at ${url} runs and has no run file ${paths.runFile}`;
}

function openRunning(host: Host, paths: Paths, running: RunFacts): Promise<Readings> {
  const { url, pid } = running;
  return openGateway(host, paths, { kind: 'gateway', text: nameGateway(running), url, pid });
}

function nameGateway({ url, pid }: RunFacts): string {
  return `the gateway at ${url} (pid ${pid})`;
}

async function openGateway(
  host: Host,
  paths: Paths,
  from: ReadingSource & { readonly url: string },
): Promise<Readings> {
  const { openGatewayReadings } = await import('./gateway-readings.ts');
  return openGatewayReadings({ host, url: from.url, adminKey: readAdminKey(host, paths), from });
}

/**
 * Checks that the gateway which wrote the file still listens, and not another program on its port.
 */
export async function isRunning({ url, token }: RunFacts): Promise<boolean> {
  const asked = await askStatus(new URL(`${url}/healthz`), {
    header: challengeHeader,
    timeoutMs: proofMs,
  });
  return isProof(asked.headers[proofHeader], token, asked.challenge);
}

/**
 * Opens the configuration only when it is needed, so that records can be read while it is broken.
 */
async function openFile(host: Host, paths: Paths, because: string): Promise<Readings> {
  const { createInPlaceStore } = await import('../../store/sqlite/in-place.ts');
  const store = createInPlaceStore(host, paths.stateFile);
  const { signal } = new AbortController();
  const text = `the state file ${paths.stateFile}; ${because}`;
  const { askFleet } = await import('./ask-fleet.ts');
  const places: RecordPlaces = {
    clock: host.clock,
    own: store,
    content: (id) => readKeptContent(host, paths, id),
    fleet: {
      find: async (id) => (await askFleet(host, (fleet) => fleet.find(id))) ?? { kind: 'own' },
      findKept: async (query) => (await askFleet(host, (fleet) => fleet.findKept(query))) ?? [],
    },
    where: text,
  };
  return {
    from: { kind: 'file', text },
    records: (query) => store.findRecords(query),
    recordsOfAll: (query) => findRecords(places, query),
    record: (id) => findRecord(places, { id, limit: 1 }),
    usage: (query) => store.readUsage(query),
    budgets: () => readOwnBudgets(host),
    snapshot: () => withRuntime({ ...inPlace, host }, (runtime) => snapshotOf(runtime, store)),
    plan: (name) => withRuntime({ ...inPlace, host }, (runtime) => runtime.plan({ name, signal })),
    close: () => store.close(),
  };
}

async function readKeptContent(
  { files }: Host,
  { contentsFile: path }: Paths,
  id: string,
): Promise<RequestContent | undefined> {
  const { ContentFile } = await import('../../store/contents/content-file.ts');
  const file = new ContentFile({ files, path });
  try {
    return file.find(id);
  } finally {
    file.close();
  }
}

async function readOwnBudgets(host: Host): Promise<readonly BudgetStanding[]> {
  const { readBudgets } = await import('../../gateway/caller-keys.ts');
  return (await withRuntimeUnless(isConfigUnusable, { ...inPlace, host }, readBudgets)) ?? [];
}

async function snapshotOf(runtime: Runtime, store: Pick<Store, 'findRecords'>): Promise<Snapshot> {
  const { readRecentActivity, takeSnapshot } = await import(
    '../../explain/snapshot/take-snapshot.ts'
  );
  const { activity } = await readRecentActivity(runtime.host, store);
  return takeSnapshot(runtime, { activity, live: [] });
}
