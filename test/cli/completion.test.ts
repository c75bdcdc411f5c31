/**
 * Completion as each shell does it: real bash, with its own split of the line, and on a terminal;
 * zsh and fish where they are installed.
 */

import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaults } from '../../src/model/defaults.ts';

const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
const onTerminal = join(import.meta.dirname, 'on-terminal.py');

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-completion-'));
  mkdirSync(join(home, 'bin'));
  writeFileSync(
    join(home, 'bin/holdfast'),
    `#!/bin/sh\nexec '${process.execPath}' '${launcher}' "$@"\n`,
  );
  chmodSync(join(home, 'bin/holdfast'), 0o755);
  writeFileSync(
    join(home, 'config.yaml'),
    `main: own/big:8b
providers:
  own:
    base_url: http://127.0.0.1:9/v1
    protocol: openai-chat
    credentials: [{label: team, env: OWN_KEY}, {label: spare, env: SPARE_KEY}]
    models: {small: {}}
auxiliary:
  title_generation: {model: small, provider: own}
aliases: {quick: own/small, "claude-*": main}
`,
  );
});
afterAll(() => rmSync(home, { recursive: true }));

function run(program: string, words: readonly string[]): Promise<string> {
  const env = {
    PATH: `${join(home, 'bin')}:${process.env['PATH']}`,
    HOME: home,
    HOLDFAST_HOME: home,
    NO_COLOR: '1',
    TERM: 'dumb',
  };
  return new Promise((resolve) => {
    execFile(program, words, { env, timeout: 50_000 }, (_error, out, talk) => resolve(out + talk));
  });
}

/**
 * Sets what bash sets at a TAB, its split at `:` and `=` included, and calls the function that the
 * script has registered.
 */
const pressTab = `eval "$(holdfast completion bash)"
COMP_LINE="$1" COMP_POINT=\${#1} COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
read -ra COMP_WORDS < <(sed 's/[:=]/ & /g' <<<"$1"); [[ $1 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
registered=$(complete -p holdfast); registered=\${registered#*-F }
"\${registered%% *}" holdfast "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "\${COMPREPLY[@]}"`;

const lines: readonly (readonly [line: string, expected: readonly string[]])[] = [
  ['holdfast se', ['serve', 'sessions', 'service']],
  ['holdfast config s', ['show', 'schema', 'set']],
  ['holdfast serve --po', ['--port']],
  ['holdfast explain co', ['compression', 'commit_message']],
  ['holdfast explain t', ['title_generation', 'team']],
  [
    'holdfast drill --protocol ',
    ['openai-chat', 'openai-responses', 'anthropic-messages', 'google-generate-content'],
  ],
  ['holdfast drill --mode ', ['streamed', 'whole', 'both']],
  ['holdfast drill --json --fault 1 k', ['k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7']],
  ['holdfast drill --task ', ['main', ...Object.keys(defaults.taskTimeout)]],
  ['holdfast ask --task t', ['title_generation']],
  ['holdfast ask --model o', ['own/big:8b', 'own/small']],
  ['holdfast ask --model q', ['quick']],
  ['holdfast ask --model own/big:', ['8b']],
  ['holdfast ask --model=own/s', ['own/small']],
  ['holdfast ask hi --mo', ['--model']],
  ['holdfast chat --resume l', ['last']],
  ['holdfast auth test t', ['team']],
  ['holdfast auth add ow', ['own']],
  ['holdfast auth add dee', ['deepseek']],
  ['holdfast auth add deepseek --lab', ['--label']],
  ['holdfast classify --provider xia', ['xiaomi']],
  ['holdfast connect co', ['codex', 'copilot', 'continue']],
  ['holdfast completion ', ['bash', 'zsh', 'fish']],
  [
    'holdfast config get gateway.p',
    ['gateway.port', 'gateway.public_url', 'gateway.pinned_fallback'],
  ],
  [
    'holdfast config set providers.own.credentials[0].e',
    ['providers.own.credentials[0].env', 'providers.own.credentials[0].env_file'],
  ],
  ['holdfast config set stream_recovery ', ['continue', 'error']],
  ['holdfast config set main own/', ['own/big:8b', 'own/small']],
  ['holdfast config set stream_recovery - --js', ['--json']],
  ['holdfast ask what', ['']],
  ['holdfast nothing li', ['']],
];

describe('bash', () => {
  it.concurrent.each(lines)('completes %j', { timeout: 60_000 }, async (line, expected) => {
    expect((await run('bash', ['-c', pressTab, '-', line])).split('\n').slice(0, -1)).toEqual(
      expected,
    );
  });

  it('says nothing where the configuration is broken, and still what needs none', {
    timeout: 60_000,
  }, async () => {
    const broken = (line: string): Promise<string> =>
      run('bash', [
        '-c',
        `export HOLDFAST_HOME='${join(home, 'bin/holdfast')}'; ${pressTab}`,
        '-',
        line,
      ]);
    expect(await broken('holdfast ask --model ')).toBe('\n');
    expect(await broken('holdfast config get gateway.po')).toBe('gateway.port\n');
  });

  it.skipIf(!has('python3'))(
    'inserts a model with a colon at a real TAB',
    { timeout: 60_000 },
    async () => {
      const steps = [
        ['', 'eval "$(holdfast completion bash)"; echo READ""Y\n'],
        ['READY', 'holdfast ask --model own/big:\t'],
        ['own/big:8b ', '\x15exit\n'],
      ];
      expect(
        await run('python3', [
          onTerminal,
          JSON.stringify(steps),
          'bash',
          '--norc',
          '--noprofile',
          '-i',
        ]),
      ).toContain('ask --model own/big:8b ');
    },
  );
});

describe.skipIf(!has('fish'))('fish', () => {
  it.concurrent.each(lines.filter(([line]) => !/[:=]|nothing/.test(line)))(
    'completes %j',
    { timeout: 60_000 },
    async (line, expected) => {
      // With files of its own, several that start at once would complain of each other's.
      const alone = '--no-config';
      const said = await run('fish', [
        alone,
        '-c',
        `holdfast completion fish | source; complete -C '${line}'`,
      ]);
      const words = said.split('\n').map((one) => one.split('\t')[0] ?? '');
      expect(words.slice(0, -1).toSorted()).toEqual(
        expected.filter((word) => word !== '').toSorted(),
      );
    },
  );
});

describe.skipIf(!has('zsh'))('zsh', () => {
  it('reads the script', { timeout: 60_000 }, async () => {
    expect(await run('zsh', ['-fc', 'holdfast completion zsh | zsh -n && echo good'])).toBe(
      'good\n',
    );
  });
});

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // not installed here
  }
}
