/**
 * Renders the socket unit for systemd, which holds the port while the service restarts. Pure.
 */

import { isIP } from 'node:net';
import { imprintText } from './imprint.ts';
import { backlog, formatPlace, socketName, withoutBrackets } from './inherited-socket.ts';
import type { ServicePlan } from './plan.ts';

export const socketUnit = 'holdfast.socket';

/**
 * Returns what `ListenStream=` names. Undefined where systemd cannot hold the place: a name that
 * only the resolver knows, or a port that the system chooses.
 */
export function streamOf({ host, port }: ServicePlan['place']): string | undefined {
  const address = host === 'localhost' ? '127.0.0.1' : withoutBrackets(host);
  return isIP(address) === 0 || port === 0 ? undefined : formatPlace(address, port);
}

/** Undefined if there is no such unit for this plan. */
export function renderSocketUnit(plan: ServicePlan): string | undefined {
  const stream = streamOf(plan.place);
  if (stream === undefined) return undefined;
  const lines = [
    '# {imprint}',
    `# Own lines: systemctl ${plan.scope === 'system' ? '' : '--user '}edit ${socketUnit}`,
    '[Unit]',
    'Description=Holdfast: holds the port of the gateway',
    '',
    '[Socket]',
    `ListenStream=${stream.replaceAll('%', '%%')}`,
    // As Node listens there, whatever net.ipv6.bindv6only says.
    ...(stream.startsWith('[::]') ? ['BindIPv6Only=both'] : []),
    `FileDescriptorName=${socketName}`,
    `Backlog=${backlog}`,
    // A waiting connection starts the service again and again, also one that cannot start: then the
    // port is given up, and callers are refused. One that crashes is started every 5 s at most.
    'TriggerLimitIntervalSec=50',
    'TriggerLimitBurst=10',
    '',
  ];
  return imprintText(lines.join('\n'));
}

/** The place in the text of a socket unit. */
export function readStream(text: string): string | undefined {
  return /^ListenStream=(.+)$/m.exec(text)?.[1]?.replaceAll('%%', '%');
}
