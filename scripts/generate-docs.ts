/** `npm run docs`: writes the documents that are made from code. With `--check` it only says which ones are stale, and exits 1. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderJsonSchema } from '../src/config/schema/json-schema.ts';
import { renderCli } from './lib/render-cli.ts';
import { renderConfigDocs } from './lib/render-config.ts';
import { renderCorpus } from './lib/render-corpus.ts';
import { renderProviders } from './lib/render-providers.ts';
import { renderRootHelp } from './lib/render-root-help.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents: readonly { readonly path: string; readonly render: () => string | Promise<string> }[] = [
  { path: 'docs/config.md', render: renderConfigDocs },
  { path: 'docs/cli.md', render: renderCli },
  { path: 'docs/providers.md', render: renderProviders },
  { path: 'schema/config.schema.json', render: renderJsonSchema },
  { path: 'corpus/index.json', render: renderCorpus },
  { path: 'src/cli/root-help.ts', render: renderRootHelp },
];

const isCheck = process.argv.includes('--check');
for (const { path, render } of documents) {
  const file = join(root, path);
  const text = await render();
  if (isCheck) {
    if (readOrNothing(file) === text) continue;
    console.error(`${path} is stale: run npm run docs`);
    process.exitCode = 1;
    continue;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${path}`);
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // not written yet: stale
  }
}
