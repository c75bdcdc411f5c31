/**
 * Conversations on disk: what is written when, found by which words, and erased so that nothing of
 * it is left.
 */

import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Folder, makeFolder } from '../../test/contracts/folder.ts';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.ts';
import { createNodeFiles } from '../host/node-files.ts';
import type { NewTurn } from './session.ts';
import { SessionStore } from './store.ts';

const limits = { keptMs: 1000 * 24 * 3_600_000, maxBytes: 1e9 };
let folder: Folder;
let path: string;
let host: FakeHost;
let opened: SessionStore[];
beforeEach(() => {
  folder = makeFolder();
  path = join(folder.path, 'state', 'sessions.db');
  host = createFakeHost();
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  folder.remove();
});

let ids = 0;
function open(given: Partial<ConstructorParameters<typeof SessionStore>[0]> = {}): SessionStore {
  const { clock, random } = host;
  const randomToken = () => {
    ids += 1;
    return Buffer.from(String(ids).padStart(6, '0')).toString('base64url');
  };
  const files = createNodeFiles();
  const store = new SessionStore({
    host: { clock, random, randomToken, files },
    path,
    limits,
    ...given,
  });
  opened.push(store);
  return store;
}

/** A session with these turns, of user and assistant in turn. */
async function fill(store: SessionStore, ...texts: readonly string[]): Promise<string> {
  const { id } = await store.create();
  for (const [index, text] of texts.entries())
    await store.addTurn(id, { role: index % 2 === 0 ? 'user' : 'assistant', text });
  return id;
}

const answer: NewTurn = {
  role: 'assistant',
  text: 'It scatters.',
  model: 'a/b',
  requestId: 'hfr_1',
  usd: 0.25,
};

