import { expect, it } from 'vitest';
import { defaults } from '../../src/model/defaults.ts';
import { updateDefaults } from './update-defaults.ts';

it.each([
  ['a key by its whole path', 'for `gateway.send_timeout` (1 s), it', defaults.gateway.sendTimeout],
  ['a key of an entry', 'for `ttl` (7 s; 0: each use)', defaults.command.ttl],
  ['a key of a task', '`auxiliary.vision.timeout` (1 s)', defaults.taskTimeout.vision],
  ['a key in bytes', '`descriptions.max_bytes` (1 MiB, ', defaults.descriptions.maxBytes / 2 ** 20],
  ['a key in days', '`sessions.keep` (7 days)', defaults.sessions.keep],
])('keeps the number behind %s', (_name, page, amount) => {
  expect(updateDefaults(page)).toBe(page.replace(/\d+/, `${amount}`));
});

it('keeps both numbers of a key that has two', () => {
  const { streamed, whole } = defaults.maxWait;
  expect(updateDefaults('`max_wait` (1 s; 2 s for whole answers)')).toBe(
    `\`max_wait\` (${streamed} s; ${whole} s for whole answers)`,
  );
});

it('leaves a number alone that stands behind no key', () => {
  expect(updateDefaults('after 5 s, as `timeout` says (10 min)')).toBe(
    'after 5 s, as `timeout` says (10 min)',
  );
});
