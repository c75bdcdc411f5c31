/**
 * Checks the size and structure rules that biome lacks: file size, headers, names of files and of
 * types, complexity, type assertions, import levels, rooms inside the big folders, what the library
 * loads, doors to the outside. Prints `path:line rule message`; exits 1 on any finding. `--soft`
 * also prints, without failing, the files above the soft limit.
 */

import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkFileSize, checkHeaders, softLimit } from './lib/file-shape.ts';
import { checkAllowances } from './lib/layers.ts';
import { checkFloors, describeRooms } from './lib/rooms.ts';
import { createSourceFile, type Finding } from './lib/source-file.ts';
import { checkStructure } from './lib/structure.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = globSync('{src,test,scripts,bench,conformance,examples}/**/*.{ts,tsx}', {
  cwd: root,
  exclude: (name) => /(^|\/)(node_modules|fixtures|results|installed)$/.test(name),
}).map((path) =>
  createSourceFile(path.replaceAll('\\', '/'), readFileSync(`${root}${path}`, 'utf8')),
);

// A style sheet has a size and a first sentence, and nothing else of a program.
const styles = globSync('src/**/*.css', { cwd: root }).map((path) =>
  createSourceFile(path.replaceAll('\\', '/'), readFileSync(`${root}${path}`, 'utf8')),
);

if (process.argv.includes('--soft')) {
  for (const finding of checkFileSize([...files, ...styles], softLimit))
    console.log(`soft: ${format(finding)}`);
}

const findings = [
  ...checkStructure(files),
  ...checkAllowances(files),
  ...checkFloors(files),
  ...checkFileSize(styles),
  ...checkHeaders(styles),
];
for (const finding of findings) console.log(format(finding));
for (const line of describeRooms(files)) console.log(line);
console.log(
  findings.length === 0
    ? `structure: ${files.length} files, nothing found`
    : `structure: ${findings.length} found`,
);
process.exitCode = findings.length === 0 ? 0 : 1;

function format({ path, line, rule, message }: Finding): string {
  return `${path}:${line} ${rule} ${message}`;
}
