/** Finds a server that listens, and not where the configuration says. Reads tables of Linux. */

import { listListening } from '../../host/find-listener.ts';
import type { Host } from '../../host.ts';
import type { Failure } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';
import type { Target } from '../../model/target.ts';
import { loopback } from './on-the-way.ts';
import { setUrl } from './unreached.ts';

/**
 * Where nothing listens at this machine's own address: who listens at the same port of another one
 * of it is not to be started.
 */
export function findMoved(
  { files }: Pick<Host, 'files'>,
  { baseUrl, provider }: Pick<Target, 'baseUrl' | 'provider'>,
  failure: Failure | undefined,
): Fix | undefined {
  const url = new URL(baseUrl);
  const [, asked = ''] = / at (\S+):\d+( |$)/.exec(failure?.message ?? '') ?? [];
  const isOwn = [url.hostname, asked].some((one) => loopback.test(one));
  if (failure?.code !== 'ECONNREFUSED' || !isOwn) return undefined;
  const [there] = listListening(files, Number(url.port || (url.protocol === 'https:' ? 443 : 80)));
  if (there === undefined || [asked, url.hostname].includes(there)) return undefined;
  const from = url.host;
  url.hostname = there;
  return setUrl(
    `what listens on this port is at ${url.host}, and not at ${asked || from}; use that address`,
    provider,
    url.href.replace(/\/$/, ''),
  );
}
