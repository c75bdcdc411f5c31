import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { resolvePaths } from '../config/files/paths.ts';
import type { CheckContext } from '../config/holder/check-text.ts';
import type { Host } from '../host.ts';
import { changeConfig } from './change-config.ts';

const path = '/h/config.yaml';

function contextOf(host: Host): CheckContext {
  const { environment } = createFakeHost({ environment: { HOLDFAST_HOME: '/h' } });
  const paths = resolvePaths(environment);
  return { host, paths };
}

function append(line: string): (text: string | undefined) => string {
  return (text) => `${text ?? ''}${line}\n`;
}

describe('changing a config where it stands', () => {
  it('loses no change of two at once, and leaves no lock behind', async () => {
    const host = createFakeHost({ files: { [path]: '# one\n' } });
    const both = Promise.all([
      changeConfig(contextOf(host), append('# two')),
      changeConfig(contextOf(host), append('# three')),
    ]);
    await host.advance(100);
    await both;
    expect([host.fileText(path), host.fileText(`${path}.lock`)]).toEqual([
      '# one\n# two\n# three\n',
      undefined,
    ]);
  });

  it('waits for another process that holds the lock', async () => {
    const host = createFakeHost();
    const owner = { process: 1, token: 'theirs', expiresAt: host.clock.now() + 3000 };
    host.setFile(`${path}.lock`, JSON.stringify(owner));
    const changed = changeConfig(contextOf(host), append('# two'));
    await host.advance(1000);
    expect(host.fileText(path)).toBeUndefined();
    host.setFile(path, '# one\n');
    host.setFile(`${path}.lock`, undefined);
    await host.advance(100);
    await changed;
    expect(host.fileText(path)).toBe('# one\n# two\n');
  });

  it('is made again over what an editor saved meanwhile', async () => {
    const host = createFakeHost({ files: { [path]: '# one\n' } });
    let saves = 0;
    await changeConfig(contextOf(host), (text) => {
      if (saves++ === 0) host.setFile(path, '# edited\n');
      return append('# two')(text);
    });
    expect(host.fileText(path)).toBe('# edited\n# two\n');
  });

  it('writes nothing when the change is refused, or when the file never rests', async () => {
    const host = createFakeHost({ files: { [path]: '# one\n' } });
    const refuse = (): string => {
      throw new Error('refused');
    };
    await expect(changeConfig(contextOf(host), refuse)).rejects.toThrow('refused');
    const save = (): string => {
      host.setFile(path, '# edited\n');
      return '# ours\n';
    };
    await expect(changeConfig(contextOf(host), save)).rejects.toThrow(
      /has changed since it was read/,
    );
    expect([host.fileText(path), host.fileText(`${path}.lock`)]).toEqual(['# edited\n', undefined]);
  });

  it('keeps the mode of the file', async () => {
    const host = createFakeHost();
    host.files.writeAtomic(path, '# one\n', 0o640);
    await changeConfig(contextOf(host), append('# two'));
    expect(host.files.stamp(path)?.mode).toBe(0o640);
  });

  it('says in words, with the path, why the file cannot be written', async () => {
    const host = createFakeHost();
    const fault = Object.assign(new Error('EACCES: open'), { code: 'EACCES', syscall: 'open' });
    const files = {
      ...host.files,
      writeAtomic: () => {
        throw fault;
      },
    };
    await expect(changeConfig(contextOf({ ...host, files }), append('# two'))).rejects.toThrow(
      `${path} (file): cannot be written: this user may not read or write it`,
    );
  });
});
