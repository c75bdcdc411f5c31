/** A fleet's key is replaced member by member, and all understand each other all the time. */

import { expect, it } from 'vitest';
import { createSeal } from './seal.ts';

const epoch = 'a log';
const members = {
  old: createSeal(['sk-test-old']),
  both: createSeal(['sk-test-new', 'sk-test-old']),
  new: createSeal(['sk-test-new']),
  stranger: createSeal(['sk-test-other']),
};

it.each([
  ['old', 'both'],
  ['both', 'old'],
  ['both', 'both'],
  ['both', 'new'],
  ['new', 'both'],
] as const)('what %s signs, %s takes', (signer, reader) => {
  const signed = members[signer].sign(epoch, 'a text, with words');
  expect(members[reader].verify(epoch, signed)).toBe('a text, with words');
});

it.each([
  ['stranger', 'both'],
  ['old', 'new'],
  ['new', 'old'],
] as const)('what %s signs, %s does not take', (signer, reader) => {
  expect(members[reader].verify(epoch, members[signer].sign(epoch, 'text'))).toBeUndefined();
});

it.each(['', ' ', ',', 'text', ', text', `${'0'.repeat(32)} text`, `${'0'.repeat(32)},, text`])(
  'a text without a fitting mark is not taken: %j',
  (text) => {
    expect(members.both.verify(epoch, text)).toBeUndefined();
  },
);

it('an entry of one log is none of another', () => {
  expect(members.new.verify('another log', members.new.sign(epoch, 'text'))).toBeUndefined();
});
