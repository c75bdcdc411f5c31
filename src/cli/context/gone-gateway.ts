/** Explains a gateway of this home that is not there any more, and did not say goodbye. */

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
