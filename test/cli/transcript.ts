/**
 * Reads and plays CLI transcripts: files laid into an empty home, commands, and what must have come
 * out.
 *
 * ```
 * ## what this shows
 * == config.yaml
 * main: deepseek/deepseek-flash
 * $ holdfast config get main
 * deepseek/deepseek-flash
 * ! a line on stderr
 * [0]
 * ```
 *
 * A line `[N]` is the exit status, 0 when it is left out. `…` stands for any text within a line, a
 * line `⋮` for any lines. `$HOME` is the home, `$SIM` the base URL of a simulated provider, and
 * commands run in `sh`, which knows three more: `served COMMAND` ends a command that serves as soon
 * as it says where; `heard COMMAND` asks again where nobody has answered in time, since a busy
 * machine is slower than any limit; `remember QUESTION ANSWER` keeps a session with these turns.
 */

import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export interface Transcript {
  readonly title: string;
  readonly steps: readonly Step[];
}

type Step =
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  | { readonly kind: 'command'; readonly command: string; readonly expected: Expected };

interface Expected {
  readonly out: string;
  readonly talk: string;
  readonly status: number;
}

/** Every `## title` begins a transcript of its own. */
export function parseTranscripts(text: string): readonly Transcript[] {
  return text
    .split(/^(?=## )/m)
    .filter((part) => part.startsWith('## '))
    .map((part) => {
      const [title = '', ...lines] = part.trimEnd().split('\n');
      return { title: title.slice(3), steps: parseSteps(lines.join('\n')) };
    });
}

function parseSteps(text: string): readonly Step[] {
  return text
    .split(/^(?=== |\$ )/m)
    .filter((part) => /^(== |\$ )/.test(part))
    .map((part) => {
      const [first = '', ...lines] = part.trimEnd().split('\n');
      if (first.startsWith('== '))
        return { kind: 'file', name: first.slice(3), text: `${lines.join('\n')}\n` };
      return { kind: 'command', command: first.slice(2), expected: parseExpected(lines) };
    });
}

function parseExpected(lines: readonly string[]): Expected {
  const isStatus = (line: string): boolean => /^\[\d+\]$/.test(line);
  const isTalk = (line: string): boolean => line.startsWith('! ') || line === '!';
  const status = lines.find(isStatus);
  return {
    out: lines.filter((line) => !isStatus(line) && !isTalk(line)).join('\n'),
    talk: lines
      .filter(isTalk)
      .map((line) => line.slice(2))
      .join('\n'),
    status: status === undefined ? 0 : Number(status.slice(1, -1)),
  };
}

/**
 * Plays one transcript in a home of its own; yields what each command did beside what it must do.
 */
export async function playTranscript(
  { steps }: Transcript,
  places: Readonly<Record<string, string>>,
): Promise<
  readonly { readonly command: string; readonly expected: Expected; readonly actual: Expected }[]
> {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-transcript-'));
  const fill = (text: string): string =>
    Object.entries({ HOME: home, ...places }).reduce(
      (filled, [name, value]) => filled.replaceAll(`$${name}`, value),
      text,
    );
  const played = [];
  try {
    installCommands(home);
    for (const step of steps) {
      if (step.kind === 'file') {
        mkdirSync(dirname(join(home, step.name)), { recursive: true });
        writeFileSync(join(home, step.name), fill(step.text));
        continue;
      }
      const said = await runCommand(home, fill(step.command));
      const expected = {
        ...step.expected,
        out: fill(step.expected.out),
        talk: fill(step.expected.talk),
      };
      played.push({ command: step.command, expected, actual: blankOut(said, expected) });
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  return played;
}

function installCommands(home: string): void {
  const commands = {
    holdfast: `exec '${process.execPath}' '${join(root, 'bin/holdfast.js')}' "$@"`,
    remember: `exec '${process.execPath}' '${join(root, 'test/processes/session-process.ts')}' "$HOLDFAST_HOME/sessions.db" add "$@"`,
    heard:
      'while "$@" >.said; ended=$?; grep -q ": timeout[.]" .said; do :; done; cat .said; exit $ended',
    served:
      ': >.talk; "$@" 2>.talk & server=$!; until grep -q "listens on" .talk; do sleep 0.05; done; kill $server; wait $server; ended=$?; cat .talk >&2; exit $ended',
  };
  mkdirSync(join(home, '.bin'));
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(join(home, '.bin', name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(home, '.bin', name), 0o755);
  }
}

function runCommand(home: string, command: string): Promise<Expected> {
  const env = {
    PATH: `${join(home, '.bin')}:${process.env['PATH']}`,
    HOME: join(home, 'not-used'),
    HOLDFAST_HOME: home,
    HOLDFAST_PORT: '0',
    NO_COLOR: '1',
  };
  return new Promise((resolve) => {
    const child = execFile('/bin/sh', ['-c', command], { env, cwd: home }, (error, out, talk) => {
      const status = typeof error?.code === 'number' ? error.code : Number(error !== null);
      resolve({ out: out.trimEnd(), talk: talk.trimEnd(), status });
    });
    child.stdin?.end();
  });
}

/**
 * Where the expected text fits, the actual one is shown as the expected one, so that a difference
 * shows only what differs.
 */
function blankOut(actual: Expected, expected: Expected): Expected {
  return {
    out: fits(actual.out, expected.out) ? expected.out : actual.out,
    talk: fits(actual.talk, expected.talk) ? expected.talk : actual.talk,
    status: actual.status,
  };
}

function fits(actual: string, expected: string): boolean {
  const quote = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const lines = expected
    .split('\n')
    .map((line) => (line === '⋮' ? '[^]*' : quote(line).replaceAll('…', '.*')));
  const pattern = lines
    .join('\n')
    .replaceAll('\n[^]*', '(?:\n[^]*)?')
    .replaceAll('[^]*\n', '(?:[^]*\n)?');
  return new RegExp(`^${pattern}$`, 'v').test(actual);
}
