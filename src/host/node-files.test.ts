import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNodeFiles } from './node-files.ts';

const files = createNodeFiles();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  ['gone', '/gone, which is not there'],
  ['loop', 'a link to loop'],
])('writes nothing in the place of a link that leads nowhere: %s', (to, said) => {
  const link = join(folder, 'loop');
  symlinkSync(to === 'loop' ? to : join(folder, to), link);
  expect(() => files.writeAtomic(link, 'new')).toThrow(said);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readdirSync(folder)).toEqual(['loop']);
});

it('writes to what a link points at, and leaves the link', () => {
  mkdirSync(join(folder, 'dotfiles'));
  const [target, link] = [join(folder, 'dotfiles/settings.json'), join(folder, 'settings.json')];
  writeFileSync(target, 'old');
  symlinkSync(target, link);
  files.writeAtomic(link, 'new', 0o640);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect([readFileSync(target, 'utf8'), statSync(target).mode & 0o777]).toEqual(['new', 0o640]);
});

it('makes a file, with its folders, where there is none', () => {
  const path = join(folder, 'a/b/c.json');
  files.writeAtomic(path, 'new');
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new', 0o600]);
});

it('takes what killed writers have left away, and nothing that may still have a writer', () => {
  const path = join(folder, 'credentials.json');
  const longAgo = Date.now() / 1000 - 61;
  for (const name of [
    'credentials.json.7.123.tmp',
    'credentials.json.tmp',
    'other.json.7.123.tmp',
  ]) {
    writeFileSync(join(folder, name), 'half a sec');
    utimesSync(join(folder, name), longAgo, longAgo);
  }
  writeFileSync(join(folder, 'credentials.json.8.456.tmp'), 'being written');
  files.writeAtomic(path, 'new');
  expect(readdirSync(folder).sort()).toEqual([
    'credentials.json',
    'credentials.json.8.456.tmp',
    'credentials.json.tmp',
    'other.json.7.123.tmp',
  ]);
});

it.skipIf(process.platform === 'win32')(
  'refuses a pipe and a device at once, where reading would never end',
  () => {
    const pipe = join(folder, 'pipe');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    for (const path of [pipe, '/dev/zero'])
      expect(() => files.readText(path)).toThrow(
        /^it is (a named pipe|a socket|a device).*, not a regular file$/,
      );
    expect(() => files.readText(folder)).toThrow('EISDIR');
  },
);

it('refuses a file that is larger than anything that is read here', () => {
  const path = join(folder, 'large');
  writeFileSync(path, '');
  truncateSync(path, 64 * 1024 * 1024 + 1);
  expect(() => files.readText(path)).toThrow('it is far too large (67108865 bytes)');
});

/** Writes in a process of its own whose files may have half a kilobyte; says what it was told. */
function writeOnFullDisk(call: string): string {
  const module = join(import.meta.dirname, 'node-files.ts');
  const program = `import { createNodeFiles } from '${module}';
    try { createNodeFiles().${call}; console.log('written'); } catch (error) { console.log(error.code); }`;
  const shell = 'trap "" XFSZ; ulimit -f 1; exec "$0" --input-type=module -e "$1"';
  return execFileSync('sh', ['-c', shell, process.execPath, program], { encoding: 'utf8' }).trim();
}

it.skipIf(process.platform === 'win32')(
  'leaves no half of a file where the disk takes no more',
  () => {
    const [path, text] = [join(folder, 'credentials.json'), `'x'.repeat(5000)`];
    expect(writeOnFullDisk(`writeAtomic('${path}', ${text})`)).toBe('EFBIG');
    expect(writeOnFullDisk(`createExclusive('${path}.lock', ${text})`)).toBe('EFBIG');
    expect(readdirSync(folder)).toEqual([]);
  },
);

it.each([
  ['\ufeffcaf\u00e9 \ufffd \u{1f600}\r\n\0', undefined],
  ['', undefined],
  [Buffer.from('{"name":"caf\xe9"}', 'latin1'), /^line 1 is not UTF-8$/],
  [Buffer.from('a\n\xc3\xa9\ncaf\xe9\n', 'latin1'), /^line 3 is not UTF-8$/],
  [Buffer.from('a\n\xf0\x9f\x98', 'latin1'), /^line 2 is not UTF-8$/],
  [Buffer.from('\ufeffa\n', 'utf16le'), /^line 1 is not UTF-8$/],
])(
  'reads for writing again what comes back byte for byte, and nothing else: %j',
  (content, refusal) => {
    const path = join(folder, 'settings.json');
    writeFileSync(path, content);
    if (refusal !== undefined) return expect(() => files.readExactText(path)).toThrow(refusal);
    expect(Buffer.from(files.readExactText(path))).toEqual(readFileSync(path));
  },
);

describe('what is wrong with a path', () => {
  beforeEach(() => {
    symlinkSync(join(folder, 'gone'), join(folder, 'link'));
    symlinkSync('loop', join(folder, 'loop'));
    writeFileSync(join(folder, 'file'), '');
  });
  const said = (fault: unknown): string => `${fault}`.replaceAll(folder, '~');
  const toGone = 'a link to ~/gone, which is not there';

  it.each([
    ['.', 'undefined'],
    ['new/folder', 'undefined'],
    ['link', `it is ${toGone}`],
    ['link/logs', `its folder ~/link is ${toGone}`],
    ['file', 'ENOTDIR'],
    ['file/logs', 'ENOTDIR'],
  ])('of a folder to write in: %s', (path, expected) => {
    expect(said(files.findWriteFault(join(folder, path)))).toContain(expected);
  });

  it.each([
    ['file', 'undefined'],
    ['none', 'undefined'],
    ['new/folder/none', 'undefined'],
    ['.', 'EISDIR'],
    ['link', `it is ${toGone}`],
    ['link/none', `its folder ~/link is ${toGone}`],
    ['link/a/none', `its folder ~/link is ${toGone}`],
    ['file/none', 'ENOTDIR'],
    ['file/a/none', 'ENOTDIR'],
    ['loop', 'ELOOP'],
  ])('of a file, there or not: %s', (path, expected) => {
    expect(said(files.findFileFault(join(folder, path)))).toContain(expected);
  });
});

it('has no file to open once the process may open no more', { timeout: 20_000 }, () => {
  const path = join(folder, 'file');
  writeFileSync(path, '');
  const module = JSON.stringify(new URL('node-files.ts', import.meta.url).href);
  const script = `const { createNodeFiles } = await import(${module});
    const { openSync } = await import('node:fs');
    const { findFileFault } = createNodeFiles();
    const before = findFileFault(process.argv[1]);
    try { for (;;) openSync(process.argv[1]); } catch {}
    console.log(String(before), findFileFault(process.argv[1])?.code);`;
  const limited = 'ulimit -n 60 && exec "$0" --input-type=module -e "$1" "$2"';
  const said = execFileSync('sh', ['-c', limited, process.execPath, script, path]);
  expect(said.toString().trim()).toBe('undefined EMFILE');
});

it('tells of every change of a watched folder, however soon they follow', async () => {
  let wake = (): void => undefined;
  const watcher = files.watch(folder, () => wake());
  try {
    const seen: number[] = [];
    for (const name of ['a', 'b', 'c']) {
      const told = new Promise<void>((resolve) => {
        wake = resolve;
      });
      writeFileSync(join(folder, name), '1');
      writeFileSync(join(folder, name), '2');
      await told;
      seen.push(readdirSync(folder).length);
    }
    expect(seen).toEqual([1, 2, 3]);
  } finally {
    watcher.close();
  }
});
