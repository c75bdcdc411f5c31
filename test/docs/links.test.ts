/** Every link between the documents leads to a file that is there, and to a heading that it has. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n');

/** The text of a document without its blocks of code. */
function readProse(path: string): string {
  return readFileSync(join(root, path), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
}

/** The anchors that a document's headings make. */
function anchorsOf(path: string): readonly string[] {
  return [...readProse(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The links of a document that lead nowhere. */
function brokenLinks(document: string): readonly string[] {
  const links = [...readProse(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const path = file === '' ? document : normalize(join(dirname(document), file));
    if (!existsSync(join(root, path))) return true;
    return anchor !== undefined && path.endsWith('.md') && !anchorsOf(path).includes(anchor);
  });
}

describe('the documents', () => {
  it('are there', () => {
    expect(documents).toContain('README.md');
    expect(documents.length).toBeGreaterThan(20);
  });

  it.each(documents)('%s links only to what is there', (document) => {
    expect(brokenLinks(document)).toEqual([]);
  });
});
