/** Each limit of time that the configuration sets is named where it ends an attempt. */

import { expect, it } from 'vitest';
import { answered, stageEngine } from '../../../test/fakes/engine-stage.ts';
import { limitNames } from '../../config/resolve/create-target.ts';
import { findSetLimit } from './limit-fixes.ts';

// first_content, last_first_content, idle, and all others
const inside = [[], ['models', 'm']] as const;

it.each(limitNames.flatMap(([limit]) => inside.map((below) => [limit, below] as const)))(
  '%s below providers.one %j',
  (limit, below) => {
    const path = ['providers', 'one', ...below, 'limits', limit].join('.');
    const settings = { limits: { [limit]: 5 } };
    const one = {
      base_url: 'https://one.example/v1',
      protocol: 'openai-chat',
      api_key: 'sk-test-1',
      ...(below.length === 0 ? settings : { models: { m: settings } }),
    };
    const stage = stageEngine({ main: 'one/m', providers: { one } });
    const [first] = stage.runtime.config().routes.get('main')?.targets ?? [];
    if (first === undefined) throw new Error('it has no target');
    const rule = `limit-${limit === 'whole' ? 'whole-body' : limit.replaceAll('_', '-')}`;
    const failure = {
      class: 'timeout',
      message: 'late',
      evidence: { kind: 'limit', rule },
    } as const;
    const at = (key: string): string => (key === path ? `${key} (config.yaml:9)` : key);
    expect(findSetLimit(failure, first.target, at)).toContain(`raise ${path} (config.yaml:9)`);
  },
);

it.each([
  [2, 'none', 60],
  [2, 'main', 60],
  [40, 'none', 80],
  [60, 'none', undefined],
])('a timeout of %d s of a task, with fallback %s', async (timeout, fallback, longer) => {
  const one = { base_url: 'https://one.example/v1', protocol: 'openai-chat', api_key: 'sk-test-1' };
  const two = { ...one, base_url: 'https://two.example/v1' };
  const side = { provider: 'two', model: 'n', timeout, fallback };
  const stage = stageEngine({
    main: 'one/m',
    providers: { one, two },
    auxiliary: { commit_message: side },
  });
  stage.host.upstream.answerBy(({ origin }) =>
    origin === 'https://two.example' ? { silent: true } : answered,
  );
  await stage.ask({ model: 'commit_message' });
  const [first] = stage.lastRecord()?.fixes ?? [];
  const key = 'auxiliary.commit_message.timeout';
  const more = `give it more time than ${key} (given config), which ended it: holdfast config set ${key} ${longer}`;
  if (longer === undefined) expect(first).not.toMatch(/^give it more time/);
  else expect(first).toBe(more);
});
