import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readCommit } from './describe-version.ts';

const hash = 'abc1234def5678900000000000000000000000ff';
const log = `${'0'.repeat(40)} ${'1'.repeat(40)} A <a@b> 1 +0000\tclone\n${'1'.repeat(40)} ${hash} A <a@b> 2 +0000\tcommit: x\n`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-version-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function writeLog(git: string): void {
  mkdirSync(join(folder, git, 'logs'), { recursive: true });
  writeFileSync(join(folder, git, 'logs/HEAD'), log);
}

it('the commit is the one that is checked out', () => {
  writeLog('.git');
  expect(readCommit(join(folder, '.git'))).toBe('abc1234');
});

it('the commit of a worktree is its own', () => {
  writeLog('elsewhere/worktrees/mine');
  writeFileSync(join(folder, '.git'), `gitdir: ${folder}/elsewhere/worktrees/mine\n`);
  expect(readCommit(join(folder, '.git'))).toBe('abc1234');
});

it('there is no commit where there is no git', () => {
  expect(readCommit(join(folder, '.git'))).toBeUndefined();
});
