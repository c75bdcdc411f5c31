/** Each limit of time that the configuration sets is named where it ends an attempt. */

import { expect, it } from 'vitest';
import { stageEngine } from '../../../test/fakes/engine-stage.ts';
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
