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
