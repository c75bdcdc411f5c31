import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { editCredentials } from './edit-credentials.ts';
import { createStoredKeys, type StoredKeys } from './stored-keys.ts';

const path = '/h/credentials.json';
const origin = 'https://api.deepseek.com';
const secret = (name: string): string => `sk-test-${name}-${'0'.repeat(8)}`;

function open(content?: string): { host: FakeHost; keys: StoredKeys } {
  const host = createFakeHost(content === undefined ? {} : { files: { [path]: content } });
  return { host, keys: createStoredKeys({ host, path }) };
}

const written = (
  host: FakeHost,
): { keys: readonly Record<string, unknown>[] } & Record<string, unknown> =>
  JSON.parse(host.fileText(path) ?? '{}');
const labels = (keys: StoredKeys): readonly string[] => keys.list().map(({ label }) => label);

describe('a stored key', () => {
  it.each(['a\nb', '\u001b[31mred', ''])(
    'has no account name that would garble a list: %j',
    async (account) => {
      const { host, keys } = open();
      await expect(
        keys.add({ provider: 'p', secret: secret('a'), origin, account }),
      ).rejects.toMatchObject({
        code: 'credential-refused',
      });
      expect(host.fileText(path)).toBeUndefined();
    },
  );

  it('is kept with its origin, and listed without its secret', async () => {
    const { host, keys } = open();
    const { key, wasThere } = await keys.add({
      provider: 'deepseek',
      label: 'work',
      secret: ` ${secret('a')}\n`,
      origin,
      account: 'team',
      verified: 'completion',
    });
    expect(wasThere).toBe(false);
    expect(keys.list()).toEqual([key]);
    expect(key).toEqual({
      id: 'ktoken1',
      credentialId: 'deepseek:stored:ktoken1',
      provider: 'deepseek',
      label: 'work',
      origin,
      account: 'team',
      fingerprint: expect.stringMatching(/^sha256:[0-9a-f]{16}$/),
      addedAt: host.clock.now(),
      verified: 'completion',
    });
    expect(JSON.stringify(key)).not.toContain(secret('a'));
    expect(written(host).keys[0]).toMatchObject({ secret: secret('a'), origin, order: 1 });
    expect(host.files.stamp(path)?.mode).toBe(0o600);
  });

  it('is replaced, in its place, by the next copy of the same variable', async () => {
    const { keys } = open();
    const copy = { provider: 'p', origin, copiedFrom: 'P_KEY' };
    const { key } = await keys.add({ ...copy, secret: secret('a') });
    await keys.add({ provider: 'p', origin, secret: secret('b') });
    const again = await keys.add({ ...copy, secret: secret('c') });
    expect(again).toMatchObject({ wasThere: false, key: { id: key.id, label: 'key-1' } });
    expect(again.key.fingerprint).not.toBe(key.fingerprint);
    expect(labels(keys)).toEqual(['key-1', 'key-2']);
  });

  it('gets the next free label, and stands behind the others', async () => {
    const { keys } = open();
    for (const name of ['a', 'b', 'c'])
      await keys.add({ provider: 'deepseek', secret: secret(name), origin });
    expect(labels(keys)).toEqual(['key-1', 'key-2', 'key-3']);
  });

  it('is stored once, however often it is added for one origin', async () => {
    const { host, keys } = open();
    const first = await keys.add({
      provider: 'deepseek',
      label: 'one',
      secret: secret('a'),
      origin,
    });
    const before = host.fileText(path);
    const again = await keys.add({
      provider: 'deepseek',
      label: 'two',
      secret: secret('a'),
      origin,
    });
    const elsewhere = await keys.add({
      provider: 'deepseek',
      secret: secret('a'),
      origin: 'http://h:1',
    });
    expect(again).toEqual({ key: first.key, wasThere: true });
    expect(elsewhere.wasThere).toBe(false);
    expect(before).toContain('"one"');
    expect(labels(keys)).toEqual(['one', 'key-1']);
  });

  it('keeps its id when it is renamed, and moves among its own', async () => {
    const { keys } = open();
    const { key: a } = await keys.add({
      provider: 'deepseek',
      label: 'a',
      secret: secret('a'),
      origin,
    });
    await keys.add({ provider: 'deepseek', label: 'b', secret: secret('b'), origin });
    await keys.add({ provider: 'xiaomi', label: 'x', secret: secret('x'), origin });
    const { key: c } = await keys.add({
      provider: 'deepseek',
      label: 'c',
      secret: secret('c'),
      origin,
    });
    expect(await keys.rename(a.id, 'first')).toEqual({ ...a, label: 'first' });
    await keys.move(c.id, 0);
    await keys.move(a.id, 99);
    const own = keys.list().filter(({ provider }) => provider === 'deepseek');
    expect(own.map(({ label }) => label)).toEqual(['c', 'b', 'first']);
  });

  it('may be allowed another origin, where it is another fingerprint', async () => {
    const { keys } = open();
    const { key } = await keys.add({ provider: 'deepseek', secret: secret('a'), origin });
    const moved = await keys.change(key.id, {
      origin: 'https://mirror.example',
      verified: 'completion',
    });
    expect(moved).toMatchObject({ origin: 'https://mirror.example', verified: 'completion' });
    expect(moved.fingerprint).not.toBe(key.fingerprint);
  });

  it('is gone from the file once it is removed', async () => {
    const { host, keys } = open();
    const { key } = await keys.add({ provider: 'deepseek', secret: secret('a'), origin });
    expect(await keys.remove(key.id)).toEqual(key);
    expect(keys.list()).toEqual([]);
    expect(host.fileText(path)).not.toContain(secret('a'));
    await expect(keys.remove(key.id)).rejects.toMatchObject({
      code: 'credential-unknown',
      fix: { text: 'no key is stored; auth add stores one' },
    });
  });
});

