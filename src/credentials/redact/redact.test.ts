/** No loaded secret leaves in a text that we write, however it is written there (law 20). */

import fc from 'fast-check';
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
    const many = Array.from(
      { length: 10_000 },
      (_, number) => `${number}-of-many-${'x'.repeat(20)}`,
    );
    const redactor = redactorOf(...many, secret);
    expect(redactor.redact(`${many[7]} and ${secret} and ${many[9999]}`)).toBe(
      '[redacted] and [redacted] and [redacted]',
    );
    expect([redactor.mentions(`a ${many[4242]}`), redactor.mentions('a word')]).toEqual([
      true,
      false,
    ]);
  });

  it('is known as long as it is read now and then, and what was read long ago gives way', () => {
    const redactor = new Redactor(250);
    for (const first of ['first-of-them-all', 'read-again-and-again']) redactor.register(first);
    for (let number = 0; number < 250; number++) {
      redactor.register(`${number}-token-of-the-hour`);
      if (number % 100 === 0) redactor.register('read-again-and-again');
    }
    expect(redactor.redact('first-of-them-all, read-again-and-again, 249-token-of-the-hour')).toBe(
      'first-of-them-all, [redacted], [redacted]',
    );
  });

  it('may be any text that a JSON file can hold', () => {
    const odd = `half a pair \ud800 ${'y'.repeat(12)}`;
    expect(redactorOf(odd).redact(`it is ${odd}!`)).toBe('it is [redacted]!');
  });
});

