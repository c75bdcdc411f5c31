/** No loaded secret leaves in a text that we write, however it is written there (law 20, B89). */

import { describe, expect, it } from 'vitest';
import { Redactor } from './redact.ts';

const secret = 'zq"7/Kf\\9+mW=4vTz';
const short = 'abcdefgh-0001';

function redactorOf(...secrets: readonly string[]): Redactor {
  const redactor = new Redactor();
  for (const value of secrets) redactor.register(value);
  return redactor;
}

describe('a loaded secret', () => {
  it.each([
    ['as it is', `key ${secret} refused`, 'key [redacted] refused'],
    ['inside a JSON string', `{"m":${JSON.stringify(secret)}}`, '{"m":"[redacted]"}'],
    [
      'inside a JSON string of a writer that escapes slashes',
      `{"m":${JSON.stringify(secret).replaceAll('/', '\\/')}}`,
      '{"m":"[redacted]"}',
    ],
    ['inside a URL', `GET /v1?user=${encodeURIComponent(secret)}`, 'GET /v1?user=[redacted]'],
    ['cut off at the end of a text', `you sent ${secret.slice(0, 12)}`, 'you sent [redacted]'],
  ])('is blanked %s', (_name, text, expected) => {
    expect(redactorOf(secret).redact(text)).toBe(expected);
  });

  it.each([[[short, `${short}-and-more`]], [[`${short}-and-more`, short]]])(
    'is blanked whole when another is the beginning of it',
    (secrets) => {
      expect(redactorOf(...secrets).redact(`it was ${short}-and-more.`)).toBe('it was [redacted].');
    },
  );

  it('is no word: fewer than twelve characters, and fewer than eight of a longer one, stay', () => {
    expect(redactorOf('hello', secret).redact(`hello ${secret.slice(0, 7)}`)).toBe(
      `hello ${secret.slice(0, 7)}`,
    );
  });

  it('is found however many others are known, by looking at few of them', () => {
    const many = Array.from({ length: 10_000 }, (_, number) => `${number}-of-many-${'x'.repeat(20)}`);
    const redactor = redactorOf(...many, secret);
    expect(redactor.redact(`${many[7]} and ${secret} and ${many[9999]}`)).toBe(
      '[redacted] and [redacted] and [redacted]',
    );
    expect([redactor.mentions(`a ${many[4242]}`), redactor.mentions('a word')]).toEqual([true, false]);
  });

  it('is known as long as it is read now and then, and what was read long ago gives way', () => {
    const redactor = redactorOf('first-of-them-all', 'read-again-and-again');
    for (let number = 0; number < 25_000; number++) {
      redactor.register(`${number}-token-of-the-hour`);
      if (number % 10_000 === 0) redactor.register('read-again-and-again');
    }
    expect(redactor.redact('first-of-them-all, read-again-and-again, 24999-token-of-the-hour')).toBe(
      'first-of-them-all, [redacted], [redacted]',
    );
  });

  it('may be any text that a JSON file can hold', () => {
    const odd = `half a pair \ud800 ${'y'.repeat(12)}`;
    expect(redactorOf(odd).redact(`it is ${odd}!`)).toBe('it is [redacted]!');
  });
});
