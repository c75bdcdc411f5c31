/** A home of a fleet is opened while its files change. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { createRuntime } from '../runtime.ts';

it('a file that changes while the runtime is built does not stop it', async () => {
  const provider = '{ base_url: "http://127.0.0.1:9/v1", protocol: openai-chat, api_key: sk-test }';
  const host = createFakeHost({
    environment: { HOLDFAST_HOME: '/h', HOLDFAST_FLEET_KEY: 'sk-test-fleet' },
    files: {
      '/h/config.yaml': `main: corp/m\nstate: redis://127.0.0.1:9\nproviders:\n  corp: ${provider}\n`,
    },
  });
  const heard: string[] = [];
  const watch: typeof host.files.watch = (...given) => {
    host.setFile('/h/.env', 'OTHER=1\n');
    return host.files.watch(...given);
  };
  const runtime = createRuntime({
    host: { ...host, files: { ...host.files, watch } },
    store: 'in-place',
    onEvent: ({ type }) => heard.push(type),
  });
  expect(heard).toContain('config-reloaded');
  await runtime.close();
});
