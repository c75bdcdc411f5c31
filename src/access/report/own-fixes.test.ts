/** A setting keeps others from answering: it is named only where they could. */

import { describe, expect, it } from 'vitest';
import { refused, stageEngine } from '../../../test/fakes/engine-stage.ts';

const provider = { protocol: 'openai-chat', api_key: 'sk-test-spare' };
const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,aGVsbG8=' } };
const takeOut = 'holdfast config unset auxiliary.';
const add = 'add a model to auxiliary.';

describe('`fallback: none` of a task', () => {
  it.each([
    ['vision', { images: false }, 'one/m', picture, add],
    ['vision', { images: true }, 'one/m', picture, takeOut],
    ['vision', {}, 'one/m', picture, takeOut],
    ['vision', { images: false }, 'one/m', undefined, takeOut],
    ['compression', { images: false }, 'one/m', picture, add],
    ['compression', { images: false }, 'one/m', undefined, takeOut],
    ['compression', {}, 'two/see', undefined, add],
    ['vision', {}, 'two/see', picture, add],
  ])('%s, main %j as %s: %j is told %s', async (task, facts, main, shown, told) => {
    const stage = stageEngine({
      main,
      providers: {
        one: { ...provider, base_url: 'https://one.test/v1', models: { m: facts } },
        two: { ...provider, base_url: 'https://two.test/v1' },
      },
      auxiliary: { [task]: { provider: 'two', model: 'see', fallback: 'none' } },
    });
    stage.host.upstream.answerBy(() => refused(402));
    const content = [{ type: 'text', text: 'what is it?' }, ...(shown ? [shown] : [])];
    const messages = [{ role: 'user', content }];
    const { text } = await stage.ask({ model: task, body: { messages } });
    expect([add, takeOut].filter((words) => text.includes(words))).toEqual([told]);
  });
});
