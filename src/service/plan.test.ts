import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { findLastingPath, isShortLived, listPlaceVariables } from './plan.ts';

describe('findLastingPath', () => {
  it.each([
    ['the path on the PATH that leads to the same file', '/usr/bin:/local/bin', '/local/bin/node'],
    ['none of a run of npm', '/p/node_modules/.bin:/usr/bin', '/cellar/24.1/node'],
    ['the path as it is where the PATH has another', '/usr/bin', '/cellar/24.1/node'],
  ])('takes %s', (_name, PATH, expected) => {
    const host = createFakeHost({ environment: { PATH }, files: { '/usr/bin/node': 'another' } });
    const same = { identity: '1:1', file: '1:1', modifiedAt: 0, mode: 0o755, bytes: 1 };
    const links = new Set(['/cellar/24.1/node', '/local/bin/node', '/p/node_modules/.bin/node']);
    const stamp: typeof host.files.stamp = (path) =>
      links.has(path) ? same : host.files.stamp(path);
    const linked = { ...host, files: { ...host.files, stamp } };
    expect(findLastingPath(linked, 'node', '/cellar/24.1/node')).toBe(expected);
  });

  it('knows what the next upgrade takes away', () => {
    const paths = [
      '/usr/bin/node',
      '/h/.nvm/versions/node/v24/bin/node',
      '/h/.npm/_npx/1/bin/holdfast.js',
    ];
    expect(paths.filter(isShortLived)).toEqual(paths.slice(1));
  });
});

describe('listPlaceVariables', () => {
  it('names where our files are, and nothing else that the shell has', () => {
    const host = createFakeHost({
      environment: { HOLDFAST_HOME: '/h', XDG_STATE_HOME: 'relative', XIAOMI_API_KEY: 'x' },
    });
    expect(listPlaceVariables(host)).toEqual({ HOLDFAST_HOME: '/h' });
  });
});
