/**
 * A law of every command's error, whatever is wrong: with its command line, its home, its
 * configuration, its disk, its gateway, or the reader of its output. It says what, where and how to
 * fix it, in three lines; it has a documented exit status; with `--json` it is a document too; and
 * no file of the home is lost (docs/cli.md).
 */

import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Command } from '../../src/cli/context/command.ts';
import { nameFlag } from '../../src/cli/program/program.ts';
import { exitStatuses } from '../../src/cli/terminal/exit.ts';
import type { Files } from '../../src/host.ts';
import { CommandStage, type Printed } from '../fakes/command-stage.ts';
import { exampleWords, lineByLine, listCommands } from './list-commands.ts';

const key = `sk-test-${'k'.repeat(20)}`;
const server = { base_url: 'http://deepseek.test/v1', protocol: 'openai-chat', api_key: key };
const good = {
  main: 'deepseek/deepseek-flash',
  fallback_chain: ['spare/m'],
  providers: { deepseek: server, spare: { ...server, base_url: 'http://spare.test/v1' } },
};
const wrong = (change: object): string => JSON.stringify({ ...good, ...change });
const damaged = 'this is no database, and no JSON either\n'.repeat(200);

/** Says hello to everybody, as another program at the gateway's port does. */
const stranger = createServer((_request, response) => response.end('<html>hello</html>'));
const strangerUrl = await new Promise<string>((resolve) => {
  stranger.listen(0, '127.0.0.1', () => {
    const { port }: Pick<AddressInfo, 'port'> = Object(stranger.address());
    resolve(`http://127.0.0.1:${port}`);
  });
});
afterAll(() => stranger.close());

type Prepare = (stage: CommandStage) => void;

/** Files as they are on a disk that takes nothing. */
function refuseWrites(code: string, words: string): Prepare {
  return (stage) => {
    const fail = (path: string): never => {
      const error = new Error(`${code}: ${words}, open '${path}'`);
      throw Object.assign(error, { code, path });
    };
    const append: Files['append'] = async (path) => fail(path);
    const { files } = stage.host;
    const refusing = { writeAtomic: fail, createExclusive: fail, remove: fail, append };
    stage.host = { ...stage.host, files: { ...files, ...refusing } };
  };
}

/** What is wrong around a command. Each begins with a configuration that can be used. */
const homes: Readonly<Record<string, Prepare>> = {
  'nothing is wrong': () => undefined,
  'a configuration that is no YAML': (stage) =>
    stage.write('config.yaml', 'main: [a\nproviders: {'),
  'two keys that are not known': (stage) =>
    stage.write('config.yaml', wrong({ mian: 'x', gateway: { prot: 1 } })),
  'a value of a wrong type': (stage) =>
    stage.write('config.yaml', wrong({ gateway: { port: 'x' } })),
  'a task without a name': (stage) =>
    stage.write('config.yaml', wrong({ auxiliary: { '': { provider: 'spare' } } })),
  'no configuration': (stage) => stage.host.setEnvironment('HOLDFAST_HOME', join(stage.home, 'x')),
  'a configuration that is named and not there': (stage) =>
    stage.host.setEnvironment('HOLDFAST_CONFIG', join(stage.home, 'nowhere.yaml')),
  'a home that is a file': (stage) =>
    stage.host.setEnvironment('HOLDFAST_HOME', join(stage.home, 'config.yaml')),
  'a home below a file': (stage) =>
    stage.host.setEnvironment('HOLDFAST_HOME', join(stage.home, 'config.yaml/home')),
  'a home on a read-only disk': refuseWrites('EROFS', 'read-only file system'),
  'a home of somebody else': refuseWrites('EACCES', 'permission denied'),
  'a full disk': refuseWrites('ENOSPC', 'no space left on device'),
  'a damaged state': (stage) => stage.write('state.db', damaged),
  'a folder in the place of the state': (stage) => void mkdirSync(join(stage.home, 'state.db')),
  'damaged conversations': (stage) => stage.write('sessions.db', damaged),
  'damaged stored keys': (stage) => stage.write('credentials.json', damaged),
  'damaged keys of callers': (stage) => stage.write('callers.json', damaged),
  'an empty gateway key': (stage) => stage.write('gateway.key', ''),
  'a .env in UTF-16': (stage) => stage.write('.env', Buffer.from('\ufeffA=1\n', 'utf16le')),
  'a gateway that does not run': (stage) =>
    stage.host.setEnvironment('HOLDFAST_URL', 'http://127.0.0.1:1'),
  'an address that is none': (stage) => stage.host.setEnvironment('HOLDFAST_URL', 'nonsense'),
  'a gateway that is something else': (stage) =>
    stage.host.setEnvironment('HOLDFAST_URL', strangerUrl),
};

