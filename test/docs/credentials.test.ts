/** What docs/credentials.md shows is true: its configurations load, and its warnings exist. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolvePaths } from '../../src/config/files/paths.ts';
import { ConfigHolder } from '../../src/config/holder/holder.ts';
import { createFakeHost } from '../fakes/fake-host.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/credentials.md'), 'utf8');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

describe('docs/credentials.md', () => {
  for (const [index, text] of examples.entries()) {
    it(`shows a configuration that loads: example ${index + 1}`, () => {
      const host = createFakeHost({
        files: { '/h/config.yaml': text },
        environment: {
          HOLDFAST_HOME: '/h',
          HOME: '/home/me',
          XIAOMI_API_KEY: `sk-test-${'0'.repeat(12)}`,
        },
      });
      const holder = new ConfigHolder({
        host,
        paths: resolvePaths(host.environment),
        onEvent: () => undefined,
      });
      expect(holder.current().warnings).toEqual([]);
    });
  }

  it('shows several', () => {
    expect(examples.length).toBeGreaterThan(2);
  });

  it('names every warning about keys, and none that does not exist', () => {
    const source = readFileSync(join(root, 'src/credentials/inspect/warnings.ts'), 'utf8');
    const codes = [...source.matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, code = '']) => code);
    const section = page.slice(
      page.indexOf('## Warnings'),
      page.indexOf('## When there is no key'),
    );
    const named = [...section.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, code = '']) => code);
    expect(named).toEqual(expect.arrayContaining(codes));
    const ofFiles = ['stored-keys-unusable', 'dotenv-unreadable'];
    const ofConfig = ['key-bound-elsewhere', ...ofFiles, 'chain-repeats', 'alias-unused'];
    expect(named.filter((code) => !codes.includes(code))).toEqual(ofConfig);
  });
});
