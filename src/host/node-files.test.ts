import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createNodeFiles } from './node-files.ts';

const files = createNodeFiles();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('writes to what a link points at, and leaves the link', () => {
  mkdirSync(join(folder, 'dotfiles'));
  const [target, link] = [join(folder, 'dotfiles/settings.json'), join(folder, 'settings.json')];
  writeFileSync(target, 'old');
  symlinkSync(target, link);
  files.writeAtomic(link, 'new', 0o640);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect([readFileSync(target, 'utf8'), statSync(target).mode & 0o777]).toEqual(['new', 0o640]);
});

it('makes a file, with its folders, where there is none', () => {
  const path = join(folder, 'a/b/c.json');
  files.writeAtomic(path, 'new');
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new', 0o600]);
});
