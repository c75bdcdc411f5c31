/**
 * Checks whether a gateway accepts requests, at its open path `/readyz`: without a key, and without
 * loading the program.
 */

import { resolvePaths } from '../../config/files/paths.ts';
import { formatFix } from '../../errors.ts';
import type { WorkerCounts } from '../../explain/snapshot/snapshot.ts';
import {
  challengeHeader,
  homeHeader,
  isProof,
  proofHeader,
  proveHome,
  type RunFacts,
  readRunFile,
} from '../../gateway/run-file.ts';
import { type AskedStatus, askStatus } from '../../host/ask-status.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import type { Environment } from '../../host.ts';
import type { FleetStanding } from '../../model/fleet.ts';
import { describeNoAnswer, readGatewayUrl, suggestGatewayUrl } from './gateway-url.ts';

export interface AskedHealth {
  readonly isReady: boolean;
  readonly text: string;
  readonly url?: string | undefined;
  /** Absent: it has none, or did not say. */
  readonly workers?: WorkerCounts | undefined;
  /** Absent: it is no member of a fleet, or did not say. */
  readonly fleet?: FleetStanding | undefined;
}

/** A responsive gateway answers in milliseconds. */
const timeoutMs = 5000;

/** A gateway to ask. */
interface FoundGateway {
  readonly environment: Environment;
  readonly url: string;
  /** The run file of this home, if there is one. */
  readonly running: RunFacts | undefined;
  /** The folder of this home. */
  readonly folder: string;
  /** Only a gateway of this home will do. */
  readonly mustBeOwn?: true;
  /** Why it is asked, where nothing named it. */
  readonly because?: string;
}

/** Asks `gateway`, else `HOLDFAST_URL`, else the one of this home. Never rejects. */
export async function askHealth(environment: Environment, gateway?: string): Promise<AskedHealth> {
  const named = gateway ?? (environment.get('HOLDFAST_URL') || undefined);
  const where = gateway === undefined ? 'HOLDFAST_URL' : '--gateway';
  const { runFile, folder } = resolvePaths(environment);
  const running = readRunFile({ files: createNodeFiles() }, runFile);
  if (named !== undefined)
    return askAt({ environment, url: named, running, folder }, (isThere) =>
      isThere ? `correct ${where}` : `correct ${where}, or start that gateway`,
    );
  const found =
    running === undefined
      ? await findConfigured(environment)
      : ({ environment, url: running.url, running, folder, mustBeOwn: true } as const);
  const toStart = async (): Promise<string> => {
    const { describeStart } = await import('./start-line.ts');
    return describeStart(environment);
  };
  if (found === undefined) return bad('no gateway of this home runs', toStart());
  return askAt(found, async (isThere, port) => {
    // a run file that was left behind names the port of an earlier configuration
    const wanted = found.running && (await findConfigured(environment));
    if (wanted !== undefined && Number(new URL(wanted.url).port) !== port) return toStart();
    const isSet = Boolean(environment.get('HOLDFAST_PORT')); // it outranks the file
    const command = `${isSet ? 'export HOLDFAST_PORT=' : 'holdfast config set gateway.port '}${port + 1}`;
    return isThere ? `end that program, or listen elsewhere: ${command}` : toStart();
  });
}

/** `fix` is asked where no gateway answers. `isThere`: another program does. */
async function askAt(
  { environment, url: written, running, folder, mustBeOwn, because = '' }: FoundGateway,
  fix: (isThere: boolean, port: number) => string | Promise<string>,
): Promise<AskedHealth> {
  const url = readGatewayUrl(written)?.replace(/^https/, 'http');
  if (url === undefined)
    return bad(
      `"${written}" is not the address of a gateway`,
      `write it as ${suggestGatewayUrl(written)}`,
    );
  const address = new URL(`${url}/readyz`);
  const asked = await askStatus(address, { header: challengeHeader, timeoutMs });
  const { status, fault } = asked;
  const port = Number(address.port);
  if (status === undefined)
    return tellSilent({ url, running }, async () =>
      bad(`no gateway at ${url}${because}: ${describeNoAnswer(fault)}`, fix(false, port), url),
    );
  const owner = findOwner(asked, { running, folder });
  const isGateway = owner !== 'nobody';
  // an older gateway does not say whose it is
  const mayBeOwn = owner === 'us' || (owner === 'unknown' && running === undefined);
  const isMeant = mustBeOwn ? mayBeOwn : isGateway;
  const whose = isRemote(address) ? '' : ownerWords[owner];
  if (status === 200 && isMeant) {
    const { words, ...parts } = await askParts(environment, { url, running, owner });
    const moved = await tellMoved(environment, { running, owner });
    const detour = await tellDetour(environment, url);
    const text = `✓ the gateway at ${url} is ready${words}${because}${whose}${moved}${detour}`;
    return { isReady: true, text, url, ...parts };
  }
  if (status === 503 && isMeant)
    return bad(
      `the gateway at ${url} is shutting down: it takes no new requests`,
      'wait until it has started again',
      url,
    );
  const what = isGateway
    ? `the gateway at ${url} is of another home${because}`
    : `no gateway at ${url}${because}: another program answers there`;
  return bad(what, fix(true, port), url);
}

