/**
 * Says to people why the gateway cannot listen where it should: who has the port, as far as this
 * user may see, and a line that listens elsewhere.
 */

import { resolvePaths } from '../../config/files/paths.ts';
import { describeAddress } from '../../connect/gateway-address.ts';
import { type AccessError, codeOf, formatFix } from '../../errors.ts';
import { cannotListen, isForbidden, type ListenPlace } from '../../gateway/refusals.ts';
import {
  challengeHeader,
  homeHeader,
  proofHeader,
  proveHome,
  type RunFacts,
} from '../../gateway/run-file.ts';
import { askStatus } from '../../host/ask-status.ts';
import { findListener } from '../../host/find-listener.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import { explainStop, readVariable } from '../../host/process-state.ts';
import { shellLine } from '../../host/shell-line.ts';
import { findFreePort } from '../../host/try-listen.ts';
import type { Environment } from '../../host.ts';
import { defaults } from '../../model/defaults.ts';
import type { Fix, ShellLine } from '../../model/fix.ts';

const timeoutMs = 1000;

interface GatewayThere {
  /** Undefined where its variables cannot be seen. */
  readonly environment: Environment | undefined;
  /** Of the home of this shell: two folders of state are two homes, whatever they read. */
  readonly isOwn: boolean;
}

/** Any Holdfast gateway answers the challenge, and only one of a home can answer it right. */
async function findGatewayThere(
  place: ListenPlace,
  pid: number | undefined,
  own: Environment | undefined,
): Promise<GatewayThere | undefined> {
  const { headers, challenge } = await askThere(place);
  if (headers[proofHeader] === undefined) return undefined;
  const get = (name: string): string | undefined =>
    pid === undefined ? undefined : readVariable(pid, name);
  const seen = { get, all: () => ({}) };
  const prove = (folder: string): string =>
    proveHome({ files: createNodeFiles() }, folder, challenge);
  const isOf = (one: Environment): boolean =>
    headers[homeHeader] === prove(resolvePaths(one).folder);
  const stateOf = (one: Environment): string => prove(resolvePaths(one).stateFolder);
  const environment = isOf(seen) ? seen : undefined;
  const isOwn =
    own !== undefined && isOf(own) && (!environment || stateOf(environment) === stateOf(own));
  return { environment, isOwn };
}

/** The line after which this shell has the home of a gateway that runs elsewhere. */
export function moveHome(own: Environment, other: Environment): ShellLine | undefined {
  const there = other.get('HOLDFAST_HOME');
  if (there) return shellLine`export HOLDFAST_HOME=${there}`;
  const get = (name: string): string | undefined =>
    name === 'HOLDFAST_HOME' ? undefined : own.get(name);
  const [moved, meant] = [resolvePaths({ ...own, get }), resolvePaths(other)];
  const isThere = moved.folder === meant.folder && moved.stateFolder === meant.stateFolder;
  return isThere ? shellLine`unset HOLDFAST_HOME` : undefined;
}

/** The codes of a connection to where nobody listens. */
const nobodyThere =
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EINVAL|ENOTFOUND|EAI_AGAIN)$/;

/** Who accepts a connection listens, whatever it says or does not say. */
export async function isTaken(place: ListenPlace): Promise<boolean> {
  if (findListener(place.address, place.port) !== undefined) return true;
  const { fault = '' } = await askThere(place);
  return !nobodyThere.test(fault);
}

function askThere({ address, port }: ListenPlace): ReturnType<typeof askStatus> {
  const url = new URL(`${describeAddress(address, port)}/healthz`);
  return askStatus(url, { header: challengeHeader, timeoutMs });
}

export interface Holder {
  readonly who: string;
  /** What to do about it, or else listen elsewhere. */
  readonly todo: string;
  /** The gateway of this home has the port. */
  readonly isOwn: boolean;
  /** Of that gateway. */
  readonly pid?: number | undefined;
}

interface HolderScene {
  readonly own?: RunFacts | undefined;
  readonly platform: string;
  /** Of this shell, which may be moved to the home of who has the port. */
  readonly environment?: Environment | undefined;
}

const ownGateway = { who: 'the gateway of this home', todo: 'end it', isOwn: true } as const;

