/** What the schema says of a key path. */

import { describe, expect, it } from 'vitest';
import { defaults } from '../../model/defaults.ts';
import { readDocument } from '../yaml/document.ts';
import { setConfigValue } from '../yaml/edit.ts';
import { formatKeyPath, readKeyPath } from './key-paths.ts';
import { configSchema } from './schema.ts';
import { findDefault, listDefaults } from './schema-walk.ts';

describe('the default of a key', () => {
  it.each([
    ['gateway.port', String(defaults.gateway.port)],
    ['gateway', 'as its fields say'],
    ['providers.any.limits', 'by pace'],
    ['auxiliary.any.fallback', 'main'],
    ['auxiliary.any.fallback_chain', undefined],
    ['providers.any.credentials[0].pointer', undefined],
    ['main', undefined],
    ['no.such.key', undefined],
  ])('of %s is %s', (path, shown) => {
    expect(findDefault(readKeyPath(path))).toBe(shown);
  });

  it('may be the word none', () => {
    expect(findDefault(['gateway', 'pinned_fallback'])).toBe('none');
  });

  it('may be written into the file as `config show` prints it', () => {
    const all = listDefaults().map(({ path, shown }) => [formatKeyPath(path), shown] as const);
    const text = all.reduce(
      (now, [key, shown]) => setConfigValue(now, key, key === 'precedence' ? `[${shown}]` : shown),
      'main: a/b\n',
    );
    const { error } = configSchema.safeParse(readDocument('config.yaml', text).value);
    expect(error?.issues).toBeUndefined();
    expect(all).toContainEqual(['stream_recovery', 'continue']);
    expect(all).toContainEqual(['descriptions.save', String(defaults.descriptions.save)]);
    expect(all.map(([key]) => key)).not.toContain('log.folder');
  });
});
