/**
 * The check before the parser against the parser itself: it lets through what is JSON and of a sane
 * size, and names the first fault of all else.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkJson, mostTranslated } from './check-json.ts';

const check = (text: string): ReturnType<typeof checkJson> => checkJson(Buffer.from(text));
const told = (text: string): string | undefined => {
  const fault = check(text);
  return fault && `${fault.line}:${fault.column}:${fault.byte} ${fault.cause}`;
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('checkJson', () => {
  it('lets through whatever JSON.parse takes, however it is written', () => {
    const spaced = fc.tuple(fc.jsonValue(), fc.constantFrom(0, 1, '\t', '\r\n'));
    fc.assert(
      fc.property(spaced, ([value, indent]) => {
        expect(check(JSON.stringify(value, undefined, indent))).toBeUndefined();
      }),
    );
  });

  it('takes a text exactly when JSON.parse does, wherever bytes are cut, changed or put in', () => {
    const noise = fc.constantFrom(
      ...'{}[]",:\\/u0e-+.1tfn \n\t\u0000é☃',
      '\\u00e',
      'null',
      '1e5',
      '""',
      '\ud800',
    );
    const changed = fc
      .tuple(fc.json(), fc.nat(), fc.nat(3), noise)
      .map(([text, where, cut, put]) => {
        const at = where % (text.length + 1);
        return `${text.slice(0, at)}${put}${text.slice(at + cut)}`;
      });
    fc.assert(
      fc.property(changed, (text) => {
        expect(check(text) === undefined).toBe(isJson(Buffer.from(text).toString()));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    [
      '',
      '1:1:0 it ends where a value (a text in double quotation marks, a number, true, false, null, { or [) is expected',
    ],
    ['{"a":1', '1:7:6 it ends where a comma or } is expected'],
    ['{"a":1,}', '1:8:7 there is a comma before }'],
    ['[1,]', '1:4:3 there is a comma before ]'],
    ['[1 2]', '1:4:3 a comma or ] is missing'],
    ['{"a" 1}', '1:6:5 a colon behind the name of a field is missing'],
    ["{'a':1}", '1:2:1 the name of a field in double quotation marks is missing'],
    ['"a\nb"', '1:3:2 a string has an unescaped line break, tab or other control character'],
    ['"\\x"', '1:2:1 a backslash in a text begins no escape that JSON has'],
    ['"a', '1:3:2 it ends within a text'],
    ['[-]', '1:3:2 a digit is missing'],
    ['{} {}', '1:4:3 something follows the end of the JSON'],
    ['{\r\n  "é☃": 1\r\n  "b": 2\r\n}', '3:3:19 a comma or } is missing'],
  ])('says of %j where it is broken and why', (text, expected) => {
    expect(told(text)).toBe(expected);
  });

  it('tells nothing of what stands in the text', () => {
    expect(JSON.stringify(check('{"messages":[{"content":"my secret plan" oops}]}'))).not.toMatch(
      /secret|oops/,
    );
  });

  it.each([
    ['items', `{"input":[${'0,'.repeat(10_000_000)}0]}`, 1_000_006],
    ['lists in a list', `[${'[],'.repeat(600_000)}0]`, 1_499_998],
    ['fields', `{${'"a":1,'.repeat(600_000)}"a":1}`, 2_999_999],
    ['fields with escaped names', `{${'"\\u0061":1,'.repeat(600_000)}"a":1}`, 5_499_999],
  ])('counts %s, and stops at the first too many', (_what, text, byte) => {
    expect(check(text)).toMatchObject({
      kind: 'intricate',
      cause: 'more than 500000 values',
      byte,
    });
  });

  it.each(['[', '{"a":', '[{"\\u0061":'])(
    'counts levels of %s, and stops at the first too many',
    (opening) => {
      const fault = check(opening.repeat(2000));
      expect(fault).toMatchObject({
        kind: 'intricate',
        cause: 'brackets more than 1000 levels deep',
      });
      expect(fault?.byte).toBeLessThan(1001 * opening.length);
    },
  );

  it('takes a history as long as a window of a million tokens holds, to be translated too', () => {
    const call = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'n', arguments: '{}' } }],
    };
    const turns = Array.from({ length: 6000 }, () => [
      call,
      { role: 'tool', tool_call_id: 'c', content: 'x'.repeat(600) },
    ]).flat();
    const schema = `${'{"properties":{"a":'.repeat(400)}{}${'}}'.repeat(400)}`;
    const body = `{"messages":${JSON.stringify(turns)},"tools":[${schema}]}`;
    expect(body.length).toBeGreaterThan(4_000_000);
    expect(checkJson(Buffer.from(body), mostTranslated)).toBeUndefined();
  });
});
