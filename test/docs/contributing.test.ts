/** What CONTRIBUTING.md and docs/fixtures.md give to copy is whole: an entry, a row, a fixture. */

import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCase } from '../../scripts/lib/failure-corpus.ts';
import { judgeCase } from '../../scripts/lib/judge-case.ts';
import { builtinEntries } from '../../src/providers/builtin.ts';
import { builtinSignatures } from '../../src/providers/signatures/builtin.ts';
import { providerOf } from '../../src/providers/signatures/signature.ts';

const root = join(import.meta.dirname, '../..');

/** The blocks of a language in a document, without the indent of the list they stand in. */
function blocksOf(path: string, language: string): readonly string[] {
  const text = readFileSync(join(root, path), 'utf8');
  const found = text.matchAll(new RegExp(`^( *)\`\`\`${language}\n([\\s\\S]*?)^ *\`\`\``, 'gm'));
  return [...found].map(([, indent = '', code = '']) => code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}

/** What all have. */
function commonKeys(all: readonly object[]): readonly string[] {
  const [first = {}, ...rest] = all;
  return Object.keys(first).filter((key) => rest.every((one) => key in one));
}

async function evaluate(code: string): Promise<Readonly<Record<string, object>>> {
  return import(`data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(code))}`);
}

describe('CONTRIBUTING.md', () => {
  const blocks = blocksOf('CONTRIBUTING.md', 'ts');

  it('shows an entry with every field that all entries have', async () => {
    const { nimbus = {} } = await evaluate(blocks.find((code) => code.includes('ProviderEntry')) ?? '');
    expect(Object.keys(nimbus)).toEqual(expect.arrayContaining([...commonKeys(builtinEntries)]));
  });

  it('shows a row with every field that all rows have', async () => {
    const row = blocks.find((code) => code.includes('sample:')) ?? '';
    const { rows = {} } = await evaluate(`export const rows = {${row}};`);
    const [[id, first] = []] = Object.entries(rows);
    expect(Object.keys({ id, provider: providerOf(id ?? ''), ...first })).toEqual(
      expect.arrayContaining([...commonKeys(builtinSignatures)]),
    );
  });
});

it('docs/fixtures.md shows a fixture that is judged as it expects', () => {
  const found = readCase('groq/flex-capacity.json', blocksOf('docs/fixtures.md', 'json')[0] ?? '');
  expect(judgeCase(found).expect).toEqual(found.expect);
});
