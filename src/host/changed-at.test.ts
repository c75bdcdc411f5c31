/** When a file was changed: never later than now, unless the change is only tried. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import type { FileStamp } from '../host.ts';
import { changedAt } from './changed-at.ts';

const host = createFakeHost();
const now = host.clock.now();
const stampAt = (modifiedAt: number): FileStamp => ({
  ...{ identity: 'a', file: 'a', mode: 0o600, bytes: 1 },
  modifiedAt,
});

it.each<readonly [string, () => FileStamp | undefined, number]>([
  ['before', () => stampAt(now - 5000), now - 5000],
  ['now', () => stampAt(now), now],
  ['by a clock that was two hours ahead', () => stampAt(now + 7_200_000), 0],
  ['in memory, to try it', () => stampAt(Infinity), Infinity],
  ['never: it is not there', () => undefined, 0],
])('%s', (_name, stamp, expected) => {
  expect(changedAt({ clock: host.clock, files: { stamp } }, '/h/config.yaml')).toBe(expected);
});

it('is nothing where it may not be looked at', () => {
  const files = {
    stamp: () => {
      throw new Error('EACCES');
    },
  };
  expect(changedAt({ clock: host.clock, files }, '/h/config.yaml')).toBe(0);
});
