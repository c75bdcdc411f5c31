/** A refusal of `openai-chat` is the text of an answer that a filter ended. */

import { describe, expect, it } from 'vitest';
import { RefusalReader } from './refusals.ts';

const chunk = (choice: object): string => JSON.stringify({ id: 'a', choices: [{ index: 0, ...choice }] });

describe('a refusal', () => {
  it('is read as text, piece by piece, and its end as that of a filter', () => {
    const reader = new RefusalReader();
    const read = (choice: object): unknown => JSON.parse(reader.amend(chunk(choice))).choices[0];
    expect(read({ delta: { refusal: 'I will' } })).toMatchObject({ delta: { content: 'I will' } });
    expect(read({ delta: { refusal: ' not' } })).toMatchObject({ delta: { content: ' not' } });
    expect(read({ delta: {}, finish_reason: 'stop' })).toMatchObject({ finish_reason: 'content_filter' });
    expect(reader.amend('[DONE]')).toBe('[DONE]');
  });

  it('is read in a whole answer, behind what was said before it', () => {
    const body = chunk({ message: { content: 'Hm. ', refusal: 'No.' }, finish_reason: 'stop' });
    expect(JSON.parse(new RefusalReader().amend(body)).choices[0]).toMatchObject({
      message: { content: 'Hm. No.' },
      finish_reason: 'content_filter',
    });
  });

  it.each([
    chunk({ delta: { content: 'the word "refusal"', refusal: null } }),
    chunk({ delta: { content: 'yes', refusal: '' }, finish_reason: 'stop' }),
    '{"choices":[],"usage":{"refusal":"none"}}',
    '[DONE]',
  ])('is not found in %s', (data) => {
    expect(JSON.parse(JSON.stringify(new RefusalReader().amend(data)))).toBe(data);
  });
});
