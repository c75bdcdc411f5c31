/**
 * `npm run docs` writes the documents that are generated from code. With `--check` it only lists
 * the stale ones, and exits with 1.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderJsonSchema } from '../src/config/schema/json-schema.ts';
import { CorpusError } from './lib/failure-corpus.ts';
import { renderCli } from './lib/render-cli.ts';
import { renderConfigDocs } from './lib/render-config.ts';
import { renderCorpus } from './lib/render-corpus.ts';
import { renderProviders } from './lib/render-providers.ts';
import { renderRootHelp } from './lib/render-root-help.ts';
import { keepTables } from './lib/render-translation.ts';
import { updateClasses } from './lib/update-classes.ts';
import { updateDefaults } from './lib/update-defaults.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const generated: readonly {
  readonly path: string;
  readonly render: () => string | Promise<string>;
}[] = [
  { path: 'docs/config.md', render: renderConfigDocs },
  { path: 'docs/cli.md', render: renderCli },
  { path: 'docs/providers.md', render: renderProviders },
  { path: 'schema/config.schema.json', render: renderJsonSchema },
  { path: 'corpus/index.json', render: renderCorpus },
  { path: 'src/cli/program/root-help.ts', render: renderRootHelp },
  {
    path: 'docs/translation.md',
    render: () => keepTables(readFileSync(join(root, 'docs/translation.md'), 'utf8')),
  },
  {
    path: 'docs/errors.md',
    render: () => updateClasses(updateDefaults(readFileSync(join(root, 'docs/errors.md'), 'utf8'))),
  },
];

/** Written by hand, except for the defaults in them. */
const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]
  .filter((path) => path.endsWith('.md') && !generated.some((one) => one.path === path))
  .map((path) => ({ path, render: () => updateDefaults(readFileSync(join(root, path), 'utf8')) }));

const isCheck = process.argv.includes('--check');
for (const { path, render } of [...generated, ...pages]) {
  const file = join(root, path);
  const text = await renderOrSay(render);
  if (text === undefined || readOrNothing(file) === text) continue;
  if (isCheck) {
    console.error(`${path} is stale: run npm run docs`);
    process.exitCode = 1;
    continue;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${path}`);
}

/** A mistake in a contributor's file is reported, and the other documents are still written. */
async function renderOrSay(render: () => string | Promise<string>): Promise<string | undefined> {
  try {
    return await render();
  } catch (error) {
    if (!(error instanceof CorpusError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return undefined;
  }
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // not written yet: stale
  }
}
