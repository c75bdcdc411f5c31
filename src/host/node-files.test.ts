/** Files on a real disk: old or new, never a part (A21). */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-files-'));
const path = join(folder, 'credentials.json');

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes 3000 bytes where only 2048 fit into any file: as on a full disk, the first write takes a part of them. */
const program = `
  process.on('SIGXFSZ', () => undefined);
  const { createNodeFiles } = await import(${JSON.stringify(join(import.meta.dirname, 'node-files.ts'))});
  try {
    createNodeFiles().writeAtomic(${JSON.stringify(path)}, 'x'.repeat(3000));
    console.log('written');
  } catch {
    console.log('refused');
  }`;

it('keeps the old file whole, and says so, when the disk takes only a part of the new one', () => {
  writeFileSync(path, 'old');
  const shell = `ulimit -f 2; exec "$0" --input-type=module -e "$1"`;
  const said = execFileSync('bash', ['-c', shell, process.execPath, program], { encoding: 'utf8' });
  expect(said.trim()).toBe('refused');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['credentials.json']);
});
