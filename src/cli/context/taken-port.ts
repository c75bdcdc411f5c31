/** Says who listens where our gateway would: another home's gateway, or another program. */

import { describeAddress } from '../../connect/gateway-address.ts';
import { challengeHeader, proofHeader } from '../../gateway/run-file.ts';
import { askStatus } from '../../host/ask-status.ts';

const timeoutMs = 1000;

/** Any Holdfast gateway answers the challenge, and only one of this home can answer it right. */
export async function isOtherGateway(address: string, port: number): Promise<boolean> {
  const url = new URL(`${describeAddress(address, port)}/healthz`);
  const { headers } = await askStatus(url, { header: challengeHeader, timeoutMs });
  return headers[proofHeader] !== undefined;
}
