/** An account that cannot pay for one model answers with none of its others. */

import { expect, it } from 'vitest';
import { refused, stageEngine } from '../../../test/fakes/engine-stage.ts';

const key = `sk-test-${'m'.repeat(20)}`;
const advice =
  'add a model of another provider to fallback_chain, since all models there are paid at deepseek (holdfast fallback add)';

it.each([
  ['models of one account that is not paid', ['deepseek/n'], [402], true],
  ['three of them', ['deepseek/n', 'deepseek/o'], [402], true],
  ['one of another provider', ['deepseek/n', 'xai/n'], [402, 402], false],
  ['models that break', ['deepseek/n'], [500, 500, 500, 500, 500, 500], false],
] as const)('%s', async (_name, chain, statuses, isTold) => {
  const stage = stageEngine({
    main: 'deepseek/m',
    fallback_chain: chain,
    max_wait: 1,
    providers: { deepseek: { api_key: key }, xai: { api_key: `${key}x` } },
  });
  stage.host.upstream.enqueue(...statuses.map((status) => refused(status)));
  expect((await stage.ask()).text.includes(advice)).toBe(isTold);
});
