/**
 * Puts the YAML package into one file of the library. Node gets its CommonJS build, which calls
 * `require`, and a bundle in ES modules has none (docs/decisions/0012-one-program.md).
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const bundled = join(dist, 'yaml.js');
const importers = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.js'))
  .map((path) => join(dist, path));

const yaml = await rolldown({
  cwd: root,
  input: 'yaml',
  platform: 'neutral',
  resolve: { conditionNames: ['import', 'default'] },
});
// Its license must be shipped with its code.
const license = readFileSync(join(root, 'node_modules/yaml/LICENSE'), 'utf8').trim();
await yaml.write({ file: bundled, banner: `/*! The package yaml.\n\n${license}\n*/` });

for (const file of importers) {
  const path = `./${relative(dirname(file), bundled)}`.replace(/^\.\/\.\./, '..');
  const text = readFileSync(file, 'utf8');
  const changed = text.replaceAll(/(?<=^import [^;]* from )'yaml';$/gm, () => `'${path}';`);
  if (changed !== text) writeFileSync(file, changed);
}