describe('a loaded secret in another notation', () => {
  const key = 'sk-test-Zq7/Kf+9mW=4vTz-0_1';
  const units = [...key];
  const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(2, '0');
  const escaped = units.map((char) => `\\u00${hex(char)}`).join('');
  const encoded = units.map((char) => `%${hex(char)}`).join('');
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const { redact } = { redact: (text: string) => redactorOf(key, secret).redact(text) };

  it.each([
    ['JSON escapes', `{"m":"for ${escaped}!"}`, '{"m":"for [redacted]!"}'],
    [
      'JSON escapes in capitals',
      `"${units.map((char) => `\\u00${hex(char).toUpperCase()}`).join('')}"`,
      '"[redacted]"',
    ],
    ['some JSON escapes', `"${key.replaceAll('-', '\\u002d')}"`, '"[redacted]"'],
    ['JSON in JSON', JSON.stringify(JSON.stringify(`"${escaped}"`)), /^[^su]*\[redacted\][^su]*$/],
    ['percent-encoding', `/v1?k=${encoded}&n=1`, '/v1?k=[redacted]&n=1'],
    ['percent-encoding in capitals', `?k=${encodeURIComponent(key)}`, '?k=[redacted]'],
    [
      'percent-encoding of percent-encoding',
      `?k=${encodeURIComponent(encoded)}.`,
      '?k=[redacted].',
    ],
    ['HTML', `<p>${units.map((char) => `&#x${hex(char)};`).join('')}</p>`, '<p>[redacted]</p>'],
    [
      'decimal HTML',
      `<p>${key.replaceAll('=', '&#61;').replaceAll('/', '&#47;')}</p>`,
      '<p>[redacted]</p>',
    ],
    ['HTML names', `<p>${secret.replace('"', '&quot;')}</p>`, '<p>[redacted]</p>'],
    ['base64', `it was ${base64(key)}.`, 'it was [redacted].'],
    ['base64 of a header', `sent ${base64(`Bearer ${key}`)}, refused`, 'sent [redacted], refused'],
    ['base64 of name and key', `(${base64(`me:${key}`)})`, '([redacted])'],
    ['base64url', `x=${Buffer.from(`a${key}`).toString('base64url')};`, 'x=[redacted];'],
    ['base64 behind other letters', `/token/${base64(key)}`, /^[^=]*\[redacted\]$/],
    ['base64 in JSON', `"${base64(`>>>${key}`).replaceAll('/', '\\/')}"`, '"[redacted]"'],
    ['base64 in a URL', `?auth=${encodeURIComponent(base64(key))}&n=1`, '?auth=[redacted]&n=1'],
    [
      'JSON escapes that are cut off',
      `you sent ${escaped.slice(0, 12 * 6 + 3)}`,
      'you sent [redacted]',
    ],
    [
      'percent-encoding that is cut off',
      `you sent ${encoded.slice(0, 12 * 3 + 1)}`,
      'you sent [redacted]',
    ],
    ['base64 that is cut off', `you sent ${base64(key).slice(0, 18)}`, 'you sent [redacted]'],
  ])('is blanked: %s', (_name, text, expected) => {
    expect(redact(text)).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
  });

  it('is blanked however each of its characters is written', () => {
    const writers: readonly ((char: string) => string)[] = [
      (char) => char,
      (char) => `\\u00${hex(char)}`,
      (char) => `%${hex(char)}`,
      (char) => `%25${hex(char)}`,
      (char) => `\\\\u00${hex(char).toUpperCase()}`,
      (char) => `&#${char.charCodeAt(0)};`,
    ];
    const choices = fc.array(fc.constantFrom(...writers), {
      minLength: key.length,
      maxLength: key.length,
    });
    fc.assert(
      fc.property(choices, (ways) => {
        const written = units.map((char, index) => ways[index]?.(char)).join('');
        expect(redact(`{"a":"${written}"}`)).toBe('{"a":"[redacted]"}');
      }),
    );
  });

  it.each([
    ['hex', `it was ${Buffer.from(key).toString('hex')}.`, 'it was [redacted].'],
    ['hex in capitals', `0x${Buffer.from(key).toString('hex').toUpperCase()}`, '0x[redacted]'],
    ['hex behind another digit', `a${Buffer.from(key).toString('hex')}`, '[redacted]'],
    ['hex, its bytes apart', `(${units.map(hex).join(' ')})`, '([redacted])'],
    [
      'hex of a part',
      `it was ${Buffer.from(key.slice(6, 22)).toString('hex')}.`,
      'it was [redacted].',
    ],
    [
      'escapes of programs',
      `b'${units.map((char) => `\\x${hex(char)}`).join('')}'`,
      "b'[redacted]'",
    ],
    ['code points', `'${units.map((char) => `\\u{${hex(char)}}`).join('')}'`, "'[redacted]'"],
    ['small letters', `for ${key.toLowerCase()}!`, 'for [redacted]!'],
    ['capitals', `for ${key.toUpperCase()}!`, 'for [redacted]!'],
    [
      'capitals, percent-encoded',
      `?k=${encodeURIComponent(key.toUpperCase())}&n=1`,
      '?k=[redacted]&n=1',
    ],
    ['lines', `for ${key.replace(/.{8}/g, '$&\n    ')}!`, 'for [redacted]!'],
    [
      'escaped line breaks',
      `{"m":"for ${key.replace(/.{8}/g, '$&\\n')}!"}`,
      '{"m":"for [redacted]!"}',
    ],
    ['a line that goes on', `for ${key.replace(/.{8}/g, '$&\\\n')}!`, 'for [redacted]!'],
    ['colours of a terminal', `for ${key.replace(/.{8}/g, '$&\u001b[1;31m')}!`, 'for [redacted]!'],
    ['characters that nobody sees', `for ${key.replace(/.{8}/g, '$&\u200b')}!`, 'for [redacted]!'],
  ])('is blanked in full or in part: %s', (_name, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    ['sixteen characters', `it ended with ${key.slice(-16)}`, 'it ended with [redacted]'],
    ['sixteen characters in the middle', `(${key.slice(5, 21)}…)`, '([redacted]…)'],
    ['all but its ends', `sk-t***${key.slice(4, -1)}***`, 'sk-t***[redacted]***'],
    ['two parts', `${key.slice(0, 16)}...${key.slice(-16)}`, '[redacted]...[redacted]'],
    ['a part within another word', `x${key.slice(5, 21).toUpperCase()}y`, 'x[redacted]y'],
  ])('is blanked in part: %s', (_name, text, expected) => {
    expect(redactorOf(key).redact(text)).toBe(expected);
    expect(redactorOf(key).mentions(text)).toBe(true);
  });

  it('is blanked wherever sixteen of its characters stand, and where fewer do it is not', () => {
    const long = `lab${'Ab3dE5gH7jK9lM1nP2rS4tU6vW8xY0z'.repeat(3)}-end`.slice(0, 90);
    const redactor = redactorOf(long, key);
    for (let start = 0; start <= key.length - 16; start++) {
      expect(redactor.redact(`<${key.slice(start, start + 16)}>`)).toBe('<[redacted]>');
      const fewer = key.slice(start + 1, start + 16); // its first ones at the end of a text are a beginning
      expect(redactor.redact(`<${fewer}>`)).toBe(`<${fewer}>`);
    }
  });

  it('is no longer known in part when it is forgotten', () => {
    const redactor = new Redactor(250);
    redactor.register(key);
    for (let number = 0; number < 250; number++) redactor.register(`${number}-another-of-them`);
    expect(redactor.redact(`(${key.slice(5, 25)})`)).toBe(`(${key.slice(5, 25)})`);
    expect(redactor.redact('(249-ANOTHER-OF-THEM)')).toBe('([redacted])');
  });

  it.each([
    ['a run of one character', `sk-test-${'x'.repeat(30)}`, `--${'x'.repeat(20)}--`],
    [
      'words that a key shares with a sentence, but for what stands between them',
      'no-key-is-required',
      'no key is required',
    ],
    ['another key of the same vendor', key, 'sk-tes-Zq7/Kf+9mW=4'],
  ])('leaves alone %s', (_name, known, text) => {
    expect(redactorOf(known).redact(text)).toBe(text);
  });

  it.each([
    ['escapes', 'a\\u0062c %41 &amp; \\\\ "\\/" %'],
    ['long words', `req_${'aB3-'.repeat(20)} and ${base64('nothing of anybody in here')}`],
    ['escapes at the end', 'half \\u00'],
  ])('is all that is blanked: %s', (_name, text) => {
    expect(redact(text)).toBe(text);
  });
});
