/** Many keys of one vendor begin alike: each part of each of them is found as if it were alone. */

import { describe, expect, it } from 'vitest';
import { Random } from '../../../test/simulation/random.ts';
import { Redactor } from './redact.ts';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'];

function drawKeys(beginning: string, count: number): readonly string[] {
  const random = new Random(beginning.length * 1000 + count);
  const letter = (): string => random.pick(letters);
  return Array.from(
    { length: count },
    () => beginning + Array.from({ length: 32 }, letter).join(''),
  );
}

function redactorOf(keys: readonly string[], most?: number): Redactor {
  const redactor = new Redactor(most);
  for (const key of keys) redactor.register(key);
  return redactor;
}

function partsOf(key: string): readonly string[] {
  return Array.from({ length: key.length - 15 }, (_, start) => key.slice(start, start + 16));
}

describe.each([
  ['nothing in common', ''],
  ['a short beginning', 'lab-'],
  ['as much as is looked up', 'sk-proj-'],
  ['more than is looked up', 'lab-of-nobody'],
])('keys with %s', (_what, beginning) => {
  it.each([1, 32, 33, 34, 200])('are found in part, of %i', (count) => {
    const keys = drawKeys(beginning, count);
    const redactor = redactorOf(keys);
    for (const key of keys.filter((_, index) => index % 16 === 0 || index === count - 1))
      for (const part of partsOf(key)) {
        expect(redactor.redact(`<${part}>`), part).toBe('<[redacted]>');
        expect(redactor.redactLoaded(`<${key}>`)).toBe('<[redacted]>');
      }
  });

  it('are found when others of them are forgotten, and those are not', () => {
    const keys = drawKeys(beginning, 120);
    const redactor = redactorOf(keys, 60);
    const [forgotten = '', kept = ''] = [keys[0], keys.at(-1)];
    const part = kept.slice(beginning.length + 2, beginning.length + 20);
    expect(redactor.redact(`<${part}>`)).toBe('<[redacted]>');
    const old = forgotten.slice(beginning.length + 2, beginning.length + 20);
    expect(redactor.redact(`<${old}>`)).toBe(`<${old}>`);
    expect([redactor.mentions(kept), redactor.mentions(forgotten)]).toEqual([true, false]);
  });
});

it('finds the longest of two secrets that begin alike, and half of one where the text was cut', () => {
  const long = 'sk-proj-one-and-its-continuation';
  const redactor = redactorOf(['sk-proj-one-and', long]);
  expect(redactor.redactLoaded(`${long}!`)).toBe('[redacted]!');
  expect(redactor.redactLoaded('sk-proj-one-and!')).toBe('[redacted]!');
  expect(redactor.redactLoaded('it is sk-proj-one-an')).toBe('it is [redacted]');
});
