import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { type CredentialsFile, createCredentialsFile } from './credentials-file.ts';

const path = '/h/credentials.json';
const secret = `sk-test-${'0'.repeat(16)}`;
const key = (id: string, order = 1): object => ({
  id,
  provider: 'deepseek',
  label: id,
  secret,
  origin: 'https://api.deepseek.com',
  addedAt: 1,
  verified: 'unverified',
  order,
});
const text = (...keys: readonly object[]): string => JSON.stringify({ version: 1, keys });

function open(content?: string): { host: FakeHost; file: CredentialsFile } {
  const host = createFakeHost(content === undefined ? {} : { files: { [path]: content } });
  return { host, file: createCredentialsFile(host, path) };
}

const ids = (file: CredentialsFile): readonly string[] => file.current().keys.map(({ id }) => id);

describe('credentials.json', () => {
  it('that does not exist has no keys and no problem', () => {
    expect(open().file.current()).toEqual({ keys: [], logins: [] });
  });

  it('gives its keys in order of use, and prints none of them', () => {
    const { file } = open(text(key('b', 2), key('a', 1)));
    expect(ids(file)).toEqual(['a', 'b']);
    expect(
      `${JSON.stringify(file.current())}${inspect(file.current(), { depth: 9 })}`,
    ).not.toContain(secret);
  });

  it('costs one stat as long as it does not change', () => {
    const { host, file } = open(text(key('a')));
    const before = file.current();
    const { stamps, reads } = { ...host.fileCalls };
    expect(file.current()).toBe(before);
    expect(host.fileCalls).toEqual({ stamps: stamps + 1, reads });
  });

  it('is believed at once when it is whole, whatever is gone from it', () => {
    const { host, file } = open(text(key('a'), key('b')));
    file.current();
    host.setFile(path, text(key('c')));
    expect(ids(file)).toEqual(['c']);
  });

  const broken: readonly { name: string; content: string; problem: string }[] = [
    { name: 'empty', content: '', problem: `${path} is not valid JSON` },
    { name: 'cut', content: text(key('a')).slice(0, -9), problem: `${path} is not valid JSON` },
    {
      name: 'of another form',
      content: '{"version": 1, "keys": [{}]}',
      problem: `${path} is not in the form of version 1: keys.0.id is wrong`,
    },
    {
      name: 'of a later version',
      content: '{"version": 9}',
      problem: `${path} was written by a newer holdfast (version 9; this one knows 1)`,
    },
  ];
  for (const { name, content, problem } of broken) {
    it(`that is ${name} keeps its last good keys, with the problem said after 300 ms`, async () => {
      const { host, file } = open(text(key('a')));
      file.current();
      host.setFile(path, content);
      expect(file.current().problem).toBeUndefined();
      await host.advance(300);
      expect([ids(file), file.current().problem]).toEqual([['a'], problem]);
      expect(file.current()).toBe(file.current());
    });

    it(`that is ${name} from the start has no keys, and says why`, () => {
      const { fix, ...rest } = open(content).file.current();
      expect(rest).toEqual({ keys: [], logins: [], problem });
      expect(fix?.text).toMatch(
        name === 'of a later version' ? /^update holdfast/ : /move it away/,
      );
    });
  }

  it('that is mended is used again', async () => {
    const { host, file } = open(text(key('a')));
    file.current();
    host.setFile(path, 'nonsense');
    await host.advance(300);
    file.current();
    host.setFile(path, text(key('b')));
    expect(file.current()).toMatchObject({ keys: [{ id: 'b' }] });
    expect(file.current().problem).toBeUndefined();
  });

  it('passes on what it does not know of a login', () => {
    const login = {
      id: 'l',
      provider: 'xai',
      label: 'me',
      origin: 'https://api.x.ai',
      expires_at: 5,
    };
    const { file } = open(JSON.stringify({ version: 1, logins: [login] }));
    expect(file.current().logins[0]).toMatchObject({ expires_at: 5 });
  });
});
