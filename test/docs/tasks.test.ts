/** docs/tasks.md names every side task that Holdfast knows by name, and no other. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaults } from '../../src/model/defaults.ts';

it('docs/tasks.md names the tasks that need no line in the configuration', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/tasks.md'), 'utf8');
  const [, sentence = ''] = /knows some of them by name: ([^.]*)\./.exec(page) ?? [];
  const names = [...sentence.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  expect(new Set(names)).toEqual(new Set(Object.keys(defaults.taskTimeout)));
});
