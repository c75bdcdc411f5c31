/** A member is asked for a record over the engine, which strangers read and write too. */

import { describe, expect, it } from 'vitest';
import { testPost } from '../../../test/contracts/post.ts';
import { start } from '../../../test/contracts/store/rows.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { MemoryEngine } from '../../../test/fakes/memory-log.ts';
import { recordOf } from '../../../test/fakes/record.ts';
import type { RequestRecord } from '../../model/record.ts';
import { readEntry } from './entries.ts';
import { leftLimit } from './log.ts';
import { memberOf, Questions } from './questions.ts';
import { createBoxes, createSeal, type FleetKeys } from './seal.ts';

testPost('memory', () => new MemoryEngine().open());

const id = 'hfr_bbbb0123456789abcdef';
const content = { asked: 'what the caller said', answered: 'what the model said' };
const record: RequestRecord = { ...recordOf({ id }), content };

/** Two members that ask each other: `a`, and `b`, which has served the request. */
async function openTwo(keys: readonly [FleetKeys, FleetKeys] = [['one'], ['one']]) {
  const engine = new MemoryEngine();
  engine.now = start;
  const host = createFakeHost();
  const log = engine.open();
  await log.begin({ position: { epoch: 'epoch', at: 0 }, text: '' });
  const answered: string[] = [];
  const open = (member: string, own: FleetKeys): Questions => {
    const boxes = createBoxes(host, own, 'test');
    const seal = createSeal(own);
    const engineNow = (): number => engine.now;
    return new Questions({ host, log, post: log, seal, boxes, member: () => member, engineNow });
  };
  const [a, b] = [open('aaaa', keys[0]), open('bbbb', keys[1])];
  b.answer = async (request) => {
    answered.push(request);
    return request === id ? record : undefined;
  };
  /** `b` reads what has come to the log. */
  const hear = async (): Promise<void> => {
    for (const entry of await log.read(0, 0)) {
      const { question } = readEntry(createSeal(keys[1]), 'epoch', entry);
      if (question !== undefined) await b.hear(question);
    }
  };
  /** `a` asks; `meanwhile` happens before it looks for the answer again. */
  const ask = async (request: string, meanwhile: () => Promise<void> = hear, to = 'bbbb') => {
    const asked = a.ask(request, to);
    asked.catch(() => undefined); // whoever asks is told
    await host.advance(0);
    await meanwhile();
    await host.advance(2100);
    return asked;
  };
  return { engine, host, log, hear, ask, answered, b };
}

it('is answered with the record and its content, and nothing of it stays', async () => {
  const { engine, ask, log } = await openTwo();
  expect(await ask(id)).toEqual({ record: JSON.parse(JSON.stringify(record)) });
  expect(engine.left.size).toBe(0);
  const written = JSON.stringify(await log.read(0, 0));
  for (const secret of [id, 'bbbb', 'record']) expect(written).not.toContain(secret);
});

it('says that there is no record', async () => {
  const { ask } = await openTwo();
  expect(await ask('hfr_bbbb_another')).toEqual({});
});

it('names the member in the id', () => expect(memberOf(id)).toBe('bbbb'));

describe('nobody answers', () => {
  it('a question to another member', async () => {
    const { ask, answered } = await openTwo();
    expect(await ask(id, undefined, 'cccc')).toBeUndefined();
    expect(answered).toEqual([]);
  });

  it('a question twice', async () => {
    const { ask, hear, answered, engine, log } = await openTwo();
    await ask(id);
    await hear();
    engine.writeAgain(0);
    await hear();
    expect(answered).toEqual([id]);
    expect(await log.take('anything')).toBeUndefined();
    expect(engine.left.size).toBe(0);
  });

  it('a question that nobody waits for any more', async () => {
    const { engine, ask, hear, answered } = await openTwo();
    const late = async (): Promise<void> => {
      engine.now += 30_001;
      await hear();
    };
    expect(await ask(id, late)).toBeUndefined();
    expect(answered).toEqual([]);
  });

  it.each<[string, readonly [FleetKeys, FleetKeys]]>([
    ['another fleet', [['one'], ['two']]],
    ['a key from before', [['new'], ['old']]],
  ])('a question of %s', async (_name, keys) => {
    const { ask, answered } = await openTwo(keys);
    expect(await ask(id)).toBeUndefined();
    expect(answered).toEqual([]);
  });
});

it.each<[string, readonly [FleetKeys, FleetKeys]]>([
  ['by the one who asks', [['new', 'old'], ['old']]],
  ['by the one who answers', [['old'], ['new', 'old']]],
  [
    'by both',
    [
      ['new', 'old'],
      ['new', 'old'],
    ],
  ],
])('is answered while a key is replaced %s', async (_name, keys) => {
  const { ask } = await openTwo(keys);
  expect((await ask(id))?.record?.id).toBe(id);
});

describe('an answer that a stranger has written does not count', () => {
  /** `forge` gets the real answer of `b` and puts another in its place. */
  const askForged = async (forge: (box: string, engine: MemoryEngine) => string) => {
    const { engine, ask, hear } = await openTwo();
    return ask(id, async () => {
      await hear();
      for (const [name, box] of engine.left) engine.left.set(name, forge(box, engine));
    });
  };

  it('made up', async () => expect(await askForged(() => '{"record":{}}')).toBeUndefined());
  it('changed', async () =>
    expect(await askForged((box) => `${box.slice(0, -4)}AAAA`)).toBeUndefined());
  it('larger than an answer may be', async () =>
    expect(await askForged(() => 'x'.repeat(leftLimit + 1))).toBeUndefined());

  it('that to another question', async () => {
    const { engine, ask, hear } = await openTwo();
    let earlier = '';
    await ask(id, async () => {
      await hear();
      [earlier = ''] = engine.left.values();
    });
    const again = await ask(id, async () => {
      await hear();
      for (const name of engine.left.keys()) engine.left.set(name, earlier);
    });
    expect(again).toBeUndefined();
  });
});

it.each([
  ['its content is left out', { ...record, content: { ...content, asked: 'x'.repeat(leftLimit) } }],
  ['it is not passed on', { ...record, notes: ['x'.repeat(leftLimit)] }],
])('of what is too large %s', async (name, large) => {
  const { ask, b } = await openTwo();
  b.answer = async () => large;
  const { content: _left, ...bare } = record;
  const expected = name.startsWith('its') ? { record: bare } : { isTooLarge: true };
  expect(await ask(id)).toEqual(JSON.parse(JSON.stringify(expected)));
});

it('tells whoever asks that the engine does not answer', async () => {
  const { engine, ask } = await openTwo();
  const gone = ask(id, async () => engine.go(true));
  await expect(gone).rejects.toThrow('it does not answer');
});