describe('a key is refused', () => {
  const refused: readonly {
    name: string;
    key: { secret: string; label?: string };
    message: string;
  }[] = [
    { name: 'when it is blank', key: { secret: ' \n' }, message: 'no key was given' },
    {
      name: 'when it has several lines',
      key: { secret: 'a\nb' },
      message: 'several lines; a key is one',
    },
    { name: 'with a control character', key: { secret: 'a\u0007b' }, message: 'control' },
    {
      name: 'when it is a gateway key',
      key: { secret: 'hf_abcdefabcdef' },
      message: 'gateway key',
    },
    {
      name: 'under a taken label',
      key: { secret: secret('b'), label: 'work' },
      message: 'has a stored key labelled work',
    },
    {
      name: 'under two words',
      key: { secret: secret('b'), label: 'my key' },
      message: 'cannot be used',
    },
  ];
  for (const { name, key, message } of refused) {
    it(name, async () => {
      const { host, keys } = open();
      await keys.add({ provider: 'deepseek', label: 'work', secret: secret('a'), origin });
      const before = host.fileText(path);
      const adding = keys.add({ provider: 'deepseek', origin, ...key });
      await expect(adding).rejects.toMatchObject({ code: 'credential-refused' });
      await expect(adding).rejects.toThrow(message);
      expect(host.fileText(path)).toBe(before);
      expect(host.fileText(`${path}.lock`)).toBeUndefined();
    });
  }
});

describe('credentials.json', () => {
  const unknown = {
    version: 1,
    later: { kept: true },
    keys: [
      {
        id: 'k1',
        provider: 'deepseek',
        label: 'a',
        secret: secret('a'),
        origin,
        addedAt: 1,
        verified: 'completion',
        order: 1,
        note: 'kept',
      },
    ],
    logins: [
      { id: 'l1', provider: 'xai', label: 'me', origin: 'https://api.x.ai', refresh_token: 'r' },
    ],
  };

  it('keeps every field that it does not know, logins whole', async () => {
    const { host, keys } = open(JSON.stringify(unknown));
    await keys.rename('k1', 'b');
    expect(written(host)).toEqual({ ...unknown, keys: [{ ...unknown.keys[0], label: 'b' }] });
  });

  const broken: readonly { name: string; text: string; problem: string }[] = [
    { name: 'not JSON', text: `{"keys": ["${secret('a')}"`, problem: 'is not valid JSON' },
    { name: 'empty', text: '', problem: 'is not valid JSON' },
    {
      name: 'of a later version',
      text: '{"version": 2, "keys": {}}',
      problem: 'was written by a newer holdfast (version 2; this one knows 1)',
    },
    {
      name: 'of another form',
      text: `{"version": 1, "keys": [{"secret": "${secret('a')}"}]}`,
      problem: 'keys.0.id is wrong',
    },
  ];
  for (const { name, text, problem } of broken) {
    it(`is neither read as empty nor overwritten when it is ${name}`, async () => {
      const { host, keys } = open(text);
      const adding = keys.add({ provider: 'deepseek', secret: secret('b'), origin });
      await expect(adding).rejects.toMatchObject({ code: 'credentials-unusable' });
      await expect(adding).rejects.toThrow(problem);
      await expect(adding).rejects.not.toThrow(secret('a'));
      expect(() => keys.list()).toThrow(problem);
      expect(host.fileText(path)).toBe(text);
    });
  }

  it('is not written to when nothing changes, and never by a look', async () => {
    const { host, keys } = open(JSON.stringify(unknown));
    const before = host.files.stamp(path);
    keys.list();
    await editCredentials({ host, path }, () => undefined);
    expect(host.files.stamp(path)).toEqual(before);
  });

  it('is left alone by an edit whose lock was taken over meanwhile', async () => {
    const { host } = open(JSON.stringify(unknown));
    const before = host.fileText(path);
    const edit = editCredentials({ host, path }, (whole) => {
      host.setFile(
        `${path}.lock`,
        JSON.stringify({ process: 1, token: 'theirs', expiresAt: 9e15 }),
      );
      whole.keys = [];
    });
    await expect(edit).rejects.toMatchObject({ code: 'credentials-locked' });
    expect(host.fileText(path)).toBe(before);
  });

  it.each([
    ['ENOSPC: no space left on device, write', 'the disk is full', 'free space there'],
    ['EROFS: read-only file system, open', 'mounted read-only', 'set HOLDFAST_HOME'],
    ["ENOTDIR: not a directory, mkdir '/a/b'", 'is a file, not a folder', 'move that file away'],
    ["EPERM: operation not permitted, mkdir '/sys/b'", 'may not read or write', 'let this user'],
    ['EIO: i/o error, write', 'i/o error (EIO)', 'look at the disk'],
  ])('names what the disk refuses, and how to fix it: %s', async (system, said, fix) => {
    const [code = ''] = system.split(':');
    const fault = Object.assign(new Error(system), { code, syscall: 'write' });
    const host = createFakeHost();
    const files = {
      ...host.files,
      writeAtomic: () => {
        throw fault;
      },
    };
    const keys = createStoredKeys({ host: { ...host, files }, path });
    await expect(
      keys.add({ provider: 'deepseek', secret: secret('a'), origin }),
    ).rejects.toMatchObject({
      code: 'credentials-unusable',
      message: expect.stringMatching(`^${path} cannot be changed: .*`),
      fix: { text: expect.stringContaining(fix) },
    });
    await expect(keys.add({ provider: 'deepseek', secret: secret('b'), origin })).rejects.toThrow(
      said,
    );
  });
});
