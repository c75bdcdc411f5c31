/**
 * Checks whether a gateway accepts requests, at its open path `/readyz`: without a key, and without
 * loading the program.
 */

import { resolvePaths } from '../../config/files/paths.ts';
import { challengeHeader, isProof, proofHeader, readRunFile } from '../../gateway/run-file.ts';
import { askStatus } from '../../host/ask-status.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import type { Environment } from '../../host.ts';

export interface AskedHealth {
  readonly isReady: boolean;
  readonly text: string;
  readonly url?: string | undefined;
}

/** A responsive gateway answers in milliseconds. */
const timeoutMs = 5000;

/** Asks `gateway`, else `HOLDFAST_URL`, else the one of this home. Never rejects. */
export async function askHealth(
  environment: Environment,
  gateway = environment.get('HOLDFAST_URL') || undefined,
): Promise<AskedHealth> {
  const { runFile } = resolvePaths(environment);
  const running =
    gateway === undefined ? readRunFile({ files: createNodeFiles() }, runFile) : undefined;
  const named = gateway ?? running?.url;
  if (named === undefined)
    return bad('no gateway of this home runs', 'holdfast serve, or holdfast service start');
  const url = named.replace(/\/+(v1\/*)?$/, '');
  const address = URL.parse(`${url}/readyz`);
  if (address?.protocol !== 'http:')
    return bad(`"${named}" is no address of a gateway`, 'write http://HOST:PORT');
  const asked = await askStatus(address, { header: challengeHeader, timeoutMs });
  const { status, headers, fault } = asked;
  const isOwn =
    running === undefined || isProof(headers[proofHeader], running.token, asked.challenge);
  if (status === 200 && isOwn)
    return { isReady: true, text: `✓ the gateway at ${url} is ready`, url };
  if (status === 503 && isOwn)
    return bad(
      `the gateway at ${url} is ending: it takes no new requests`,
      'wait for the next one',
      url,
    );
  const because = status === undefined ? fault : 'another program answers there';
  return bad(`no gateway at ${url}: ${because}`, 'holdfast serve, or holdfast service start', url);
}

function bad(what: string, fix: string, url?: string): AskedHealth {
  return { isReady: false, text: `✗ ${what}. To fix: ${fix}`, url };
}
