/**
 * The scanner against JSON.parse: what it accepts it must understand exactly, at any nesting and
 * spacing.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestBytes } from './request-bytes.ts';
import { createWordList, type ScannedObject, scanObject } from './scan.ts';

/**
 * The same bytes in one piece, cut once at each place, and byte by byte with empty pieces between.
 */
function inPieces(text: string): readonly RequestBytes[] {
  const bytes = Buffer.from(text);
  const halves = [...bytes.keys()].map((at) => [bytes.subarray(0, at), bytes.subarray(at)]);
  const crumbs = [...bytes].flatMap((byte) => [Buffer.of(byte), Buffer.alloc(0)]);
  return [bytes, ...halves, crumbs].map((body) => new RequestBytes({ body }));
}

function scanAll(text: string): readonly (ScannedObject | undefined)[] {
  return inPieces(text).map((body) => scanObject(body));
}

function escaped(word: string): string {
  return [...word].map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join('');
}

describe('scanObject', () => {
  it.each([
    ['an object in order', '{"a":1,"b":"x"}', ['a', 'b']],
    ['space everywhere', ' { "a" : [ 1 , {"b":2} ] , "c" : null } \n', ['a', 'c']],
    ['escaped quotes and backslashes in values', String.raw`{"a":"\\\"","b":"\\"}`, ['a', 'b']],
    ['brackets inside strings', '{"a":"}]","b":["]}"]}', ['a', 'b']],
    ['an escape in a key', String.raw`{"mod\u0065l":"x"}`, ['model']],
    ['an empty object', '{}', []],
  ])('accepts %s', (_name, text, keys) => {
    for (const found of scanAll(text)) expect([...(found?.fields.keys() ?? [])]).toEqual(keys);
  });

  it.each([
    ['an array', '[1]'],
    ['half an escape in a key', String.raw`{"mod\u006":"x"}`],
    ['bytes after the end', '{"a":1}x'],
    ['an unbalanced bracket', '{"a":[1}'],
    ['a bare word', '{"a":nope}'],
    ['a missing comma', '{"a":1 "b":2}'],
    ['a trailing comma', '{"a":1,}'],
    ['an open string', '{"a":"x'],
    ['nothing', ''],
  ])('leaves %s to the parser', (_name, text) => {
    for (const found of scanAll(text)) expect(found).toBeUndefined();
  });

  it.each([
    [
      'as many fields as a request may have',
      `{${Array.from({ length: 10_000 }, (_, at) => `"f${at}":0`)}}`,
    ],
    ['as many levels', `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`],
  ])('accepts %s', (_name, text) => {
    expect(scanObject(new RequestBytes({ body: Buffer.from(text) }))).toBeDefined();
  });

  it.each([
    [
      'more fields',
      `{${Array.from({ length: 10_001 }, (_, at) => `"f${at}":0`)}}`,
      /more than 10000 fields/,
    ],
    [
      'more levels, closed',
      `{"a":${'['.repeat(1001)}${']'.repeat(1001)}}`,
      /more than 1000 levels/,
    ],
    ['more levels, open', `{"a":${'{"b":'.repeat(2000)}`, /more than 1000 levels/],
  ])('refuses %s', (_name, text, message) => {
    expect(() => scanObject(new RequestBytes({ body: Buffer.from(text) }))).toThrow(message);
  });

  it('takes the last of a field that stands there twice, and says so', () => {
    const text = '{"a":1,"b":2,"a":[3]}';
    for (const found of scanAll(text)) {
      expect(found?.twice).toEqual(['a']);
      expect(found?.fields.get('a')).toEqual({ start: 17, end: 20 });
    }
  });

  it('finds every value where it stands', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const object = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), value, { maxKeys: 6 });
    fc.assert(
      fc.property(object, fc.constantFrom(0, 1, 2), (body, indent) => {
        const text = JSON.stringify(body, null, indent);
        const bytes = new RequestBytes({ body: Buffer.from(text) });
        const found = [...(scanObject(bytes)?.fields ?? [])].map(([field, { start, end }]) => [
          field,
          JSON.parse(bytes.text(start, end)),
        ]);
        expect(Object.fromEntries(found)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('finds the same wherever the body is cut, escapes and words included', () => {
    const words = createWordList(['file_id', 'a\\"']);
    const scan = (body: RequestBytes): unknown => scanObject(body, words);
    const letters = fc.string({ unit: fc.constantFrom('\\', '"', 'a', '[', 'é'), maxLength: 9 });
    const value = fc.oneof(
      letters,
      fc.double({ noNaN: true }),
      fc.constantFrom(null, true, 'file_id', 'a"'),
    );
    fc.assert(
      fc.property(fc.array(fc.array(value)), (body) => {
        const [whole, ...cut] = inPieces(JSON.stringify({ body, model: body[0]?.[0] ?? 'm' }));
        const expected = whole && scan(whole);
        for (const pieces of cut) expect(scan(pieces)).toEqual(expected);
      }),
    );
  });

  it.each([
    ['a word below the top', '{"a":[{"file_id":"x"}]}', true],
    ['a word as a value', '{"a":["file_id"]}', true],
    ['a word at the top alone', '{"file_id":"x"}', false],
    ['a longer word', '{"a":["file_ids"]}', false],
    ['a word with an escape', String.raw`{"a":["f\u0069le_id"]}`, true],
    ['a word of nothing but escapes', `{"a":["${escaped('file_id')}"]}`, true],
    ['an escape in another word', String.raw`{"a":["f\u0061le_id"]}`, false],
    ['a backslash before what looks like an escape', String.raw`{"a":["f\\u0069le_id"]}`, false],
    ['an escape of a letter that only begins like one', String.raw`{"a":["f\u0169le_id"]}`, false],
    ['a word of items in an item of a list', '{"a":[1,{"b":{"c":1},"id":"x"}]}', true],
    ['a word of items with an escape', String.raw`{"a":[{"\u0069d":"x"}]}`, true],
    ['a word of items in the list itself', '{"a":["id"]}', false],
    [
      'a word of items deeper than an item',
      '{"a":[{"b":{"id":"x"},"c":["id"]}],"d":{"e":{"f":{"id":1}}}}',
      false,
    ],
    ['another word deeper than an item', '{"a":[{"b":{"file_id":"x"}}]}', true],
  ])('tells of %s', (_name, text, hasWord) => {
    for (const body of inPieces(text))
      expect(scanObject(body, createWordList(['file_id'], ['id']))?.hasWord).toBe(hasWord);
  });
});
