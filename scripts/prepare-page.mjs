/**
 * `npm ci` in a checkout makes the page where it is missing or old. It never fails an install: it
 * runs on any Node, and says in one line what is missing.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const isComplete = ['rolldown', 'preact', '@preact/signals'].every((name) =>
  existsSync(`${root}node_modules/${name}`),
);
const script = `${root}scripts/build-page.ts`;
const { status, stderr } = isComplete
  ? spawnSync(process.execPath, [script, '--if-stale'], { encoding: 'utf8' })
  : { status: 1, stderr: 'rolldown and preact are not installed (--omit=dev)' };
const reason = stderr.split('\n').find((line) => /Error|not installed/.test(line));
if (status !== 0)
  console.log(`The page is not built: ${reason}. Later: npm ci && npm run build:page`);
