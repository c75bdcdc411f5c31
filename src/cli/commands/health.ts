/** `holdfast health`: exits 0 when a gateway takes requests; for containers. Without flags `main.ts` answers it, to be fast. */

import { createCommand, type Given, json, text } from '../command.ts';
import { askHealth } from '../health.ts';
import { printJson, type Terminal } from '../terminal.ts';
import { withFiles } from '../with-runtime.ts';

const takes = {
  gateway: text('url', 'which gateway to ask. Default: HOLDFAST_URL, else that of this home'),
  json,
};

export const commands = {
  health: createCommand({
    takes,
    exits: { 1: 'no gateway takes requests there' },
    example: 'holdfast health',
    run: health,
  }),
};

async function health(terminal: Terminal, { gateway, json }: Given<typeof takes>): Promise<number> {
  const answer = await withFiles(({ environment }) => askHealth(environment, gateway));
  if (json) printJson(terminal, 'holdfast.health/1', answer);
  else terminal.out(`${answer.text}\n`);
  return answer.isReady ? 0 : 1;
}
