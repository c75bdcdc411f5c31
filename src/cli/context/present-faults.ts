/**
 * Finds what is wrong now and stands in no record: a request that is refused before it is asked
 * leaves none, a locked file takes none, and a gateway that was killed or stopped can say nothing.
 */

import { resolvePaths } from '../../config/files/paths.ts';
import { AccessError } from '../../errors.ts';
import { readRunFile } from '../../gateway/run-file.ts';
import type { Host } from '../../host.ts';
import type { Fix } from '../../model/fix.ts';
import type { Readings } from './gateway-readings.ts';
import { quietly, withRuntime } from './with-runtime.ts';

export interface PresentFault {
  readonly what: string;
  /** Absent: `what` says it. */
  readonly fix?: Fix | undefined;
  /** It is told of no request that began later, epoch ms. */
  readonly before?: number;
  /** The error that a request ends with. */
  readonly refusal?: AccessError;
}

/** Of a gateway of another home only that one knows. */
export async function findPresentFault(
  host: Host,
  { from }: Pick<Readings, 'from'>,
): Promise<PresentFault | undefined> {
  const isOfFile = from.kind === 'file';
  if (!isOfFile && from.pid === undefined) return undefined;
  const refused = isOfFile ? await findRefusal(host) : undefined;
  const found = refused ?? (await findLocked(host));
  if (found !== undefined) return found;
  return isOfFile ? ((await findLost(host)) ?? (await findUnkept(host))) : findCut(host, from.pid);
}

/** Opens the configuration as a request does, which is refused if that fails. */
async function findRefusal(host: Host): Promise<PresentFault | undefined> {
  try {
    await withRuntime({ ...quietly, mayLackKeys: false, host, store: 'in-place' }, () => undefined);
    return undefined;
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    return {
      what: `a request is refused now:\n${error.message}`,
      fix: error.fix,
      refusal: error,
    };
  }
}

async function findLocked({ files, environment }: Host): Promise<PresentFault | undefined> {
  const { findLock } = await import('../../store/sqlite/faults.ts');
  const { stateLayout } = await import('../../store/sqlite/sql.ts');
  const path = resolvePaths(environment).stateFile;
  const locked = findLock({ files, path, layout: stateLayout });
  if (locked === undefined) return undefined;
  return { what: `newer requests may be missing: ${locked.message}`, fix: locked.fix };
}

async function findLost(host: Host): Promise<PresentFault | undefined> {
  const running = readRunFile(host, resolvePaths(host.environment).runFile);
  const { explainLost } = await import('./gone-gateway.ts');
  return running && explainLost(running, host.environment);
}

/** Of what was under way, the gateway that was started since knows nothing. */
async function findCut(host: Host, pid: number | undefined): Promise<PresentFault | undefined> {
  const running = readRunFile(host, resolvePaths(host.environment).runFile);
  if (running?.killed === undefined || running.pid !== pid) return undefined;
  const { explainCut } = await import('./gone-gateway.ts');
  const cut = explainCut(running, host.clock.now());
  return cut && { ...cut, before: running.startedAt };
}

/** What could not be written is in no record. */
async function findUnkept(host: Host): Promise<PresentFault | undefined> {
  const { fullBytes, judgeDisks } = await import('../../explain/doctor/disk-checks.ts');
  const { stateFolder: folder, stateFile } = resolvePaths(host.environment);
  const state = { name: 'the state file', folder, own: { 'the state file': stateFile }, spare: [] };
  const [fault] = judgeDisks(host, [state], fullBytes);
  return fault && { what: `newer requests may be missing: ${fault.what}`, fix: fault.fix };
}
