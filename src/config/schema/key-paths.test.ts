import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatKeyPath, listChoices, listKeyPaths, readKeyPath } from './key-paths.ts';

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

  it.each<readonly [typed: string, path: readonly (string | number)[]]>([
    ['prices.lab/qwen2.5-coder:7b', ['prices', 'lab/qwen2.5-coder:7b']],
    ['prices.openai/gpt-4.1.input', ['prices', 'openai/gpt-4.1', 'input']],
    ['aliases.gpt-4.1-*', ['aliases', 'gpt-4.1-*']],
    ['providers.302ai.base_url', ['providers', '302ai', 'base_url']],
    ['fallback_chain[0].model', ['fallback_chain', 0, 'model']],
  ])('leave a number with a dot whole: %s', (typed, path) => {
    expect(readKeyPath(typed)).toEqual(path);
  });

  it('read what they write', () => {
    for (const path of listKeyPaths({ fallback_chain: ['a/b'], providers: { own: {} } }))
      expect(formatKeyPath(readKeyPath(path))).toBe(path);
  });

  it('read every name that can stand in a file as it was', () => {
    const part = fc.oneof(
      fc.string({ unit: fc.constantFrom(...`a7 .[]"'\\$-*é`), maxLength: 6 }),
      fc.nat({ max: 12 }),
    );
    const path = fc.array(part, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(path, (parts) => {
        expect(readKeyPath(formatKeyPath(parts))).toEqual(parts);
      }),
      { numRuns: 2000, seed: 20_261_124 },
    );
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
