/** The scanner against JSON.parse: what it accepts it must understand exactly, at any nesting and spacing. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanObject } from './scan.ts';

describe('scanObject', () => {
  it.each([
    ['an object in order', '{"a":1,"b":"x"}', ['a', 'b']],
    ['space everywhere', ' { "a" : [ 1 , {"b":2} ] , "c" : null } \n', ['a', 'c']],
    ['escaped quotes and backslashes in values', String.raw`{"a":"\\\"","b":"\\"}`, ['a', 'b']],
    ['brackets inside strings', '{"a":"}]","b":["]}"]}', ['a', 'b']],
    ['an empty object', '{}', []],
  ])('accepts %s', (_name, text, keys) => {
    expect(scanObject(Buffer.from(text))?.map(({ key }) => key)).toEqual(keys);
  });

  it.each([
    ['an array', '[1]'],
    ['a backslash in a key', String.raw`{"mod\u0065l":"x"}`],
    ['bytes after the end', '{"a":1}x'],
    ['an unbalanced bracket', '{"a":[1}'],
    ['a bare word', '{"a":nope}'],
    ['a missing comma', '{"a":1 "b":2}'],
    ['a trailing comma', '{"a":1,}'],
    ['an open string', '{"a":"x'],
    ['nothing', ''],
  ])('leaves %s to the parser', (_name, text) => {
    expect(scanObject(Buffer.from(text))).toBeUndefined();
  });

  it('finds every value where it stands', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const object = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), value, { maxKeys: 6 });
    fc.assert(
      fc.property(object, fc.constantFrom(0, 1, 2), (body, indent) => {
        const bytes = Buffer.from(JSON.stringify(body, null, indent));
        const found = scanObject(bytes)?.map(({ key, start, end }) => [
          key,
          JSON.parse(bytes.toString('utf8', start, end)),
        ]);
        expect(Object.fromEntries(found ?? [])).toEqual(JSON.parse(bytes.toString()));
      }),
    );
  });
});
