/** An exchange never rejects: a fault of ours is an answer in the shape of its path. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { createRuntime } from '../../runtime.ts';

it('answers a fault that comes before anything else, and tells of it', async () => {
  let isBroken = false;
  const adapt = (config: ResolvedConfig): ResolvedConfig => {
    if (isBroken) throw new Error('a bug');
    return config;
  };
  const provider = {
    protocol: 'openai-chat',
    api_key: 'sk-test-exchange',
    base_url: 'https://one.test/v1',
  };
  const config = { main: 'one/m', providers: { one: provider } };
  const warnings: string[] = [];
  const runtime = createRuntime({ host: createFakeHost(), config, adapt });
  runtime.subscribe((event) => 'text' in event && warnings.push(event.text));
  runtime.reload();
  isBroken = true;
  const heard = { status: 0, text: '' };
  const record = await runtime.exchange(
    {
      method: 'POST',
      path: '/v1/messages',
      headers: {},
      body: Buffer.from('{"model":"main"}'),
      signal: new AbortController().signal,
    },
    {
      head: (status) => {
        heard.status = status;
      },
      write: () => true,
      onDrain: () => undefined,
      end: (chunk) => {
        heard.text += Buffer.from(chunk ?? []).toString();
      },
    },
  );
  expect(record).toBeUndefined();
  expect(heard.status).toBe(400);
  expect(JSON.parse(heard.text)).toMatchObject({ type: 'error', error: { message: 'a bug' } });
  expect(warnings.join()).toContain('Error: a bug');
});