describe('a session', () => {
  it('comes back as it was written, from a file for its owner only', async () => {
    const store = open();
    const { id } = await store.create();
    await store.addTurn(id, { role: 'user', text: 'Why is the sky blue?' });
    await host.advance(2000);
    await store.addTurn(id, answer);
    await store.addTurn(id, { ...answer, usd: 0.5, model: 'c/d' });
    const session = await open().show(id);
    const at = host.clock.now();
    expect(session).toEqual({
      id,
      title: 'Why is the sky blue?',
      titleRank: 'derived',
      createdAt: at - 2000,
      usedAt: at,
      turns: 3,
      model: 'c/d',
      usd: 0.75,
      said: [
        {
          number: 1,
          role: 'user',
          text: 'Why is the sky blue?',
          at: at - 2000,
          state: 'whole',
          attachments: [],
        },
        { number: 2, ...answer, at, state: 'whole', attachments: [] },
        { number: 3, ...answer, usd: 0.5, model: 'c/d', at, state: 'whole', attachments: [] },
      ],
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('reading makes no file', async () => {
    const store = open();
    expect(await store.list(10)).toEqual([]);
    expect(await store.find('last')).toBeUndefined();
    expect(await store.search('x', 10)).toEqual([]);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('without a path nothing is written to disk', async () => {
    const store = open({ path: undefined });
    const id = await fill(store, 'secret plans');
    expect((await store.search('plans', 10)).map(({ session }) => session.id)).toEqual([id]);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('is found by the beginning of its id, where only one begins so, and the last by that word', async () => {
    const store = open();
    const [first, second] = [await fill(store, 'one'), await fill(store, 'two')];
    await host.advance(1000);
    await store.addTurn(first, answer);
    expect((await store.find('last'))?.id).toBe(first);
    expect((await store.find(second))?.id).toBe(second);
    expect(await store.find(first.slice(0, 4))).toBeUndefined();
    expect((await store.list(10)).map(({ id }) => id)).toEqual([first, second]);
  });

  it('keeps the best title: that of a person, then of a model, then of the first message', async () => {
    const store = open();
    const id = await fill(store, 'hello there', 'hi', 'and now?');
    const titled = async () => (await store.find(id))?.title;
    expect(await titled()).toBe('hello there');
    expect([await store.setTitle(id, 'Greeting', 'model'), await titled()]).toEqual([
      true,
      'Greeting',
    ]);
    expect([await store.setTitle(id, 'Mine', 'user'), await titled()]).toEqual([true, 'Mine']);
    expect([await store.setTitle(id, 'Late', 'model'), await titled()]).toEqual([false, 'Mine']);
    expect([await store.setTitle(id, ' Two\n\tlines\u001b ', 'user'), await titled()]).toEqual([
      true,
      'Two lines',
    ]);
    expect(await store.setTitle('none', 'x', 'user')).toBe(false);
  });

  it('attachments are kept once, however many turns show them', async () => {
    const store = open();
    const bytes = new Uint8Array(300_000).fill(7);
    const { id } = await store.create();
    for (const name of ['a.png', 'b.png'])
      await store.addTurn(id, {
        role: 'user',
        text: name,
        attachments: [{ name, mediaType: 'image/png', bytes }],
      });
    const [first, second] =
      (await store.show(id))?.said.flatMap(({ attachments }) => attachments) ?? [];
    expect(first).toMatchObject({ name: 'a.png', mediaType: 'image/png', size: 300_000 });
    expect(second).toEqual({ ...first, name: 'b.png' });
    expect(await store.readAttachment(first?.hash ?? '')).toEqual(bytes);
    await store.close();
    expect(statSync(path).size).toBeLessThan(500_000);
  });
});

describe('a turn that is being streamed', () => {
  it('is one row that is replaced, and says that it was not finished', async () => {
    const store = open();
    const id = await fill(store, 'tell me');
    const number = await store.addTurn(id, { role: 'assistant', text: '', state: 'streaming' });
    await store.writeTurn(id, { number, role: 'assistant', text: 'Once upon', state: 'streaming' });
    await store.writeTurn(id, {
      number,
      role: 'assistant',
      text: 'Once upon a time',
      state: 'streaming',
    });
    const other = open();
    expect((await other.show(id))?.said[1]).toMatchObject({
      text: 'Once upon a time',
      state: 'streaming',
    });
    expect((await other.search('upon a', 10)).map(({ turn }) => turn?.number)).toEqual([2]);
    await store.writeTurn(id, {
      number,
      ...answer,
      text: 'Once upon a time, the end.',
      state: 'whole',
    });
    expect((await other.show(id))?.said[1]).toMatchObject({
      text: 'Once upon a time, the end.',
      state: 'whole',
    });
    expect(await other.search('the end', 10)).toHaveLength(1);
  });

  it('an answer that is asked for again takes the place of the former, in the index too', async () => {
    const store = open();
    const id = await fill(store, 'tell me', 'a zebra');
    await store.writeTurn(id, { number: 2, role: 'assistant', text: 'a li', state: 'streaming' });
    await store.writeTurn(id, { number: 2, role: 'assistant', text: 'a lion', state: 'whole' });
    await store.writeTurn(id, { number: 2, role: 'assistant', text: 'a lioness', state: 'whole' });
    expect([await store.search('zebra', 9), (await store.search('lioness', 9)).length]).toEqual([
      [],
      1,
    ]);
    expect((await store.show(id))?.said).toHaveLength(2);
  });

  it('writes come in the order asked for', async () => {
    const store = open();
    const id = await fill(store, 'go');
    const texts = ['a', 'ab', 'abc'].map((text) =>
      store.writeTurn(id, { number: 2, role: 'assistant', text, state: 'streaming' }),
    );
    await Promise.all([
      ...texts,
      store.writeTurn(id, { number: 2, ...answer, text: 'abcd', state: 'stopped' }),
    ]);
    expect((await store.show(id))?.said[1]).toMatchObject({ text: 'abcd', state: 'stopped' });
  });

  it('whose session another process has deleted is told so', async () => {
    const [ours, theirs] = [open(), open()];
    const id = await fill(ours, 'go');
    await theirs.delete(id);
    await expect(ours.addTurn(id, answer)).rejects.toThrow(`the session ${id} is no longer there`);
  });
});

describe('search', () => {
  it.each([
    ['two Chinese characters', '标题', '会议的标题是什么？'],
    ['one Chinese character', '标', '会议的标题是什么？'],
    ['a Chinese phrase', '标题是什么', '会议的标题是什么？'],
    ['Japanese', 'カタカナ', 'これはカタカナです'],
    ['two kana', 'です', 'これはカタカナです'],
    ['small letters for capitals', 'rate limit', 'The Rate Limit is hit'],
    ['two letters', 'DB', 'the db is locked'],
    ['signs that LIKE reads as any', 'a_b%c', 'see a_b%c here'],
    ['signs of a regular expression', 'f(x)+', 'use f(x)+1'],
    ['quotes', `"it's"`, `he said "it's" fine`],
  ])('finds %s', async (_, words, text) => {
    const store = open();
    const id = await fill(store, 'aXbZc and nothing else', text);
    const hits = await store.search(words, 10);
    expect(hits.map(({ session, turn }) => [session.id, turn?.number])).toEqual([[id, 2]]);
    expect(hits[0]?.excerpt).toContain(words.length > 3 && words !== 'rate limit' ? words : '');
  });

  it('finds titles, shows what stands around, and the latest first', async () => {
    const store = open();
    const first = await fill(store, `${'before '.repeat(20)}needle\n\tand${' after'.repeat(20)}`);
    const second = await fill(store, 'x', 'a needle too');
    await store.setTitle(first, 'Needle work', 'user');
    const hits = await store.search('needle', 10);
    expect(hits.map(({ session, turn }) => [session.id, turn?.number])).toEqual([
      [first, undefined],
      [second, 2],
      [first, 1],
    ]);
    expect(hits[2]?.excerpt).toMatch(/^….{39,40}needle and after .*…$/);
    expect(await store.search('needle', 1)).toHaveLength(1);
  });
});

describe('what is erased', () => {
  it('leaves no byte of its texts, names and files in the folder, and room in the file', async () => {
    const store = open();
    const kept = await fill(store, 'the survivor speaks');
    const { id } = await store.create();
    const bytes = Buffer.from('PICTUREBYTES'.repeat(2000));
    const text = 'unmistakable '.repeat(3000);
    await store.addTurn(id, {
      role: 'user',
      text,
      attachments: [{ name: 'zqx.png', mediaType: 'image/png', bytes }],
    });
    await store.writeTurn(id, {
      number: 2,
      role: 'assistant',
      text: 'halfspoken',
      state: 'streaming',
    });
    const large = statSync(path).size + statSync(`${path}-wal`).size;
    expect(await store.delete(id)).toBe(true);
    const left = readdirSync(join(path, '..')).map((name) =>
      readFileSync(join(path, '..', name), 'latin1'),
    );
    for (const trace of ['unmistak', 'tak', 'zqx', 'PICTURE', 'halfspoken', id])
      expect(left.filter((content) => content.includes(trace))).toEqual([]);
    expect(left.reduce((sum, content) => sum + content.length, 0)).toBeLessThan(large);
    expect(await store.search('unmistakable', 10)).toEqual([]);
    expect((await store.search('survivor', 10)).map(({ session }) => session.id)).toContain(kept);
    expect(await store.delete(id)).toBe(false);
  });

  it('is what was not used for too long, when a new session begins', async () => {
    const store = open({ limits: { ...limits, keptMs: 10_000 } });
    const [old, young] = [await fill(store, 'old'), await fill(store, 'young')];
    await host.advance(8000);
    await store.addTurn(young, answer);
    await host.advance(4000);
    const { id } = await store.create();
    expect((await store.list(10)).map((head) => head.id)).toEqual([id, young]);
    expect(await store.show(old)).toBeUndefined();
  });

  it('is what was used least lately, when the file is too large', async () => {
    const store = open({ limits: { ...limits, maxBytes: 500_000 } });
    const sessions: string[] = [];
    for (let index = 0; index < 12; index += 1) {
      await host.advance(1000);
      sessions.push(await fill(store, `${index} ${'words of length '.repeat(5000)}`));
    }
    const left = (await store.list(20)).map(({ id }) => id);
    expect(left).toEqual(sessions.toReversed().slice(0, left.length));
    expect(left.length).toBeGreaterThan(2);
    expect(left.length).toBeLessThan(8);
  });
});

describe('a file that cannot be used is named, and never shown as one without sessions', () => {
  const damages: readonly [string, () => void][] = [
    ['no database', () => writeFileSync(path, 'this is no database')],
    [
      'its second half is missing',
      () => truncateSync(path, Math.floor(statSync(path).size / 2 / 8192) * 8192),
    ],
    ['all of it is missing', () => truncateSync(path, 0)],
    ['its version is gone', () => overwrite(60, Buffer.alloc(4))],
    ['its pages are full of something else', () => overwrite(8192, Buffer.alloc(60_000, 'x'))],
  ];

  function overwrite(at: number, bytes: Buffer): void {
    const content = readFileSync(path);
    bytes.copy(content, at);
    writeFileSync(path, content);
  }

  it.each(damages)('%s', async (_, damage) => {
    const store = open();
    for (let index = 0; index < 30; index += 1)
      await fill(store, `turn ${index}`, 'words '.repeat(500));
    await store.close();
    damage();
    const before = readFileSync(path);
    const reader = open();
    await expect(reader.list(100)).rejects.toMatchObject({
      code: 'store-corrupt',
      message: expect.stringContaining(`the sessions file ${path}: `),
      fix: { command: expect.stringContaining(`mv ${path}* `) },
    });
    await reader.close();
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('a newer version is left alone', async () => {
    const store = open();
    await fill(store, 'x');
    await store.close();
    const content = readFileSync(path);
    content.writeUInt32BE(99, 60);
    writeFileSync(path, content);
    await expect(open().create()).rejects.toMatchObject({ code: 'store-newer' });
  });
});
