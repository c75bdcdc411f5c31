/** `auth test` reads the variables of its own shell, and says so where a gateway has others. */

import { afterEach, expect, it } from 'vitest';
import { CommandStage } from '../fakes/command-stage.ts';

const stage = new CommandStage({ environment: { CORP_KEY: `sk-test-${'c'.repeat(20)}` } });
afterEach(() => stage.clear());

it('a key of the environment that works here may be another one in the gateway', async () => {
  const corp =
    '{base_url: "https://llm.test/v1", protocol: openai-chat, credentials: [{env: CORP_KEY}]}';
  stage.write('config.yaml', `main: corp/m\nproviders: {corp: ${corp}}\n`);
  const answer =
    '{"choices":[{"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}';
  stage.host.upstream.answerBy(() => ({
    headers: { 'content-type': 'application/json' },
    chunks: [answer],
  }));
  const alone = await stage.run(['auth', 'test', 'corp']);
  expect(alone).toMatchObject({ status: 0, talk: '' });
  const running = { url: 'http://127.0.0.1:9', pid: 1, startedAt: 0, token: 'test' };
  stage.write('running.json', JSON.stringify(running));
  const beside = await stage.run(['auth', 'test', 'corp']);
  expect(beside.out).toContain('works; 1 request');
  expect(beside.talk).toContain('CORP_KEY is that of this shell; the gateway has it as it was');
});
