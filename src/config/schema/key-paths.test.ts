import { describe, expect, it } from 'vitest';
import { listChoices, listKeyPaths, readKeyPath } from './key-paths.ts';
import { formatKeyPath } from './schema.ts';

describe('the key paths of a configuration', () => {
  it('are those of the schema, where nothing is configured', () => {
    const paths = listKeyPaths({});
    expect(paths).toEqual(
      expect.arrayContaining(['main', 'gateway', 'gateway.port', 'providers', 'auxiliary']),
    );
    expect(paths.filter((path) => path.startsWith('providers.'))).toEqual([]);
  });

  it('are those below the names that are the user’s own, too', () => {
    const value = {
      providers: { own: { credentials: [{ env: 'OWN_KEY' }] }, 'my.name': {} },
      auxiliary: { title_generation: {} },
    };
    const paths = listKeyPaths(value);
    expect(paths).toEqual(
      expect.arrayContaining([
        'providers.own.base_url',
        'providers.own.credentials[0].env',
        'auxiliary.title_generation.timeout',
      ]),
    );
    expect(paths.filter((path) => path.includes('my.name'))).toEqual([]);
  });

  it('read what they write', () => {
    for (const path of listKeyPaths({ fallback_chain: ['a/b'], providers: { own: {} } }))
      expect(formatKeyPath(readKeyPath(path))).toBe(path);
  });

  it.each([
    ['stream_recovery', ['continue', 'error']],
    ['auxiliary.any.fallback', ['main', 'none']],
    ['main', []],
    ['no.such.key', []],
  ])('have values that are words: %s', (path, words) => {
    expect(listChoices(path)).toEqual(words);
  });
});
