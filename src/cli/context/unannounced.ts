/**
 * Finds a gateway of this home that has no run file: its state folder could not be written, or the
 * file was removed. It answers requests; no admin key is sent to it, as it cannot prove its run.
 */

import type { Paths } from '../../config/files/paths.ts';
import { challengeHeader, homeHeader, proveHome } from '../../gateway/run-file.ts';
import { askStatus } from '../../host/ask-status.ts';
import type { Host } from '../../host.ts';
import { readConfiguredUrl } from './configured-url.ts';

/** A gateway on this machine answers in milliseconds. */
const timeoutMs = 1000;

/** The address at which it is configured, if a gateway of this home answers there. */
export async function findUnannounced(
  { files, environment }: Pick<Host, 'files' | 'environment'>,
  paths: Paths,
): Promise<string | undefined> {
  const url = readConfiguredUrl({ environment, files, paths });
  if (url === undefined) return undefined;
  const asked = await askStatus(new URL(`${url}/healthz`), { header: challengeHeader, timeoutMs });
  const proof = proveHome({ files }, paths.folder, asked.challenge);
  return asked.headers[homeHeader] === proof ? url : undefined;
}
