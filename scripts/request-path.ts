/**
 * `npm run path`: counts the files and functions of `src` that one healthy relayed request runs
 * through, streamed and whole. `-- --list` names those of a streamed one, `-- --list --whole` those
 * of the other; `-- --write` puts the numbers into ARCHITECTURE.md, where a test reads them.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CalledFunction } from './lib/call-counts.ts';
import { answerKinds, measurePaths, source } from './lib/measure-path.ts';
import { boundsPage, writeBounds } from './lib/path-bounds.ts';

const paths = await measurePaths();
if (process.argv.includes('--list'))
  printList(paths[process.argv.includes('--whole') ? 'whole' : 'streamed'].functions);
if (process.argv.includes('--write'))
  writeFileSync(boundsPage, writeBounds(readFileSync(boundsPage, 'utf8'), paths));
for (const kind of answerKinds) {
  const { files, functions } = paths[kind];
  console.log(`a healthy relayed request (${kind}): ${files} files, ${functions.length} functions`);
}

/** Each file with its functions, by the line where they begin. */
function printList(called: readonly CalledFunction[]): void {
  const files = Map.groupBy(called, ({ url }) => url);
  for (const [url, functions] of [...files].sort(([left], [right]) => left.localeCompare(right))) {
    const text = readFileSync(fileURLToPath(url), 'utf8');
    console.log(`src/${url.slice(source.length)} (${functions.length})`);
    for (const { name, offset } of functions) {
      const line = text.slice(0, offset).split('\n').length;
      console.log(`  ${String(line).padStart(4)} ${name === '' ? '(no name)' : name}`);
    }
  }
}
