/** Conversations that a variable puts out of reach are told of; those that are read are not. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { resolvePaths } from '../config/files/paths.ts';
import { findElsewhere } from './unkept.ts';

const usual = '/home/me/.local/state/holdfast/sessions.db';

it.each([
  [{ XDG_STATE_HOME: '/other' }, usual, /XDG_STATE_HOME has \/other\/holdfast\/sessions\.db read/],
  [{ HOLDFAST_HOME: '/other' }, usual, /HOLDFAST_HOME has \/other\/sessions\.db read/],
  [{ XDG_STATE_HOME: 'relative' }, usual, undefined],
  [{ XDG_STATE_HOME: '/other' }, '/other/holdfast/sessions.db', undefined],
  [{}, usual, undefined],
])('with %j, where %s is there', (environment, path, told) => {
  const host = createFakeHost({ environment: { HOME: '/home/me', ...environment } });
  host.setFile(path, '');
  const found = findElsewhere(host, resolvePaths(host.environment));
  if (told === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(told);
});
