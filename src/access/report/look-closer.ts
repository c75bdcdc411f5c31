/** Looks once more, by connections alone, at a server that gave no answer. */

import { listListening } from '../../host/find-listener.ts';
import type { Host } from '../../host.ts';
import type { Failure } from '../../model/failure.ts';

/** The system's own code where nothing came back. */
const silent = 'ETIMEDOUT';

type Looking = Pick<Host, 'tryConnection' | 'clock'>;

/** An answer that did not come in time has no code, and says nothing of the connection. */
export async function lookCloser(
  host: Looking,
  origin: string,
  failure: Failure,
): Promise<Failure> {
  if (failure.code !== undefined || (await isOpen(host, origin))) return failure;
  return { ...failure, code: silent };
}

const loopbacks = ['127.0.0.1', '[::1]'];

/**
 * Local servers often listen on `localhost` alone, which may be one address and not the other, or
 * at this machine's address in its network alone.
 */
export async function findOtherPlace(
  host: Looking & Pick<Host, 'files'>,
  baseUrl: string,
  code: string | undefined,
): Promise<string | undefined> {
  const url = new URL(baseUrl);
  const written = url.hostname;
  if (![...loopbacks, 'localhost'].includes(written) || code !== 'ECONNREFUSED') return undefined;
  const all = new Set([...loopbacks, ...listListening(host.files, Number(url.port || 80))]);
  for (const other of [...all].filter((one) => one !== written)) {
    url.hostname = other;
    const { origin, href } = url;
    if (await isOpen(host, origin)) return href.replace(/\/$/, '');
  }
  return undefined;
}

/** What is left of a check's time. */
const openMs = 700;

function isOpen({ tryConnection, clock }: Looking, origin: string): Promise<boolean> {
  const opened = tryConnection(origin).then(
    () => true,
    () => false,
  );
  return Promise.race([opened, clock.sleep(openMs).then(() => false)]);
}
