/**
 * `npm run conformance:clouds`: the clouds' own SDKs, unchanged, ask the imitations that the tests
 * ask through the engine. An imitation that refuses them, or takes a request that they would not
 * send, is wrong. Exit code 1 where one is refused.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pieces } from '../test/clouds/answers.ts';
import { type CloudName, keys } from '../test/clouds/clouds.ts';
import { type Imitation, startImitation } from '../test/clouds/imitation.ts';
import { installClients, versionOf } from './install.ts';
import { runProcess } from './process.ts';

/** Its word for `programs/clouds.mjs`, its package, its cloud, how many answers it wants. */
type CloudSdk = readonly [name: string, from: string, cloud: CloudName, answers: number];

const sdks: readonly CloudSdk[] = [
  ['foundry-sdk', '@anthropic-ai/foundry-sdk', 'foundry', 2],
  ['bedrock-sdk', '@anthropic-ai/bedrock-sdk', 'bedrock', 2],
  ['openai-azure', 'openai', 'azure', 4],
  ['openai-bedrock', 'openai', 'bedrock', 4],
  ['openai-mantle', 'openai', 'bedrock', 4],
  ['ai-azure', '@ai-sdk-6/azure', 'azure', 4],
  ['ai-vertex', '@ai-sdk-6/google-vertex', 'vertex', 2],
];

const program = join(import.meta.dirname, 'programs', 'clouds.mjs');
const home = mkdtempSync(join(tmpdir(), 'holdfast-clouds-'));
installClients(sdks.map(([, name]) => ({ package: name, half: 'sdk' })));
let failed = 0;
for (const sdk of sdks) {
  const imitation = await startImitation();
  const fault = await playSdk(sdk, imitation);
  await imitation.close();
  if (fault !== undefined) failed += 1;
  const [name, from] = sdk;
  const version = versionOf({ package: from, half: 'sdk' }) ?? 'not installed';
  console.log(`${fault === undefined ? 'accepted' : 'REFUSED '} ${name} ${version}`);
  if (fault !== undefined) console.log(fault);
}
rmSync(home, { recursive: true });
process.exitCode = failed === 0 ? 0 : 1;

/** Undefined if every request was accepted and every answer understood. */
async function playSdk(
  [name, , cloud, answers]: CloudSdk,
  imitation: Imitation,
): Promise<string | undefined> {
  const environment = { CLOUDS_URL: imitation.url, CLOUDS_KEY: keys[cloud] };
  const place = { home, work: home, gateway: '', key: '', holdfastHome: home };
  const argv = [process.execPath, program, name] as const;
  const { status, output } = await runProcess({ argv: [...argv], environment }, place, 60_000);
  const wanted = `${pieces.join('')}\n`.repeat(answers);
  const isWhole = status === 0 && output === wanted && imitation.asked.length === answers;
  return isWhole ? undefined : `${imitation.faults.join('; ')}\n${status}\n${output}`;
}
