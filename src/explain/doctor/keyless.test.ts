/** A server that is asked without a key: what it refuses is told with a fix of that. */

import { expect, it } from 'vitest';
import { refused, stageEngine } from '../../../test/fakes/engine-stage.ts';
import { judgeRoutes } from './judge-routes.ts';

const takeOut = /auth is none, so no key is sent/;
const { signal } = new AbortController();

it.each<[string, number, string, RegExp | undefined, string?]>([
  [
    'a model that is not there',
    404,
    'model "qwen3:4b" not found, try pulling it first',
    /^ollama pull qwen3:4b && holdfast auth reset ollama$/,
  ],
  ['a key that it wants', 401, 'invalid API key', /^holdfast config unset providers.ollama.auth/],
  ['a login that its words name', 401, 'unauthorized', undefined, 'gpt-oss:120b-cloud'],
])('%s', async (_what, status, message, command, model = 'qwen3:4b') => {
  const server = { base_url: 'http://127.0.0.1:9/v1', protocol: 'openai-chat', auth: 'none' };
  const stage = stageEngine({ main: `ollama/${model}`, providers: { ollama: server } });
  stage.host.upstream.enqueue(refused(status, { message }));
  await stage.ask();
  const [trouble] = judgeRoutes(await stage.runtime.plan({ signal }));
  if (command === undefined) expect(trouble?.fix?.text).toMatch(/: ollama signin$/);
  else expect(trouble?.fix?.command).toMatch(command);
  expect(takeOut.test(trouble?.fix?.text ?? '')).toBe(status === 401 && command !== undefined);
});
