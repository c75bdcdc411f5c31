/** What a chat does beside its turns: it delays none and harms none. */

import { describe, expect, it } from 'vitest';
import { answer, play, refusal, type SideTasks, texts } from '../../test/fakes/chat-stage.ts';

describe('the title', () => {
  it('is asked for once, behind the first answer, and delays no turn', async () => {
    const asked: unknown[] = [];
    const named = Promise.withResolvers<string>();
    const title: SideTasks['title'] = (messages) => {
      asked.push(messages.map(({ content }) => content));
      return named.promise;
    };
    const lines = ['one', 'two', () => named.resolve('A title'), () => Promise.resolve()];
    const { session } = await play({
      lines,
      steps: [answer('A'), answer('B')],
      sideTasks: { title },
    });
    expect(asked).toEqual([['one', 'A']]);
    expect(session).toMatchObject({ title: 'A title', titleRank: 'model' });
  });

  it('stays as it was where nobody makes one, and is not waited for by one who leaves', async () => {
    const title: SideTasks['title'] = (_messages, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      );
    const { session, face } = await play({
      lines: ['one'],
      steps: [answer('A')],
      sideTasks: { title },
    });
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
      steps: [
        answer('A', full),
        answer('B', { prompt_tokens: 820, completion_tokens: 20 }),
        answer('C'),
      ],
      sideTasks: {
        compress: async () => {
          tried += 1;
          throw new Error('nobody could');
        },
      },
    });
    expect(tried).toBe(1);
    expect(face.shown).toContain('It was not shortened: nobody could');
    expect(texts(sent[2])).toEqual(['one', 'A', 'two', 'B', 'three']);
  });
});

describe('a conversation that is too long for the model', () => {
  /** Of the main model and of its fallback. */
  const tooLong = [
    refusal('too long', 'context_length_exceeded'),
    refusal('too long', 'context_length_exceeded'),
  ];
  const notice = 'The conversation is too long for the model: shortening it …';

  it('becomes a summary, beside which the same message is asked again and answered', async () => {
    const asked: unknown[] = [];
    const { sent, session, face, fault } = await play({
      lines: ['one', 'two', 'three'],
      steps: [answer('A'), ...tooLong, answer('B'), answer('C')],
      sideTasks: {
        compress: async (messages) => {
          asked.push(messages.map(({ content }) => content));
          return 'in short';
        },
      },
    });
    expect(asked).toEqual([['one', 'A']]);
    expect(texts(sent[3])).toEqual([expect.stringContaining('in short'), 'two']);
    expect(texts(sent[4])).toEqual([expect.stringContaining('in short'), 'two', 'B', 'three']);
    expect(face.shown).toEqual(['answer: A', 'answer: ', notice, 'answer: B', 'answer: C']);
    expect(session?.said.map(({ role, text }) => [role, text]).slice(2)).toEqual([
      ['user', 'two'],
      ['assistant', ''],
      ['summary', 'in short'],
      ['assistant', 'B'],
      ['user', 'three'],
      ['assistant', 'C'],
    ]);
    expect(fault).toBeUndefined();
  });

  it('is not made shorter twice for nothing: the refusal is told, and the message is offered again', async () => {
    let tried = 0;
    const { face } = await play({
      lines: ['one', 'two', 'two'],
      steps: [answer('A'), ...tooLong, ...tooLong, ...tooLong],
      sideTasks: {
        compress: async () => {
          tried += 1;
          return 'in short';
        },
      },
    });
    expect(tried).toBe(1);
    expect(face.shown.filter((line) => line.startsWith('ERROR'))).toHaveLength(2);
    expect(face.prefills).toEqual(['', '', 'two', 'two']);
  });

  it('is not made shorter where nothing was said before the message', async () => {
    const { face } = await play({ lines: ['one'], steps: tooLong });
    expect(face.shown).toEqual(['answer: ', expect.stringMatching(/^ERROR .*too long/)]);
  });

  it('is offered again when it is resumed before the answer came', async () => {
    const { sessions } = await play({
      lines: ['one', 'two'],
      steps: [answer('A'), ...tooLong, ...tooLong],
    });
    const { face, sent } = await play({
      lines: ['two'],
      steps: [answer('B')],
      sessions,
      resume: 'last',
    });
    expect(face.prefills[0]).toBe('two');
    expect(texts(sent[0]).at(-1)).toBe('two');
    expect(sent[0].messages).toHaveLength(2);
  });
});
