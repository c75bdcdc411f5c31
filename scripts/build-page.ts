/**
 * `npm run build:page` bundles `src/page` for the browser into `dist/page`: a script, the worker
 * that all tabs share, and a style sheet, named by the hash of their sources. `-- FOLDER` writes
 * `page` there instead of `dist`; `--if-stale` does nothing where the page fits its sources.
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import {
  fitsSources,
  hashSources,
  manifestName,
  type PageManifest,
  readManifest,
} from '../src/gateway/page/page-folder.ts';
import { createNodeFiles } from '../src/host/node-files.ts';

/** All that the page loads, packed. */
const mostBytes = 60_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const [target = join(root, 'dist')] = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const folder = join(target, 'page');
const files = createNodeFiles();
const styles = ['src/page/style/page.css', 'src/page/style/rows.css', 'src/page/style/history.css'];
const template = 'src/page/index.html';

const built = readManifest(files, folder);
if (!process.argv.includes('--if-stale') || !built || !fitsSources(files, built, root))
  await build();

async function build(): Promise<void> {
  const [script, worker] = [await bundle('main.tsx'), await bundle('stream/worker.ts')];
  const modules = new Set([...script.modules, ...worker.modules]);
  const sources = [...modules, ...styles, template].sort();
  const manifest: PageManifest = { hash: hashSources(files, sources, root), sources };
  const { hash } = manifest;
  const style = styles.map((path) => readFileSync(join(root, path), 'utf8')).join('\n');
  const page = readFileSync(join(root, template), 'utf8').replaceAll('HASH', hash);
  const bytes = [script.code, worker.code, style, page].reduce(
    (sum, text) => sum + gzipSync(text).length,
    0,
  );
  if (bytes > mostBytes) throw new Error(`the page has ${bytes} bytes packed, over ${mostBytes}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `page-${hash}.js`), script.code);
  writeFileSync(join(folder, `worker-${hash}.js`), worker.code);
  writeFileSync(join(folder, `page-${hash}.css`), style);
  writeFileSync(join(folder, 'index.html'), page);
  writeFileSync(join(folder, manifestName), JSON.stringify(manifest));
}

/** Fails where anything of Node is reached: a browser has none. */
async function bundle(
  entry: string,
): Promise<{ readonly code: string; readonly modules: readonly string[] }> {
  const page = await rolldown({
    cwd: root,
    input: `src/page/${entry}`,
    platform: 'browser',
    // The words that start the program are told by the gateway, not found on this machine.
    plugins: [
      {
        name: 'words-of-the-gateway',
        resolveId: (id) =>
          id.endsWith('/program-words.ts') ? join(root, 'src/page/program-words.ts') : null,
      },
    ],
    onLog: (_level, { message }) => {
      throw new Error(message);
    },
  });
  const { output } = await page.generate({ format: 'iife', minify: true });
  const [chunk] = output;
  return {
    code: chunk.code,
    modules: chunk.moduleIds
      .filter((id) => id.startsWith(root))
      .map((id) => relative(root, id).replaceAll('\\', '/')),
  };
}
