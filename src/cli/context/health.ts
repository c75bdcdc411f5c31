/**
 * Checks whether a gateway accepts requests, at its open path `/readyz`: without a key, and without
 * loading the program.
 */

import { resolvePaths } from '../../config/files/paths.ts';
import {
  challengeHeader,
  isProof,
  proofHeader,
  type RunFacts,
  readRunFile,
} from '../../gateway/run-file.ts';
import { askStatus } from '../../host/ask-status.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import type { Environment } from '../../host.ts';
import { describeNoAnswer, readGatewayUrl, suggestGatewayUrl } from './gateway-url.ts';

export interface AskedHealth {
  readonly isReady: boolean;
  readonly text: string;
  readonly url?: string | undefined;
}

/** A responsive gateway answers in milliseconds. */
const timeoutMs = 5000;

/** A gateway to ask. */
interface FoundGateway {
  readonly url: string;
  /** What its run file says, if that named it. */
  readonly running?: RunFacts | undefined;
  /** Why it is asked, where nothing named it. */
  readonly because?: string;
}

/** Asks `gateway`, else `HOLDFAST_URL`, else the one of this home. Never rejects. */
export async function askHealth(environment: Environment, gateway?: string): Promise<AskedHealth> {
  const named = gateway ?? (environment.get('HOLDFAST_URL') || undefined);
  const where = gateway === undefined ? 'HOLDFAST_URL' : '--gateway';
  if (named !== undefined)
    return askAt({ url: named }, (isThere) =>
      isThere ? `correct ${where}` : `correct ${where}, or start that gateway`,
    );
  const found = await findOwnGateway(environment);
  if (found === undefined) return bad('no gateway of this home runs', toStart);
  return askAt(found, (isThere, port) => {
    const command = `holdfast config set gateway.port ${port + 1}`;
    return isThere ? `end that program, or listen elsewhere: ${command}` : toStart;
  });
}

/** `fix` is asked where no gateway answers. `isThere`: another program does. */
async function askAt(
  { url: written, running, because = '' }: FoundGateway,
  fix: (isThere: boolean, port: number) => string,
): Promise<AskedHealth> {
  const url = readGatewayUrl(written)?.replace(/^https/, 'http');
  if (url === undefined)
    return bad(
      `"${written}" is not the address of a gateway`,
      `write it as ${suggestGatewayUrl(written)}`,
    );
  const address = new URL(`${url}/readyz`);
  const asked = await askStatus(address, { header: challengeHeader, timeoutMs });
  const { status, headers, fault } = asked;
  const port = Number(address.port);
  if (status === undefined)
    return bad(`no gateway at ${url}${because}: ${describeNoAnswer(fault)}`, fix(false, port), url);
  const isOwn =
    running === undefined || isProof(headers[proofHeader], running.token, asked.challenge);
  if (status === 200 && isOwn)
    return { isReady: true, text: `✓ the gateway at ${url} is ready${because}`, url };
  if (status === 503 && isOwn)
    return bad(
      `the gateway at ${url} is ending: it takes no new requests`,
      'wait for the next one',
      url,
    );
  return bad(`no gateway at ${url}${because}: another program answers there`, fix(true, port), url);
}

/** Follows the run file, which a gateway with a read-only home cannot write; else the settings. */
async function findOwnGateway(environment: Environment): Promise<FoundGateway | undefined> {
  const paths = resolvePaths(environment);
  const files = createNodeFiles();
  const running = readRunFile({ files }, paths.runFile);
  if (running !== undefined) return { url: running.url, running };
  const { readConfiguredUrl } = await import('./configured-url.ts');
  const url = readConfiguredUrl({ environment, files, paths });
  return url === undefined ? undefined : { url, because: ` (as configured; no ${paths.runFile})` };
}

const toStart = 'holdfast serve, or holdfast service start';

async function bad(what: string, fix: string, url?: string): Promise<AskedHealth> {
  const { inOwnWords } = await import('../../host/program-words.ts');
  return { isReady: false, text: `✗ ${what}. To fix: ${inOwnWords(fix)}`, url };
}
