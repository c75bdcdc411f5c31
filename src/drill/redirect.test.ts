/** No target of the user's own is left, whatever task is drilled. */

import { expect, it } from 'vitest';
import { stageEngine } from '../../test/fakes/engine-stage.ts';
import { allTasks } from '../config/resolved/all-tasks.ts';
import { defaults } from '../model/defaults.ts';
import { redirect } from './redirect.ts';

it('leads every task to the simulated provider, also one that the configuration does not mention', () => {
  const config = stageEngine({
    main: 'one/m',
    auxiliary: { vision: { provider: 'one', model: 'v' } },
    providers: {
      one: {
        base_url: 'https://one.test/v1',
        protocol: 'openai-chat',
        api_key: 'sk-test-one',
        headers: { 'X-Gate': 'g' },
        query: { v: '1' },
      },
    },
  }).runtime.config();
  const urlOf = () => 'http://127.0.0.1:9/v1';
  const drilled = redirect(config, { urlOf, keyOf: () => 'sk-sim-good', spoken: 'openai-chat' });
  const routes = [...allTasks(drilled).values()];
  const origins = routes.flatMap(({ targets }) => targets.map(({ target }) => target.origin));
  expect(routes.map(({ task }) => task)).toEqual(
    expect.arrayContaining(Object.keys(defaults.taskTimeout)),
  );
  expect(new Set(origins)).toEqual(new Set(['http://127.0.0.1:9']));
  const added = routes.flatMap(({ targets }) =>
    targets.map(({ target }) => [target.headers, target.query]),
  );
  expect(new Set(added.flat())).toEqual(new Set([undefined]));
});
