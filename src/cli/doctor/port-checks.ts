/** Checks the port where the gateway would listen: its address, and who has the port now. */

import { classifyException } from '../../access/classify/classify-exception.ts';
import { createOAuthFetch } from '../../credentials/oauth/oauth-fetch.ts';
import { codeOf } from '../../errors.ts';
import { createTrouble, type Trouble } from '../../explain/doctor/troubles.ts';
import { shellLine } from '../../host/shell-line.ts';
import { findListenFault } from '../../host/try-listen.ts';
import type { Host } from '../../host.ts';
import { isOtherGateway } from '../context/taken-port.ts';

interface ListenPlace {
  readonly address: string;
  readonly port: number;
}

/** An address that is not this machine's may be answered by another: that is told first. */
export async function lookAtPort(
  host: Host,
  place: ListenPlace,
  signal: AbortSignal,
): Promise<readonly Trouble[]> {
  const unusable = await judgeListening(place);
  if (unusable.length > 0) return unusable;
  const taken = await checkPort(host, place, signal);
  if (taken.length === 0) return [];
  if (!(await isOtherGateway(place.address, place.port))) return taken;
  const other = 'a Holdfast gateway of another home';
  return taken.map((one) => ({ ...one, what: one.what.replace('another program', other) }));
}

/** `serve` would say so too, but perhaps only at the next start of the machine. */
async function judgeListening({ address, port }: ListenPlace): Promise<readonly Trouble[]> {
  const fault = await findListenFault(address, port);
  if (fault === undefined || codeOf(fault) === 'EADDRINUSE') return [];
  const { cannotListen } = await import('../../gateway/refusals.ts');
  const { message, fix } = cannotListen(fault, address, port);
  return [createTrouble('broken', `the gateway ${message}`, { fix })];
}

/** Reports another program on our port. Called only if no gateway of this home runs. */
async function checkPort(
  host: Host,
  { address, port }: { readonly address: string; readonly port: number },
  signal: AbortSignal,
): Promise<readonly Trouble[]> {
  const fetch = createOAuthFetch(host, { timeoutMs: 1000, signal });
  const reached = address.includes(':') ? `[${address}]` : address;
  const ask = (): Promise<Response> =>
    fetch(`http://${reached}:${port}/`, { method: 'GET', headers: {} });
  if (port === 0 || !(await isTaken(ask))) return [];
  const what = `${address}:${port}, where the gateway would listen, is taken by another program`;
  const evidence = ['no gateway of this home runs, and something answers there'];
  const command = shellLine`holdfast config set gateway.port ${port + 1}`;
  const fix = { text: 'end that program, or listen elsewhere', command };
  return [createTrouble('odd', what, { evidence, fix })];
}

async function isTaken(ask: () => Promise<Response>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    // only who has answered is there
    const { code = '' } = classifyException(error, { hasHead: false, isUnsent: true });
    return /^(HPE_|ECONNRESET|ERR_SSL)/.test(code);
  }
}
