/** Checks the port where the gateway would listen: its address, and who has the port now. */

import { resolvePaths } from '../../config/files/paths.ts';
import { codeOf } from '../../errors.ts';
import { createTrouble, type Trouble } from '../../explain/doctor/troubles.ts';
import type { ListenPlace } from '../../gateway/refusals.ts';
import type { RunFacts } from '../../gateway/run-file.ts';
import { shellLine } from '../../host/shell-line.ts';
import { findFreePort, findListenFault } from '../../host/try-listen.ts';
import type { Environment } from '../../host.ts';
import { defaults } from '../../model/defaults.ts';
import type { ShellLine } from '../../model/fix.ts';
import { explainLost } from '../context/gone-gateway.ts';
import { describeHolder, isTaken } from '../context/listening.ts';

/** Where the gateway would listen, and what says so. */
export interface WantedPlace extends ListenPlace {
  readonly platform: string;
  /** What a variable says comes before the file, and without a file only a variable is read. */
  readonly isFromFile: boolean;
}

export interface LastRun {
  readonly running: RunFacts | undefined;
  readonly environment: Environment;
}

/**
 * `last` is the gateway of this home that ran last, which did not answer: it may still run, or was
 * killed. An address that is not this machine's may be answered by another: that is told
 * first.
 */
export async function lookAtPort(place: WantedPlace, last?: LastRun): Promise<readonly Trouble[]> {
  const lost = last?.running && (await explainLost(last.running, last.environment));
  if (lost !== undefined) return [createTrouble('broken', lost.what, { fix: lost.fix })];
  const unusable = await judgeListening(place);
  if (unusable.length > 0) return unusable;
  const { address, port } = place;
  if (port === 0 || !(await isTaken(place))) return [];
  const { who, todo, isOwn, pid } = await describeHolder(place, {
    platform: place.platform,
    environment: last?.environment,
  });
  if (isOwn && last !== undefined) return [tellUnannounced(who, pid, last.environment)];
  const what = `${address}:${port}, where the gateway would listen, is taken by ${who}`;
  const evidence = ['no gateway of this home runs'];
  const fix = { text: `${todo}, or listen elsewhere`, command: await moveTo(port + 1, place) };
  return [createTrouble('odd', what, { evidence, fix })];
}

/** The disk's own check says why a file of it cannot be written. */
function tellUnannounced(who: string, pid: number | undefined, environment: Environment): Trouble {
  const { runFile } = resolvePaths(environment);
  const what = `${who} runs and has no run file ${runFile}, so commands do not find it: they read the state file`;
  const fix = {
    text: 'let that file be written, then end the gateway and start it again',
    ...(pid !== undefined && { command: shellLine`kill ${pid}` }),
  };
  return createTrouble('broken', what, { fix });
}

async function moveTo(first: number, { address, isFromFile }: WantedPlace): Promise<ShellLine> {
  const port = await findFreePort(address, first);
  return isFromFile
    ? shellLine`holdfast config set gateway.port ${port}`
    : shellLine`export HOLDFAST_PORT=${port}`;
}

/** `serve` would say so too, but perhaps only at the next start of the machine. */
async function judgeListening(place: WantedPlace): Promise<readonly Trouble[]> {
  const { address, port } = place;
  const fault = await findListenFault(address, port);
  const code = fault && codeOf(fault);
  if (fault === undefined || code === 'EADDRINUSE') return [];
  const { cannotListen, isForbidden } = await import('../../gateway/refusals.ts');
  const { message, fix } = cannotListen(fault, place);
  const command = isForbidden(code ?? '') ? await moveTo(defaults.gateway.port, place) : undefined;
  const told = { text: fix?.text ?? '', command };
  return [createTrouble('broken', `the gateway ${message}`, { fix: told })];
}
