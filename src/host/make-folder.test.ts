import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'make-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a folder', () => {
  it.each(['a', 'a/b', 'a/b/c/d', 'a/../b/c', '. /b'])(
    'is made with those above it: %s',
    (path) => {
      makeFolder(join(folder, path));
      makeFolder(join(folder, path));
      expect(statSync(join(folder, path)).mode & 0o777).toBe(0o700);
    },
  );

  it('may be a link to one', () => {
    makeFolder(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    makeFolder(join(folder, 'link'));
    makeFolder(join(folder, 'link/below'));
    expect(existsSync(join(folder, 'real/below'))).toBe(true);
  });

  it.each([
    ['file', 'EEXIST'],
    ['file/below', 'ENOTDIR'],
    ['file/far/below', 'ENOTDIR'],
    ['nowhere', 'ENOLINK'],
    ['nowhere/below', 'ENOLINK'],
    ['nowhere/far/below', 'ENOLINK'],
  ])('that cannot be made says so: %s', (path, code) => {
    writeFileSync(join(folder, 'file'), '');
    symlinkSync(join(folder, 'gone'), join(folder, 'nowhere'));
    expect(() => makeFolder(join(folder, path))).toThrow(
      expect.objectContaining({ code, syscall: expect.anything() }),
    );
  });

  // A process of its own: what never returns would stop the runner, too.
  it.runIf(process.platform === 'linux').each([
    ['/proc/nope', '.'],
    ['/proc/nope/a/b', '.'],
    ['a/b', 'removed'],
  ])('ends where the system refuses new folders: %s in %s', (path, place) => {
    const module = JSON.stringify(new URL('./make-folder.ts', import.meta.url).href);
    const script = `
      const { makeFolder } = await import(${module});
      if (${JSON.stringify(place)} === 'removed') {
        const { mkdirSync, rmdirSync } = await import('node:fs');
        mkdirSync('removed');
        process.chdir('removed');
        rmdirSync('../removed');
      }
      try { makeFolder(${JSON.stringify(path)}) } catch (error) { console.log(error.code) }`;
    const run = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(run.trim()).toBe('ENOFOLDER');
  });
});
