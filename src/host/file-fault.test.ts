import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatFix } from '../errors.ts';
import { describeFileFault, explainFault, fixFileFault, fixOtherFile } from './file-fault.ts';

const fault = (code: string, message = `${code}: what the system says, open '/h/a b'`): Error =>
  Object.assign(new Error(message), { code });
const fixOf = (code: string, path = '/h/a b.db'): string =>
  formatFix(fixFileFault(fault(code), path));

describe('a fault of a file', () => {
  it.each([
    [
      'EISDIR',
      'it is a folder, not a file',
      "move that folder away: mv '/h/a b.db' '/h/a b.db.old'",
    ],
    ['ELOOP', 'it is a link that leads back to itself', "remove that link: rm '/h/a b.db'"],
    ['EMFILE', 'this process may open no more files', 'allow more open files: ulimit -n 4096'],
    [
      'ENOSPC',
      'the disk is full',
      'free space there, or copy configuration and state to a folder on another disk, and set HOLDFAST_HOME to it',
    ],
    [
      'ENOINODES',
      'the disk can hold no more files, whatever space is free (df -i)',
      'remove files there (freeing space does not help), or copy configuration and state to a folder on another disk, and set HOLDFAST_HOME to it',
    ],
    [
      'EACCES',
      'this user may not read or write it',
      'let this user read and write the file and its folder, or copy configuration and state to another folder, and set HOLDFAST_HOME to it',
    ],
    [
      'EIO',
      'what the system says (EIO)',
      'look at the disk that it is on: the log of the system (dmesg) says more',
    ],
  ])('%s has words and a fix of its own', (code, words, fix) => {
    expect([describeFileFault(fault(code)), fixOf(code)]).toEqual([words, fix]);
  });

  it.each(['EROFS', 'ENOSPC', 'ENOINODES', 'EDQUOT', 'EACCES', 'ENOTDIR', 'EEXIST', 'ENOFOLDER'])(
    '%s: another home takes the configuration along, and moves no file of somebody else',
    (code) => {
      expect(fixOf(code)).toMatch(
        /copy configuration and state to (another|a) folder.*, and set HOLDFAST_HOME to it$/,
      );
      const other = fixOtherFile(fault(code), '/run/key');
      expect(other ? formatFix(other) : '').not.toContain('HOLDFAST_HOME');
    },
  );

  it('never moves a folder away that a person named where a file belongs', () => {
    expect(fixOf('EISDIR', '/h/.config/holdfast')).toBe('name the file in it instead');
  });

  it('never tells which call failed, whatever it is', () => {
    expect(describeFileFault(caught(() => readFileSync('/nope/a')))).toBe(
      'no such file or directory (ENOENT)',
    );
    expect(describeFileFault(fault('EIO', 'EIO: i/o error, read'))).toBe('i/o error (EIO)');
  });

  it('that has words of its own keeps them', () => {
    expect(describeFileFault(new Error('line 3 is not UTF-8'))).toBe('line 3 is not UTF-8');
  });
});

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('a folder that may not be entered', () => {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-fault-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const user = process.getuid?.() ?? 0;

  it.skipIf(user === 0 || process.platform === 'win32').each(['a.db', 'below/a.db'])(
    'is named with its chmod, whichever file in it was wanted: %s',
    (name) => {
      const shut = join(root, 'shut');
      mkdirSync(shut, { recursive: true, mode: 0o000 });
      const error = Object.assign(fault('EACCES'), { path: join(shut, name) });
      expect(explainFault(error)).toEqual({
        message: `${shut}: this user may not read or write it`,
        fix: { text: 'let this user read and write it', command: `chmod u+rwx ${shut}` },
        isOfFile: true,
      });
    },
  );

  it
    .skipIf(user === 0 || process.platform === 'win32')
    .each(['old.yaml', 'new.yaml', 'a/new.yaml'])(
    'or in which nothing can be made is named in the place of what was to be made there: %s',
    (name) => {
      const kept = join(root, 'kept-folder');
      mkdirSync(kept, { recursive: true, mode: 0o700 });
      writeFileSync(join(kept, 'old.yaml'), '');
      chmodSync(kept, 0o500);
      const path = join(kept, name);
      const error = Object.assign(fault('EACCES'), { path: `${path}.tmp`, dest: path });
      expect(explainFault(error)).toMatchObject({
        message: `${kept}: this user may not read or write it`,
        fix: { command: `chmod u+rwx ${kept}` },
      });
      chmodSync(kept, 0o700);
    },
  );

  it('is no matter for an error that is about no file', () => {
    expect(explainFault(new Error('too bad'))).toEqual({
      message: 'too bad',
      fix: undefined,
      isOfFile: false,
    });
    expect(explainFault(fault('EMFILE')).fix?.command).toBe('ulimit -n 4096');
  });

  it('which something else than rights keeps from being replaced is told so', () => {
    const path = join(root, 'kept');
    writeFileSync(path, '');
    const error = Object.assign(fault('EPERM'), { path: `${path}.tmp`, dest: path });
    expect(describeFileFault(error)).toMatch(
      process.platform === 'linux' ? /its rights allow it, and an attribute/ : /./,
    );
    expect(fixFileFault(fault('EBUSY'), path).text).toMatch(/^mount the folder/);
  });

  it.each(['ENOTREGULAR', 'ETOOLARGE'])('%s: what is there is moved away', (code) => {
    expect(fixOf(code, '/h/.env')).toBe('move it away: mv /h/.env /h/.env.old');
  });

  it('a fault without a code is never one of rights', () => {
    expect(formatFix(fixFileFault(new Error('line 3 is not UTF-8'), '/h/a'))).toBe(
      'correct that file, or move it away',
    );
  });
});
