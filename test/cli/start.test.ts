/**
 * What a command loads that only says something of itself: scripts and people ask for that first of
 * all.
 */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { version } from '../../src/version.ts';

const root = join(import.meta.dirname, '../..');

/** Tells on stderr every file that is loaded. */
const listing = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) { console.error(url); return next(url, context); } });
`)}`;

async function start(
  word: string,
): Promise<{ readonly out: string; readonly loaded: readonly string[] }> {
  const argv = ['--import', listing, join(root, 'bin/holdfast.js'), word];
  const env = { ...process.env, HOLDFAST_HOME: '/nowhere', HOLDFAST_URL: 'http://127.0.0.1:9' };
  const { stdout, stderr } = await run(process.execPath, argv, env);
  const files = stderr.split('\n').filter((line) => line.startsWith('file://'));
  return { out: stdout, loaded: files.map((url) => fileURLToPath(url).slice(root.length + 1)) };
}

/** Whatever the exit status is. */
function run(program: string, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Said> {
  return new Promise((resolve) => {
    execFile(program, argv, { env }, (_error, stdout, stderr) => resolve({ stdout, stderr }));
  });
}

interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

const enough = [
  'bin/holdfast.js',
  'src/chat/markdown/controls.ts',
  'src/cli/main.ts',
  'src/cli/program/root-help.ts',
  'src/cli/terminal/output.ts',
  'src/host/same-file.ts',
];

it('health loads what asks and what it reads, and no parser of command lines', async () => {
  const { loaded } = await start('health');
  expect(loaded.filter((path) => !enough.includes(path)).toSorted()).toEqual([
    'src/cli/context/gateway-url.ts',
    'src/cli/context/health.ts',
    'src/config/files/paths.ts',
    'src/errors.ts',
    'src/gateway/run-file.ts',
    'src/host/ask-status.ts',
    'src/host/http1/response-head.ts',
    'src/host/http1/wire-error.ts',
    'src/host/make-folder.ts',
    'src/host/node-files.ts',
    'src/host/out-of-files.ts',
    'src/host/package-files.ts',
    'src/host/program-words.ts',
    'src/host/quote-word.ts',
  ]);
});

it.each(['--help', '-h'])(
  '%s loads no parser of command lines, and nothing that reads files',
  async (word) => {
    const { out, loaded } = await start(word);
    expect(loaded.toSorted()).toEqual(enough);
    expect(out).toContain('Usage: holdfast');
  },
);

it.each(['--version', '-V'])(
  '%s loads no parser of command lines, and only what reads the commit',
  async (word) => {
    const { out, loaded } = await start(word);
    expect(loaded.filter((path) => !enough.includes(path)).toSorted()).toEqual([
      'src/host/describe-version.ts',
      'src/host/package-files.ts',
      'src/version.ts',
    ]);
    expect(out).toContain(version);
  },
);
