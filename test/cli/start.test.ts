/** What a command loads that only says something of itself: scripts and people ask for that first of all. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { version } from '../../src/version.ts';

const root = join(import.meta.dirname, '../..');

/** Tells on stderr every file that is loaded. */
const listing = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) { console.error(url); return next(url, context); } });
`)}`;

async function start(word: string): Promise<{ readonly out: string; readonly loaded: readonly string[] }> {
  const argv = ['--import', listing, join(root, 'bin/holdfast.js'), word];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, argv);
  const files = stderr.split('\n').filter((line) => line.startsWith('file://'));
  return { out: stdout, loaded: files.map((url) => fileURLToPath(url).slice(root.length + 1)) };
}

const enough = [
  'bin/holdfast.js',
  'src/cli/main.ts',
  'src/cli/output.ts',
  'src/cli/root-help.ts',
  'src/version.ts',
];

it.each(['--version', '-V', '--help', '-h'])(
  '%s loads no parser of command lines, and nothing that reads files',
  async (word) => {
    const { out, loaded } = await start(word);
    expect(loaded.toSorted()).toEqual(enough);
    expect(out).toContain(word.toLowerCase().includes('v') ? version : 'Usage: holdfast');
  },
);
