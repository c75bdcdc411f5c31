/** Explains a gateway of this home that is not there any more, and did not say goodbye. */

import { describeClock } from '../../access/wording/when.ts';
import type { RunFacts } from '../../gateway/run-file.ts';
import type { Environment } from '../../host.ts';
import { isTaken } from './listening.ts';
import { explainEnding, explainMute, type MuteGateway, nameOwn } from './mute-gateway.ts';
import { describeStart } from './start-line.ts';

/** Of a gateway that its run file names and that answers nobody. */
export async function explainLost(
  running: RunFacts,
  environment: Environment,
): Promise<MuteGateway | undefined> {
  return explainMute(running) ?? explainGone(running, environment);
}

/** A gateway that ends in order removes its run file. Undefined if anybody listens there. */
export async function explainGone(
  running: RunFacts,
  environment: Environment,
): Promise<MuteGateway | undefined> {
  if (explainEnding(running) !== undefined) return undefined;
  const { hostname, port } = new URL(running.url);
  if (await isTaken({ address: hostname, port: Number(port) })) return undefined;
  return {
    what: `${nameOwn(running)} was killed, or this machine went down: nothing listens there`,
    fix: { text: 'start it again', command: await describeStart(environment) },
  };
}

/** Of a gateway that runs: what the one before it had under way when it was killed. */
export function explainCut({ killed, startedAt }: RunFacts, now: number): MuteGateway | undefined {
  if (killed === undefined) return undefined;
  return {
    what: `${nameOwn(killed)} was killed, or this machine went down, before this one started at ${describeClock(startedAt, now)}: what it had under way is in no record`,
    fix: {
      text: 'ask again what was not answered; the system tells why it ended (dmesg, or the limit of a container)',
    },
  };
}
