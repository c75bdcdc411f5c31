/** A healthy request runs through no more of the house than ARCHITECTURE.md says. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measurePath } from '../../scripts/lib/measure-path.ts';

const page = readFileSync(join(import.meta.dirname, '../../ARCHITECTURE.md'), 'utf8');

/** The numbers are written anew once in a while, not with each commit. */
const slack = 1.05;

it('ARCHITECTURE.md says how many files and functions a request runs through: npm run path -- --write', async () => {
  const [, files = '0', functions = '0'] = /(\d+) files and (\d+) functions/.exec(page) ?? [];
  const found = await measurePath(true);
  expect(found.files).toBeLessThanOrEqual(Number(files) * slack);
  expect(found.functions.length).toBeLessThanOrEqual(Number(functions) * slack);
});