/** They go on until somebody stops them: only their command line is looked at. */
const endless = ['serve', 'drill'];

interface Mistake {
  readonly what: string;
  readonly words: readonly string[];
  readonly home?: string;
  /** The parser has to refuse it, before anything is done. */
  readonly isOfLine?: boolean;
}

const commands = await listCommands();

function listMistakes(name: string, command: Command): readonly Mistake[] {
  const path = name.split(' ').filter((word) => word !== '');
  const params = Object.entries(command.params);
  const args = params.filter(([, { as }]) => as === 'argument');
  const flags = params.flatMap(([flag, param]) =>
    param.as === 'flag'
      ? [{ ...param, flag: `--${/--(\S+)/.exec(nameFlag(flag, param))?.[1]}` }]
      : [],
  );
  const needed = args.filter(([, { value }]) => value?.startsWith('<'));
  const isOpen = args.some(([, { value }]) => value?.includes('...'));
  const words = exampleWords(name, command);
  const ofLine: readonly Mistake[] = [
    { what: 'an unknown option', words: [...path, '--no-such-option'] },
    ...(needed.length > 0 ? [{ what: 'no argument', words: path }] : []),
    ...(isOpen
      ? []
      : [{ what: 'a surplus argument', words: [...path, ...args.map(() => 'x'), 'y'] }]),
    ...needed.map((_argument, index) => ({
      what: `an empty argument ${index + 1}`,
      words: [...path, ...needed.map((_other, place) => (place === index ? '' : 'x'))],
    })),
    ...flags.flatMap(({ flag, value = '' }) =>
      value.startsWith('<')
        ? [
            { what: `${flag} at the end`, words: [...words, flag] },
            { what: `${flag} before another option`, words: [...words, flag, '--json'] },
            { what: `${flag} that is empty`, words: [...words, `${flag}=`] },
          ]
        : [
            { what: `${flag} with a letter too few`, words: [...words, flag.slice(0, -1)] },
            ...(value === ''
              ? [{ what: `${flag} with a value`, words: [...words, `${flag}=3`] }]
              : []),
          ],
    ),
  ];
  const line = ofLine.map((mistake) => ({ ...mistake, isOfLine: true }));
  if (endless.includes(name)) return line;
  const values = flags.flatMap(({ flag, value }) =>
    value === undefined ? [] : ['nonsense!', '-1'].map((text) => `${flag}=${text}`),
  );
  const near = args.flatMap((_argument, index) => {
    const at = path.length + index;
    const word = words[at];
    return word === undefined || word.startsWith('-') ? [] : [words.with(at, `${word}x`)];
  });
  return [
    ...line,
    ...values.map((value) => ({ what: value, words: [...words, value] })),
    ...near.map((changed) => ({ what: `a near name: ${changed.join(' ')}`, words: changed })),
    ...Object.keys(homes).map((home) => ({ what: home, words, home })),
  ];
}

/** Every file below a folder, or the file itself, with its bytes. */
function readAll(home: string): ReadonlyMap<string, string> {
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(join(home, name)).isFile());
  return new Map(files.map((name) => [name, readFileSync(join(home, name), 'latin1')]));
}

/** What a process of ours keeps there while it works. */
const ownBooks = /\.db-(wal|shm)$|(^|\/)logs\//;

