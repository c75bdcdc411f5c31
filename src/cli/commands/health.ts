/**
 * `holdfast health` exits with 0 when a gateway accepts requests, for containers. Without flags,
 * `main.ts` answers it directly to be fast.
 */

import { createCommand, json, textOption } from '../context/command.ts';
import { askHealth } from '../context/health.ts';

const params = {
  gateway: textOption('url', 'which gateway to ask. Default: HOLDFAST_URL, else that of this home'),
  json,
};

export const commands = {
  health: createCommand({
    params,
    exits: { 1: 'no gateway takes requests there' },
    example: 'holdfast health',
    run: async ({ gateway }, { host }) => {
      const answer = await askHealth(host.environment, gateway);
      const json = { schema: 'holdfast.health/1', ...answer } as const;
      return { json, out: [answer.text], exit: answer.isReady ? 0 : 1 };
    },
  }),
};
