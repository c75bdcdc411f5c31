/**
 * Every command that this program prints, or a page shows, exists with its flags, and none leads to
 * whatever somebody publishes under our name.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../src/cli/context/command.ts';
import { type Entries, entries } from '../../src/cli/program/commands.ts';
import { nameFlag } from '../../src/cli/program/program.ts';
import { commandNames } from '../../src/host/program-words.ts';

const root = join(import.meta.dirname, '../..');
const files = execFileSync('git', ['ls-files', 'src/*.ts', '*.md'], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((path) => !/\.test\.ts$|^CHANGELOG|^docs\/decisions/.test(path));
const sources = files.filter((path) => path.endsWith('.ts'));
const pages = files.filter((path) => path.endsWith('.md'));

/** Our name and a command, as a shell reads it: not `holdfast.serve/1`, and no part of a path. */
const command = new RegExp(`(?<![\\w/.@-])holdfast (?:${commandNames})(?![\\w-])`, 'g');

interface Text {
  readonly place: string;
  readonly text: string;
}

/** Every string and template of a source, `…` for its values. */
function listTexts(path: string): readonly Text[] {
  const code = readFileSync(join(root, path), 'utf8');
  if (!code.includes('holdfast ')) return [];
  const source = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true);
  const texts: Text[] = [];
  const visit = (node: ts.Node): void => {
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    const add = (text: string) => texts.push({ place: `${path}:${line}`, text });
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) add(node.text);
    if (ts.isTemplateExpression(node))
      add([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…'));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

describe('a command that the program prints', () => {
  it('is known to the function that writes it with the words that start the program', () => {
    expect(commandNames.split('|')).toEqual([...Object.keys(entries), 'help'].toSorted());
  });

  it('is never npx holdfast, which outside a checkout runs whatever has that name', () => {
    const named = sources.flatMap(listTexts).filter(({ text }) => text.includes('npx holdfast'));
    expect(named.map(({ place }) => place)).toEqual([]);
  });
});

/** The commands by their words, with the flags of each. */
const flagsOf = new Map<string, readonly string[]>();
/** Commands that do nothing without a subcommand. */
const groups = new Set<string>();
beforeAll(async () => addEntries(entries, ''));

async function addEntries(from: Entries, before: string): Promise<void> {
  for (const [name, [, content]] of Object.entries(from)) {
    const words = `${before} ${name}`.trim();
    if (typeof content === 'function')
      flagsOf.set(words, listFlags((await content()).commands[name]));
    else {
      if (content[''] === undefined) groups.add(words);
      if (!flagsOf.has(words)) flagsOf.set(words, ['--help']);
      await addEntries(content, words);
    }
  }
}

function listFlags(found: Command | undefined): readonly string[] {
  const flags = Object.entries(found?.params ?? {})
    .filter(([, { as }]) => as === 'flag')
    .flatMap(([key, param]) =>
      nameFlag(key, param)
        .split(/, | </)
        .filter((word) => word.startsWith('-')),
    );
  return [...flags, '--help', '-h'];
}

/** Says what of a line no command has; undefined if it is right. */
function findFault(line: string): string | undefined {
  const words = (line.split(', ')[0] ?? '').split(/\s+/).slice(1);
  const depth = flagsOf.has(words.slice(0, 2).join(' ')) ? 2 : 1;
  const [group = '', below = ''] = words;
  if (depth === 1 && groups.has(group) && /^[a-z][a-z-]*$/.test(below))
    return `${below} in: ${line}`;
  const flags = flagsOf.get(words.slice(0, depth).join(' '));
  const given = words.slice(depth).filter((word) => /^--?[a-z]/.test(word));
  const unknown = given
    .map((word) => word.replace(/=.*/, ''))
    .find((flag) => !flags?.includes(flag));
  return unknown === undefined ? undefined : `${unknown} in: ${line}`;
}

/** From our name to the end of the command. */
const lines = new RegExp(`${command.source}[^\`|&;<>"')#\\n]*`, 'g');

describe('a command that is shown', () => {
  it.each(pages)('in %s exists, with its flags', (page) => {
    const shown = readFileSync(join(root, page), 'utf8').match(lines) ?? [];
    expect(shown.flatMap((line) => findFault(line) ?? [])).toEqual([]);
  });

  it('in a source exists, with its flags', () => {
    const shown = sources.flatMap(listTexts).flatMap(({ text }) => text.match(lines) ?? []);
    expect(shown.length).toBeGreaterThan(100);
    expect(shown.flatMap((line) => findFault(line) ?? [])).toEqual([]);
  });
});
