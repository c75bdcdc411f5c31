/** Every configuration that a page shows loads as it is, without a warning. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolvePaths } from '../../src/config/files/paths.ts';
import { ConfigHolder } from '../../src/config/holder/holder.ts';
import { createFakeHost } from '../fakes/fake-host.ts';

const root = join(import.meta.dirname, '../..');
const pages = [
  'README.md',
  'docs/recipes.md',
  'docs/proxy.md',
  'docs/compare.md',
  'docs/troubleshooting.md',
];

const examples = pages.flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, text = ''], index) => ({ name: `${page}, example ${index + 1}`, text }),
  ),
);

/** A value for every variable that a configuration names, each another. */
function variablesOf(text: string): Readonly<Record<string, string>> {
  const names = [...text.matchAll(/\$\{(\w+)\}|env: (\w+)/g)].map(
    ([, braced, bare]) => braced ?? bare ?? '',
  );
  return Object.fromEntries(names.map((name, index) => [name, `sk-test-${index}`.padEnd(20, '0')]));
}

describe('a configuration that is shown', () => {
  it.each(examples)('loads: $name', ({ text }) => {
    const host = createFakeHost({
      files: { '/h/config.yaml': text },
      environment: { HOLDFAST_HOME: '/h', HOME: '/home/me', ...variablesOf(text) },
    });
    const holder = new ConfigHolder({
      host,
      paths: resolvePaths(host.environment),
      onEvent: () => undefined,
    });
    expect(holder.current().warnings).toEqual([]);
  });

  it('stands on every page of recipes', () => {
    expect(
      examples.filter(({ name }) => name.startsWith('docs/recipes.md')).length,
    ).toBeGreaterThan(5);
  });
});
