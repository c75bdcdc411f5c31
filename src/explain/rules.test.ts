/** The pages of rules, against the tables and the corpus that they are made from. */

import { expect, it } from 'vitest';
import { builtinSignatures } from '../providers/signatures/builtin.ts';
import { findRulePage } from './rules.ts';

const ids = builtinSignatures.map(({ id }) => id);

it('a rule is shown with an answer that it decides, from the corpus', () => {
  expect(ids.filter((id) => findRulePage(id, 0)?.examples.length !== 1)).toEqual([]);
  expect(findRulePage('groq-flex-capacity', 0)?.examples[0]).toMatch(/^498 {"error":{"message":"Flex tier/);
  expect(findRulePage('any-status-410', 0)?.examples).toEqual(['410 (empty body)']);
});

it('a class is shown with answers of its first rules', () => {
  expect(findRulePage('billing', 0)?.examples).toHaveLength(3);
});
