/** Files that a variable puts out of use are named; those that are read are not. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { findUnreadFiles } from './unread-files.ts';

const own = '/home/me/.config/holdfast';

it.each([
  [{ HOLDFAST_CONFIG: '/old/config.yaml' }, [`${own}/config.yaml`], 'HOLDFAST_CONFIG'],
  [{ HOLDFAST_ENV_FILE: '/old/.env' }, [`${own}/.env`], 'HOLDFAST_ENV_FILE'],
  [{ HOLDFAST_HOME: '/old' }, [`${own}/config.yaml`], undefined],
  [{ HOLDFAST_HOME: '/old', HOLDFAST_CONFIG: '/x.yaml' }, ['/old/config.yaml'], 'HOLDFAST_CONFIG'],
  [{}, [`${own}/config.yaml`, `${own}/.env`], undefined],
  [{ HOLDFAST_CONFIG: '/old/config.yaml' }, [], undefined],
  [{ HOLDFAST_CONFIG: `${own}/config.yaml` }, [`${own}/config.yaml`], undefined],
  [{ HOLDFAST_HOME: own }, [`${own}/config.yaml`], undefined],
] as const)('with %j and %j: %s', (environment, paths, variable) => {
  const host = createFakeHost({ environment: { HOME: '/home/me', ...environment } });
  for (const path of paths) host.setFile(path, 'main: a/b\n');
  const unread = findUnreadFiles(host.environment, host.files);
  expect(unread.map(({ path }) => path)).toEqual(variable === undefined ? [] : paths);
  expect(unread.map(({ fix }) => fix.command)).toEqual(
    variable === undefined ? [] : [`unset ${variable}`],
  );
});

it('a file that no folder has any more is mounted alone, and its origin was replaced', () => {
  const host = createFakeHost({ environment: { HOME: '/home/me' } });
  host.setFile(`${own}/.env`, 'A=1');
  const stamp: typeof host.files.stamp = (path) => {
    const found = host.files.stamp(path);
    return found && { ...found, isUnlinked: true };
  };
  expect(findUnreadFiles(host.environment, { stamp })).toMatchObject([
    {
      path: `${own}/.env`,
      isStale: true,
      fix: { text: expect.stringMatching(/^mount the folder/) },
    },
  ]);
  expect(findUnreadFiles(host.environment, host.files)).toEqual([]);
});
