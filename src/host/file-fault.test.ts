import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatFix } from '../errors.ts';
import { describeFileFault, fixFileFault } from './file-fault.ts';

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
      'free space there, or set HOLDFAST_HOME to a folder on another disk',
    ],
    [
      'EACCES',
      'this user may not read or write it',
      'let this user read and write the file and its folder, or set HOLDFAST_HOME to another folder',
    ],
    [
      'EIO',
      'what the system says (EIO)',
      'let this user read and write the file and its folder, or set HOLDFAST_HOME to another folder',
    ],
  ])('%s has words and a fix of its own', (code, words, fix) => {
    expect([describeFileFault(fault(code)), fixOf(code)]).toEqual([words, fix]);
  });

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
