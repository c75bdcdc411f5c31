/** No target of the user's own is left, whatever task is drilled. */

import { expect, it } from 'vitest';
import { stageEngine } from '../../test/fakes/engine-stage.ts';
import { allTasks } from '../config/all-tasks.ts';
import { redirect } from './redirect.ts';

it('leads every task to the simulated provider, also one that the configuration does not mention', () => {
  const config = stageEngine({
    main: 'one/m',
    auxiliary: { vision: { provider: 'one', model: 'v' } },
    providers: { one: { base_url: 'https://one.test/v1', protocol: 'openai-chat', api_key: 'sk-test-one' } },
  }).runtime.config();
  const drilled = redirect(config, { urlOf: () => 'http://127.0.0.1:9/v1', spoken: 'openai-chat' });
  const origins = [...allTasks(drilled)].map(([task, { targets }]) => [task, targets[0]?.target.origin]);
  const tasks = ['main', 'vision', 'title_generation', 'compression', 'commit_message'];
  expect(origins).toEqual(tasks.map((task) => [task, 'http://127.0.0.1:9']));
});
