/**
 * Bundles the command line and its packages into few files, since a starting process spends most of
 * its time on opening hundreds (docs/decisions/0012-one-program.md). `-- FOLDER` writes `program`
 * there instead of `dist`.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { readCommit } from '../src/host/describe-version.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(process.argv[2] ?? join(root, 'dist'), 'program');

const program = await rolldown({
  cwd: root,
  platform: 'node',
  // The `main` of a package without `exports` may be UMD, whose requires would stay as they are.
  resolve: { mainFields: ['module', 'main'] },
  // The thread of the state file is started by its file name.
  input: { main: 'src/cli/main.ts', 'store-thread': 'src/store/sqlite/store-thread.ts' },
  // `ws` would load native helpers if there were any beside this program.
  transform: {
    define: {
      'process.env.WS_NO_BUFFER_UTIL': '"1"',
      'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
    },
  },
  // A package that a user may install beside this one.
  external: ['@napi-rs/keyring', 'iovalkey'],
});
// Keep names and lines, so that a stack trace can be read; source maps lead to the sources.
// V8 keeps a program's text in memory, in two bytes a letter if one of them is not Latin.
const { output } = await program.write({
  dir: folder,
  chunkFileNames: '[name]-[hash].js',
  sourcemap: true,
  sourcemapExcludeSources: true,
  minify: false,
  comments: false,
  charset: 'ascii',
});
for (const { fileName, ...file } of output) {
  if (file.type === 'chunk') writeFileSync(join(folder, fileName), takeFromBuiltins(file.code));
}
const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
writeFileSync(join(folder, 'LICENSES.txt'), listLicenses(modules));
writeFileSync(join(folder, '../commit'), readCommit(join(root, '.git')) ?? '');

/**
 * Takes from Node's modules what is imported. An `import` reads everything that a module exports:
 * for `node:http` that starts a second HTTP client, for `node:crypto` another crypto, 5 MB that
 * nobody uses. Keeps the lines.
 */
function takeFromBuiltins(code: string): string {
  const imported = /^import (?:\* as )?(\S+|\{[^}]*\}) from "(node:[^"]+)";$/gm;
  return code.replace(imported, (_line, names: string, builtin: string) => {
    const taken = names.replaceAll(' as ', ': ');
    return `const ${taken} = globalThis.process.getBuiltinModule("${builtin}");`;
  });
}

/** The bundled packages require that their licenses are shipped with their code. */
function listLicenses(modules: readonly string[]): string {
  const folders = modules.flatMap(
    (path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [],
  );
  const texts = [...new Set(folders)].sort().map((path) => {
    const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    return `${name} ${version}\n\n${readLicense(path)}`;
  });
  return texts.join('\n\n---\n\n');
}

function readLicense(folder: string): string {
  const name = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (name === undefined) throw new Error(`${folder} says nothing of its license`);
  return readFileSync(join(folder, name), 'utf8').trim();
}
