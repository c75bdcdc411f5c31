/**
 * `npm run path` counts the files and functions of `src` that one healthy relayed request runs. `--
 * --list` names them, `-- --whole` uses an answer that is not streamed, `-- --write` updates
 * ARCHITECTURE.md.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CalledFunction } from './lib/call-counts.ts';
import { measurePath, source } from './lib/measure-path.ts';

const isStreamed = !process.argv.includes('--whole');
const { files, functions } = await measurePath(isStreamed);
if (process.argv.includes('--list')) printList(functions);
if (process.argv.includes('--write')) writeNumbers();
console.log(
  `a healthy relayed request (${isStreamed ? 'streamed' : 'whole'}): ${files} files, ${functions.length} functions`,
);

function writeNumbers(): void {
  const page = fileURLToPath(new URL('../ARCHITECTURE.md', import.meta.url));
  const text = readFileSync(page, 'utf8');
  writeFileSync(
    page,
    text.replace(/\d+ files and \d+ functions/, `${files} files and ${functions.length} functions`),
  );
}

/** Prints each file with its functions, by the line of their beginning. */
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
