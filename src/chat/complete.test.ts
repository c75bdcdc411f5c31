/** Tab in the chat's line, in a folder on the disk. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { createNodeFiles } from '../host/node-files.ts';
import { type Complete, createComplete } from './complete.ts';

const home = mkdtempSync(join(tmpdir(), 'holdfast-complete-'));
let complete: Complete;
beforeAll(() => {
  for (const folder of ['deep', 'my folder', '.git']) mkdirSync(join(home, folder));
  for (const name of ['notes.txt', 'new.png', '.env', 'a "quote"', 'deep/one.txt', 'my folder/b'])
    writeFileSync(join(home, name), '');
  complete = createComplete({
    files: createNodeFiles(),
    environment: createFakeHost({ environment: { HOME: home } }).environment,
  });
});
afterAll(() => rmSync(home, { recursive: true }));

it.each<[line: string, candidates: readonly string[], replaced: string]>([
  ['/wh', ['/why '], '/wh'],
  ['/', ['/why ', '/model ', '/retry ', '/title ', '/cost ', '/sessions ', '/help '], '/'],
  ['/model ma', [], ''],
  ['say /wh', [], ''],
  ['see @~/n', ['@~/new.png ', '@~/notes.txt '], '@~/n'],
  ['see @~/', ['@~/deep/', '@"~/my folder/', '@~/new.png ', '@~/notes.txt '], '@~/'],
  ['(@~/deep/', ['@~/deep/one.txt '], '@~/deep/'],
  ['@"~/my f', ['@"~/my folder/'], '@"~/my f'],
  ['@"~/my folder/', ['@"~/my folder/b" '], '@"~/my folder/'],
  ['@~/.', ['@~/.env ', '@~/.git/'], '@~/.'],
  ['@~/none/x', [], '@~/none/x'],
  ['@~/notes.txt/', [], '@~/notes.txt/'],
  ['mail me@~/n', [], ''],
  ['no mention', [], ''],
])('%j', (line, candidates, replaced) => {
  expect(complete(line)).toEqual([candidates, replaced]);
});

it('completes in the folder in which the chat was started', () => {
  expect(complete('@packa')[0]).toEqual(['@package-lock.json ', '@package.json ']);
});