async function commit(
  mistake: Mistake,
  { isJson = false, isLost = false } = {},
): Promise<Printed & { readonly lost: readonly string[] }> {
  const stage = new CommandStage();
  try {
    stage.host.upstream.answerBy(() => ({
      status: 401,
      chunks: ['{"error":{"message":"no such key","code":"invalid_api_key"}}'],
    }));
    stage.write('config.yaml', JSON.stringify(good));
    homes[mistake.home ?? '']?.(stage);
    const before = readAll(stage.home);
    const words = isJson ? [...mistake.words, '--json'] : mistake.words;
    const printed = await stage.run(words, `sk-test-${'t'.repeat(20)}`, isLost);
    const after = readAll(stage.home);
    const lost = [...before.keys()].filter(
      (name) => !ownBooks.test(name) && after.get(name) !== before.get(name),
    );
    const [out, talk] = [printed.out, printed.talk].map((text) =>
      text.replaceAll(stage.home, '$HOME'),
    );
    return { ...printed, out: out ?? '', talk: talk ?? '', lost: printed.status === 0 ? [] : lost };
  } finally {
    stage.clear();
  }
}

const stack = /^ +at .*:\d+/m;
/** What the system, SQLite, the parser of YAML or the language say themselves. */
const raw =
  /\bE[A-Z]{3,}: \w|SQLITE_|\b(Type|Range|Syntax|Reference)Error\b|\bundefined\b|\[object/;
const fix = /→|To fix:|Nothing to fix/;

/** Returns what the law says against it. */
function judge(
  command: Command,
  { status, out, talk, lost }: Printed & { lost: readonly string[] },
) {
  const all = `${out}${talk}`;
  const own = all.replaceAll(/"[^"]*"/g, '""');
  const [, error] = /(?:^|\n)holdfast: ([\s\S]*)/.exec(talk) ?? [];
  const lines = error?.trimEnd().split('\n') ?? [];
  const problems = Math.max(1, lines.filter((line) => /^ *To fix: /.test(line)).length);
  const found: readonly (readonly [string, boolean])[] = [
    ['its exit status is not documented', !(status in { ...exitStatuses, ...command.exits })],
    ['it shows a stack', stack.test(all)],
    ['it shows what only a program understands', raw.test(own)],
    [`it loses ${lost.join(', ')}`, lost.length > 0],
    ['it says nothing', status !== 0 && all === ''],
    ['it says no fix', status !== 0 && !fix.test(all)],
    [`it has ${lines.length} lines for ${problems}`, lines.length > 3 * problems],
    ['it says two errors', (talk.match(/^holdfast: /gm) ?? []).length > 1],
  ];
  return found.flatMap(([what, isFound]) => (isFound ? [what] : []));
}

function judgeDocument(name: string, { status, out }: Printed): readonly string[] {
  if (status === 0) return [];
  try {
    const texts = lineByLine.includes(name) ? out.trimEnd().split('\n') : [out];
    const { schema, exit, fix: told, problems } = JSON.parse(texts.at(-1) ?? '');
    if (schema !== 'holdfast.error/2') return [];
    return [
      ...(exit === status ? [] : ['the document has another exit status']),
      ...(told === undefined && problems === undefined ? ['the document says no fix'] : []),
    ];
  } catch {
    return ['with --json it prints no document'];
  }
}

describe.each(commands)('holdfast %s', (name, command) => {
  it('says of every mistake what, where and how to fix it', { timeout: 60_000 }, async () => {
    const found: string[] = [];
    for (const mistake of listMistakes(name, command)) {
      const printed = await commit(mistake);
      const told = await commit(mistake, { isJson: true });
      const isRefused = mistake.isOfLine !== true || printed.status === 2;
      const faults = [
        ...(isRefused ? [] : [`the parser takes it (${printed.status})`]),
        ...(printed.status === told.status ? [] : [`--json exits ${told.status}`]),
        ...judge(command, printed),
        ...judgeDocument(name, told),
      ];
      found.push(
        ...faults.map((fault) => `${mistake.what}: ${fault}\n${printed.talk}${told.talk}`),
      );
    }
    expect(found).toEqual([]);
  });

  it.skipIf(endless.includes(name))('is none the less one if nobody reads it', async () => {
    const mistake = { what: '', words: exampleWords(name, command) };
    const [read, unread] = [await commit(mistake), await commit(mistake, { isLost: true })];
    // the space left on the disk may differ
    const [talk, unreadTalk] = [read, unread].map(({ talk }) => talk.replaceAll(/\d+/g, '0'));
    const isSame = unread.status === read.status && unreadTalk === talk;
    // what goes on for its reader ends without one
    if (!isSame) expect([unread.status, unread.talk]).toEqual([0, '']);
  });
});
