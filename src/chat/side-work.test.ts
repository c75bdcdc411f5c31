/** What a chat does beside its turns: it delays none and harms none. */

import { describe, expect, it } from 'vitest';
import { answer, play, type SideTasks, texts } from '../../test/fakes/chat-stage.ts';

describe('the title', () => {
  it('is asked for once, behind the first exchange, and delays no turn', async () => {
    const asked: unknown[] = [];
    const named = Promise.withResolvers<string>();
    const title: SideTasks['title'] = (messages) => {
      asked.push(messages.map(({ content }) => content));
      return named.promise;
    };
    const lines = ['one', 'two', () => named.resolve('A title'), () => Promise.resolve()];
    const { session } = await play({ lines, steps: [answer('A'), answer('B')], sideTasks: { title } });
    expect(asked).toEqual([['one', 'A']]);
    expect(session).toMatchObject({ title: 'A title', titleRank: 'model' });
  });

  it('stays as it was where nobody makes one, and is not waited for by one who leaves', async () => {
    const title: SideTasks['title'] = (_messages, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { session, face } = await play({ lines: ['one'], steps: [answer('A')], sideTasks: { title } });
    expect([session?.title, face.shown]).toEqual(['one', ['answer: A']]);
  });
});

describe('a conversation that nears the end of the window', () => {
  const full = { prompt_tokens: 790, completion_tokens: 20 };
  const settle = (): Promise<void> => Promise.resolve();

  it('becomes a summary, which is sent in place of what was said before', async () => {
    const { sent, session } = await play({
      lines: ['one', settle, 'two'],
      steps: [answer('A', full), answer('B')],
      sideTasks: { compress: async (messages) => `in short: ${messages.length}` },
    });
    expect(texts(sent[1])).toEqual([expect.stringContaining('in short: 2'), 'two']);
    expect(session?.said.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'summary',
      'user',
      'assistant',
    ]);
  });

  it('is told where it cannot be made shorter, goes on whole, and is not tried again for nothing', async () => {
    let tried = 0;
    const { sent, face } = await play({
      lines: ['one', settle, 'two', settle, 'three'],
      steps: [answer('A', full), answer('B', { prompt_tokens: 820, completion_tokens: 20 }), answer('C')],
      sideTasks: {
        compress: async () => {
          tried += 1;
          throw new Error('nobody could');
        },
      },
    });
    expect(tried).toBe(1);
    expect(face.shown).toContain('It stays as it is: nobody could');
    expect(texts(sent[2])).toEqual(['one', 'A', 'two', 'B', 'three']);
  });
});
