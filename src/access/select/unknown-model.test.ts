/** Whoever asks for an unknown model is told the known name that it resembles, or who offers it. */

import { expect, it } from 'vitest';
import { stageEngine } from '../../../test/fakes/engine-stage.ts';

const one = { base_url: 'http://127.0.0.1:9/v1', protocol: 'openai-chat', auth: 'none' };
const config = {
  main: 'one/m1',
  fallback_chain: ['one/big-model'],
  aliases: { fast: 'one/m2' },
  providers: { one, two: one },
};

it.each([
  ['openai/main', 'did you mean main?'],
  ['models/main', 'did you mean main?'],
  ['main:latest', 'did you mean main?'],
  [' Main ', 'did you mean main?'],
  ['fastt', 'did you mean fast?'],
  ['openai/one/m1', 'did you mean one/m1?'],
  ['ONE/M1', 'did you mean one/m1?'],
  ['x/big-model', 'did you mean one/big-model?'],
  ['one/', 'ask for a task'],
  ['gpt-5.5', 'give Holdfast a key of OpenAI (holdfast auth add openai), or ask for a task'],
  ['openai/gpt-zzz', 'give Holdfast a key of OpenAI (holdfast auth add openai), or ask for a task'],
  ['nobody-knows-this', 'ask for a task (main'],
])('%s: %s', async (model, fix) => {
  const stage = stageEngine(config);
  const { text } = await stage.ask({ model });
  expect(JSON.parse(text).error.message).toContain(`To fix: ${fix}`);
});