/** Describes who has a port that is taken. `own` is a gateway of this home that runs. */
export async function describeHolder(
  place: ListenPlace,
  { own, platform, environment }: HolderScene,
): Promise<Holder> {
  const { user, process: found } = findListener(place.address, place.port) ?? {};
  const isOwn = own !== undefined && Number(new URL(own.url).port) === place.port;
  const stop = found && explainStop(found.pid);
  const seen = describeSeen(user, found?.pid, stop?.what);
  if (isOwn) return { ...ownGateway, who: `${ownGateway.who} (pid ${own.pid})`, pid: own.pid };
  const todo = found ? endIt(stop?.fix) : findIt(place.port, platform);
  const there = await findGatewayThere(place, found?.pid, environment);
  if (there?.isOwn) return { ...ownGateway, who: `${ownGateway.who}${seen}`, pid: found?.pid };
  if (there !== undefined) {
    const { who, use } = describeOther(there.environment, environment);
    return { who: `${who}${seen}`, todo: `${use}${todo}`, isOwn };
  }
  const unseen = user === undefined ? 'another program' : `a program of the user ${user}`;
  return { who: found === undefined ? unseen : `${found.program}${seen}`, todo, isOwn };
}

/** A gateway that is not of this home, and how to use it, where this shell can have its home. */
function describeOther(
  there: Environment | undefined,
  own: Environment | undefined,
): { readonly who: string; readonly use: string } {
  if (there === undefined) return { who: 'another Holdfast gateway', use: '' };
  const line = own && moveHome(own, there);
  const who = `the gateway of another home, ${resolvePaths(there).folder}`;
  return { who, use: line === undefined ? '' : `use that home (${line}), or ` };
}

/** In brackets: what is seen of the process that has the port. */
function describeSeen(
  user: string | undefined,
  pid: number | undefined,
  stop: string | undefined,
): string {
  if (user === undefined) return '';
  const process = pid === undefined ? '' : `pid ${pid}, `;
  return ` (${process}user ${user})${stop === undefined ? '' : `, which ${stop}`}`;
}

/** A program that is stopped may go on instead. */
function endIt(goOn: Fix | undefined): string {
  return `${goOn === undefined ? '' : `${formatFix(goOn)}; or `}end that program`;
}

function findIt(port: number, platform: string): string {
  return `see which program it is (${lookFor(port, platform)}) and end it`;
}

/** The line that shows all programs to an administrator. */
function lookFor(port: number, platform: string): string {
  if (platform === 'win32') return `netstat -ano | findstr :${port}`;
  return platform === 'linux'
    ? shellLine`sudo ss -ltnp ${`sport = :${port}`}`
    : shellLine`sudo lsof -nP -iTCP:${port} -sTCP:LISTEN`;
}

interface ServeScene extends HolderScene {
  /** What the command line said, which a new line must say again. */
  readonly flags: {
    readonly host?: string | undefined;
    readonly port?: number | undefined;
    readonly workers?: number | 'auto' | undefined;
  };
}

/** Explains what `holdfast serve` met, with a line that starts it elsewhere. */
export async function explainListening(
  error: AccessError,
  place: ListenPlace,
  { flags, ...scene }: ServeScene,
): Promise<AccessError> {
  const { cause, fix } = error;
  if (!(cause instanceof Error) || error.code === 'config-invalid') return error;
  const serveAt = async (first: number): Promise<Fix['command']> => {
    const port = await findFreePort(place.address, first);
    return shellLine`holdfast serve ${repeat({ ...flags, port })}`;
  };
  const code = codeOf(cause) ?? '';
  const text = fix?.text ?? '';
  if (code === 'EADDRINUSE') {
    const { who, todo, isOwn, pid } = await describeHolder(place, scene);
    const told = isOwn
      ? {
          text: 'use that one, or end it to start anew',
          ...(pid !== undefined && { command: shellLine`kill ${pid}` }),
        }
      : { text: `${todo}, or listen elsewhere`, command: await serveAt(place.port + 1) };
    return cannotListen(cause, place, { who, fix: told });
  }
  if (isForbidden(code))
    return cannotListen(cause, place, {
      fix: { text, command: await serveAt(defaults.gateway.port) },
    });
  const command = shellLine`holdfast serve ${repeat({ ...flags, host: '127.0.0.1' })}`;
  return cannotListen(cause, place, { fix: { text, command } });
}

/** The words of these flags, for those that are set. */
function repeat(flags: ServeScene['flags']): readonly string[] {
  const { host, port, workers } = flags;
  return Object.entries({ host, port, workers }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
}
