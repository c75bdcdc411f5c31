/** Records of failed and rescued requests outlive their member; strangers see noise. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { MemoryEngine } from '../../../test/fakes/memory-log.ts';
import { recordOf } from '../../../test/fakes/record.ts';
import type { RequestRecord } from '../../model/record.ts';
import { KeptRecords } from './kept-records.ts';
import { keptLimit } from './log.ts';
import { createBoxes } from './seal.ts';

const days = 86_400_000;
const all = { limit: 1000 };

function openFleet(keys: readonly string[] = ['one', 'one']) {
  const engine = new MemoryEngine();
  const host = createFakeHost();
  const members = keys.map((key, index) => {
    const boxes = createBoxes(host, [key], 'test');
    const machine = (): string => `web-${index + 1}`;
    return new KeptRecords({ host, post: engine.open(), boxes, machine });
  });
  const [one = members[0], two = members[1]] = members;
  if (one === undefined || two === undefined) throw new TypeError('two members are needed');
  const failed = (id: string, more: Partial<RequestRecord> = {}): RequestRecord =>
    recordOf({ id, at: host.clock.now(), outcome: 'failed', ...more });
  return { engine, host, one, two, failed };
}

it('failed and rescued ones of all members are found, each with its machine', async () => {
  const { host, one, two, failed } = openFleet();
  const skip = { target: 'a', cause: 'held-back', reason: 'it rests' } as const;
  const rescued = failed('r', { outcome: 'answered', skipped: [skip] });
  one.keep([failed('a'), recordOf({ id: 'plain', outcome: 'answered' }), rescued], 30 * days);
  await host.advance(10);
  two.keep([failed('b')], 30 * days);
  await Promise.all([one.flush(), two.flush()]);
  const found = await two.find({ ...all, kind: 'failed' });
  expect(found.map(({ id, member }) => [id, member])).toEqual([
    ['b', 'web-2'],
    ['a', 'web-1'],
  ]);
  expect((await one.find({ id: 'b', limit: 1 })).map(({ id }) => id)).toEqual(['b']);
});

it('a reader without the key of the fleet finds nothing, and reads noise', async () => {
  const { engine, one, two, failed } = openFleet(['one', 'another']);
  one.keep([failed('hfr_aaaa', { caller: 'the caller', model: 'the-model' })], days);
  await one.flush();
  expect(await two.find(all)).toEqual([]);
  expect(engine.keptTexts.join(' ')).toMatch(/^[\w-]+$/);
  for (const word of ['hfr_', 'the caller', 'the-model', 'web-1', 'failed'])
    expect(Buffer.from(engine.keptTexts.join(''), 'base64url').includes(word)).toBe(false);
});

it('what strangers write is ignored: made up, changed, written again, too large', async () => {
  const { engine, one, two, failed } = openFleet();
  one.keep([failed('a')], days);
  await one.flush();
  const [box = ''] = engine.keptTexts;
  engine.keptTexts.push(box, '{}', '', `${box.slice(0, -4)}AAAA`, 'x'.repeat(keptLimit + 1));
  expect((await two.find(all)).map(({ id }) => id)).toEqual(['a']);
});

it('one that is written again after its time is not found', async () => {
  const { engine, host, one, failed } = openFleet();
  one.keep([failed('old')], 3 * days);
  await one.flush();
  const [old = ''] = engine.keptTexts;
  await host.advance(3 * days + 1);
  engine.keptTexts.push(old);
  expect(await one.find(all)).toEqual([]);
});

it('what is too large stays with its member', async () => {
  const { engine, one, failed } = openFleet();
  one.keep([failed('large', { notes: ['x'.repeat(keptLimit)] }), failed('small')], days);
  await one.flush();
  expect(engine.keptTexts.length).toBe(1);
});

it('of an outage one member keeps a hundred a minute', async () => {
  const { engine, host, one, failed } = openFleet();
  const many = Array.from({ length: 150 }, (_, index) => failed(`${index}`));
  one.keep(many, days);
  one.keep(many, days);
  await one.flush();
  expect(engine.keptTexts.length).toBe(100);
  await host.advance(60_000);
  one.keep([failed('later')], days);
  await one.flush();
  expect(engine.keptTexts.length).toBe(101);
});

it('what the engine did not take is written when it is back; a find says that it is away', async () => {
  const { engine, one, failed } = openFleet();
  engine.go(true);
  one.keep([failed('a')], days);
  await one.flush();
  await expect(one.find(all)).rejects.toThrow('it does not answer');
  engine.go(false);
  await one.flush();
  expect((await one.find(all)).map(({ id }) => id)).toEqual(['a']);
});

it('healthy requests ask nothing of the engine', async () => {
  const { engine, one } = openFleet();
  engine.go(true);
  one.keep([recordOf({ outcome: 'answered' })], days);
  await one.flush();
  engine.go(false);
  await one.flush();
  expect(engine.keptTexts).toEqual([]);
});
