/**
 * What CONTRIBUTING.md and docs/fixtures.md give to copy is whole: an entry, a row, a command, a
 * fixture.
 */

import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCase } from '../../scripts/lib/failure-corpus.ts';
import { judgeCase } from '../../scripts/lib/judge-case.ts';
import type { Terminal } from '../../src/cli/terminal/terminal.ts';
import { builtinEntries } from '../../src/providers/builtin.ts';
import { builtinSignatures } from '../../src/providers/signatures/builtin.ts';
import { providerOfRule } from '../../src/providers/signatures/signature.ts';
import { version } from '../../src/version.ts';

const root = join(import.meta.dirname, '../..');

/** What a command says its words through. */
type Spoken = Pick<Terminal, 'out' | 'talk'>;

/** The blocks of a language in a document, without the indent of the list they stand in. */
function blocksOf(path: string, language: string): readonly string[] {
  const text = readFileSync(join(root, path), 'utf8');
  const found = text.matchAll(new RegExp(`^( *)\`\`\`${language}\n([\\s\\S]*?)^ *\`\`\``, 'gm'));
  return [...found].map(([, indent = '', code = '']) =>
    code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** What all have. */
function commonKeys(all: readonly object[]): readonly string[] {
  const [first = {}, ...rest] = all;
  return Object.keys(first).filter((key) => rest.every((one) => key in one));
}

/** The code with imports that lead to where they would from that folder. */
function importAsFrom(folder: string, code: string): string {
  const base = pathToFileURL(join(root, folder, '/'));
  return code.replaceAll(/from '(\..*)'/g, (_all, path: string) => `from '${new URL(path, base)}'`);
}

async function evaluate(code: string): Promise<Readonly<Record<string, object>>> {
  return import(`data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(code))}`);
}

describe('CONTRIBUTING.md', () => {
  const blocks = blocksOf('CONTRIBUTING.md', 'ts');

  it('shows an entry with every field that all entries have', async () => {
    const { nimbus = {} } = await evaluate(
      blocks.find((code) => code.includes('ProviderEntry')) ?? '',
    );
    expect(Object.keys(nimbus)).toEqual(expect.arrayContaining([...commonKeys(builtinEntries)]));
  });

  it('shows a row with every field that all rows have', async () => {
    const row = blocks.find((code) => code.includes('groq-teapot')) ?? '';
    const { rows = {} } = await evaluate(`export const rows = {${row}};`);
    const [[id, first] = []] = Object.entries(rows);
    expect(Object.keys({ id, provider: providerOfRule(id ?? ''), ...first })).toEqual(
      expect.arrayContaining([...commonKeys(builtinSignatures)]),
    );
  });

  it('shows a command that prints what its transcript says, and the line that names its file', async () => {
    const file = blocks.find((code) => code.includes('createCommand')) ?? '';
    const { commands } = await evaluate(importAsFrom('src/cli/commands', file));
    const { ping } = commands as {
      ping: { run: (given: object, terminal: Spoken) => Promise<number> };
    };
    const printed: string[] = [];
    const out = (text: string): void => void printed.push(text);
    await ping.run({}, { out, talk: () => {} });
    const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
    const [, said = ''] = /^ *\$ holdfast ping\n *(.*)…$/m.exec(page) ?? [];
    expect(printed).toEqual([`${said}${version}\n`]);
    const line = expect.stringMatching(
      /^ping: \['.+', \(\) => import\('..\/commands\/ping.ts'\)\],$/m,
    );
    expect(blocks).toContainEqual(line);
  });
});

it('docs/fixtures.md shows a fixture that is judged as it expects', () => {
  const found = readCase('groq/flex-capacity.json', blocksOf('docs/fixtures.md', 'json')[0] ?? '');
  expect(judgeCase(found).expect).toEqual(found.expect);
});
