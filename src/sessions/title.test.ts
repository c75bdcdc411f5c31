import { expect, test } from 'vitest';
import { deriveTitle, mayReplace } from './title.ts';

test.each([
  ['a short message is its own title', 'Why is the sky blue?', 'Why is the sky blue?'],
  ['the first line with words counts', '\n---\n# Rename the folder\nand then', 'Rename the folder'],
  [
    'a long one is cut between words',
    'Please look at the parser of the configuration and tell me why it fails',
    'Please look at the parser of the configuration and tell me…',
  ],
  ['a script without spaces is cut between characters', '標'.repeat(80), `${'標'.repeat(59)}…`],
  ['control characters never reach a list', 'red \u001b[31malert\u0007', 'red [31malert'],
])('%s', (_, text, title) => {
  expect(deriveTitle(text)).toBe(title);
});

test('a title replaces one of its rank or below: derived, model, user', () => {
  const ranks = ['derived', 'model', 'user'] as const;
  const allowed = ranks.flatMap(
    (present) => ranks.filter((rank) => mayReplace(present, rank)).length,
  );
  expect(allowed).toEqual([3, 2, 1]);
});
