import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { writeConfig } from './write-config.ts';

const path = '/h/config.yaml';

function read(host: ReturnType<typeof createFakeHost>) {
  const stamp = host.files.stamp(path);
  return {
    text: host.fileText(path) ?? '',
    identity: stamp?.identity ?? '',
    mode: stamp?.mode ?? 0o600,
  };
}

describe('writing a changed config', () => {
  it('keeps the old text beside it, and every older one', () => {
    const host = createFakeHost({ files: { [path]: 'one\n' } });
    expect(writeConfig(host, path, { before: read(host), after: 'two\n' })).toBe(`${path}.bak`);
    expect(writeConfig(host, path, { before: read(host), after: 'three\n' })).toBe(`${path}.bak-2`);
    expect([path, `${path}.bak`, `${path}.bak-2`].map((name) => host.fileText(name))).toEqual([
      'three\n',
      'one\n',
      'two\n',
    ]);
  });

  it('has nothing to keep where there was no file', () => {
    const host = createFakeHost();
    expect(writeConfig(host, path, { after: 'one\n' })).toBeUndefined();
    expect(host.fileText(path)).toBe('one\n');
  });

  it('refuses when the file changed, or appeared, since it was read', () => {
    const host = createFakeHost({ files: { [path]: 'one\n' } });
    const before = read(host);
    host.setFile(path, 'edited meanwhile\n');
    expect(() => writeConfig(host, path, { before, after: 'two\n' })).toThrow(
      /has changed since it was read/,
    );
    expect(() => writeConfig(host, path, { after: 'two\n' })).toThrow(/has changed/);
    expect(host.fileText(path)).toBe('edited meanwhile\n');
    expect(host.fileText(`${path}.bak`)).toBeUndefined();
  });
});
