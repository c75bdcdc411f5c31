/** The line that moves this shell to the home of the gateway that has the port. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { resolvePaths } from '../../config/files/paths.ts';
import { moveHome } from './listening.ts';

type Variables = Readonly<Record<string, string>>;

const environmentOf = (environment: Variables) => createFakeHost({ environment }).environment;

const me = { HOME: '/h' };

it.each<readonly [own: Variables, other: Variables, line: string | undefined]>([
  [{ ...me, HOLDFAST_HOME: '/try' }, me, 'unset HOLDFAST_HOME'],
  [{ ...me, HOLDFAST_HOME: '/h/.config/holdfast' }, me, 'unset HOLDFAST_HOME'],
  [me, { ...me, HOLDFAST_HOME: '/srv/a b' }, "export HOLDFAST_HOME='/srv/a b'"],
  [{ ...me, HOLDFAST_HOME: '/x' }, { HOME: '/o', HOLDFAST_HOME: '/y' }, 'export HOLDFAST_HOME=/y'],
  [{ ...me, HOLDFAST_HOME: '/x' }, { HOME: '/other' }, undefined],
  [{ ...me, HOLDFAST_HOME: '/x' }, { ...me, XDG_STATE_HOME: '/s' }, undefined],
])('of %j to %j it is %s', (own, other, line) => {
  expect(moveHome(environmentOf(own), environmentOf(other))).toBe(line);
  if (line === undefined) return;
  const HOLDFAST_HOME = other['HOLDFAST_HOME'];
  const { HOLDFAST_HOME: _old, ...rest } = own;
  const moved = environmentOf(HOLDFAST_HOME === undefined ? rest : { ...rest, HOLDFAST_HOME });
  const places = ({ folder, stateFolder }: ReturnType<typeof resolvePaths>) => [
    folder,
    stateFolder,
  ];
  expect(places(resolvePaths(moved))).toEqual(places(resolvePaths(environmentOf(other))));
});