/** A process that has the port and says nothing may be the gateway of this home. */
async function tellSilent(
  { url, running }: Pick<FoundGateway, 'url' | 'running'>,
  otherwise: () => Promise<AskedHealth>,
): Promise<AskedHealth> {
  if (running?.url !== url) return otherwise();
  const { explainMute } = await import('./mute-gateway.ts');
  const mute = explainMute(running);
  return mute === undefined ? otherwise() : bad(mute.what, formatFix(mute.fix), url);
}

/** It is well, but whoever reads the configuration looks for it elsewhere. */
async function tellMoved(
  environment: Environment,
  { running, owner }: Pick<FoundGateway, 'running'> & { readonly owner: GatewayOwner },
): Promise<string> {
  if (owner !== 'us' || running?.isAsConfigured !== true) return '';
  const { explainMoved } = await import('./moved-gateway.ts');
  const paths = resolvePaths(environment);
  const moved = explainMoved(running, { environment, files: createNodeFiles(), paths });
  return moved === undefined ? '' : `. But ${moved.what}: ${formatFix(moved.fix)}`;
}

/** It is asked here without a proxy, and its callers may be sent to one. */
async function tellDetour(environment: Environment, url: string): Promise<string> {
  const { findDetour } = await import('../../host/around-proxy.ts');
  const detour = findDetour(environment, url);
  return detour === undefined ? '' : `. But ${detour.what}: ${formatFix(detour.fix)}`;
}

/** Asks only a gateway that has some: this loads more of the program. */
async function askParts(
  environment: Environment,
  {
    url,
    running,
    owner,
  }: Required<Pick<FoundGateway, 'url' | 'running'>> & { readonly owner: GatewayOwner },
): Promise<Pick<AskedHealth, 'workers' | 'fleet'> & { readonly words: string }> {
  if (owner !== 'us') return { words: '' };
  if (running?.workers === undefined && running?.isMember !== true) return { words: '' };
  const { askWorkerCounts } = await import('./worker-counts.ts');
  const { describeWorkers } = await import('../../explain/snapshot/describe-workers.ts');
  const { describeFleet } = await import('../../store/fleet/describe-fleet.ts');
  const { workers, fleet } = (await askWorkerCounts(environment, url)) ?? {};
  const words = [workers && describeWorkers(workers), fleet && describeFleet(fleet)].filter(
    Boolean,
  );
  return { workers, fleet, words: words.length === 0 ? '' : ` (${words.join('; ')})` };
}

type GatewayOwner = 'us' | 'other' | 'unknown' | 'nobody';

const ownerWords: Readonly<Record<GatewayOwner, string>> = {
  us: '',
  other: '; it is of another home',
  unknown: '; it may be of another home',
  nobody: '',
};

/** `nobody`: what answers is no gateway of ours. */
function findOwner(
  { headers, challenge }: AskedStatus,
  { running, folder }: Pick<FoundGateway, 'running' | 'folder'>,
): GatewayOwner {
  const proof = headers[proofHeader];
  if (proof === undefined) return 'nobody';
  if (running !== undefined && isProof(proof, running.token, challenge)) return 'us';
  const home = headers[homeHeader];
  if (home === undefined) return 'unknown';
  return home === proveHome({ files: createNodeFiles() }, folder, challenge) ? 'us' : 'other';
}

/** Where it would listen: a gateway with a read-only home cannot write the run file. */
async function findConfigured(environment: Environment): Promise<FoundGateway | undefined> {
  const paths = resolvePaths(environment);
  const { readConfiguredUrl } = await import('./configured-url.ts');
  const url = readConfiguredUrl({ environment, files: createNodeFiles(), paths });
  if (url === undefined) return undefined;
  const { folder } = paths;
  return {
    environment,
    url,
    running: undefined,
    folder,
    mustBeOwn: true,
    because: ` (as configured; no ${paths.runFile})`,
  };
}

/** A gateway on another machine is never of this home. */
function isRemote({ hostname }: URL): boolean {
  return !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}

async function bad(
  what: string,
  fix: string | Promise<string>,
  url?: string,
): Promise<AskedHealth> {
  const { inOwnWords } = await import('../../host/program-words.ts');
  return { isReady: false, text: `✗ ${what}. To fix: ${inOwnWords(await fix)}`, url };
}
