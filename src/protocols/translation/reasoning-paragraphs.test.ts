/** Reasoning in several pieces stands in paragraphs. */

import { expect, it } from 'vitest';
import { ReasoningParagraphs } from './reasoning-paragraphs.ts';

const thought = (id: string, delta: string) => ({ type: 'reasoning-delta', id, delta }) as const;

it('puts an empty line between two pieces, none inside of one and none behind a text', () => {
  const paragraphs = new ReasoningParagraphs();
  const parts = [
    thought('1', 'one'),
    thought('1', ' and a half'),
    thought('2', ''),
    thought('2', 'two'),
    { type: 'text-delta', id: 't', delta: 'text' } as const,
    thought('3', 'three'),
  ];
  const told = parts.map((part) => paragraphs.next(part));
  expect(told.map((part) => ('delta' in part ? part.delta : ''))).toEqual([
    'one',
    ' and a half',
    '',
    '\n\ntwo',
    'text',
    'three',
  ]);
});
