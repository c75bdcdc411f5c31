/** The names that AWS gives its errors, wherever it puts them. */

import { describe, expect, it } from 'vitest';
import { classifyAnswer, factsOfAnswer } from './classify.ts';

const header = 'x-amzn-errortype';
const answer = (status: number, body: object, headers: Readonly<Record<string, string>> = {}) => ({
  provider: 'bedrock',
  vendor: 'bedrock',
  status,
  headers,
  body: JSON.stringify(body),
});
const codeOf = (body: object, headers?: Readonly<Record<string, string>>): unknown =>
  factsOfAnswer(answer(400, body, headers)).error['code'];

describe('the name of an error', () => {
  const names = ['Throttling', 'FTUFormNotFilled', 'ExpiredToken', 'ModelNotReady', 'X1'];
  const endings = ['', 'Exception'];
  const written = names.flatMap((name) =>
    endings.flatMap((ending) =>
      ['', ':', ':http://internal.amazon.com/coral/com.amazon.bedrock/'].map((behind) => [
        `${name}${ending}${behind}`,
        name,
      ]),
    ),
  );
  it.each(written)('%s is read from the header', (text, name) => {
    expect(codeOf({ message: 'no' }, { [header]: text })).toBe(name);
  });

  it.each(written)('%s is read from the body, in a namespace or not', (text, name) => {
    expect(codeOf({ __type: text, Message: 'no' })).toBe(name);
    expect(codeOf({ __type: `com.amazon.coral.service#${text}` })).toBe(name);
  });

  it.each(['', ' ', '#', ':', 'two words', 'Exception#', 'a\nb'])('%j is not a name', (text) => {
    expect(codeOf({ message: 'no' }, { [header]: text })).toBeUndefined();
    expect(codeOf({ __type: text })).toBeUndefined();
  });

  it('comes after a code that the body has', () => {
    const headers = { [header]: 'ThrottlingException' };
    expect(codeOf({ error: { code: 'mine', message: 'no' } }, headers)).toBe('mine');
    expect(codeOf({ error: { code: null, message: 'no' } }, headers)).toBe('Throttling');
    expect(codeOf({ __type: 'ExpiredTokenException' }, headers)).toBe('ExpiredToken');
  });
});

describe('a key that Bedrock does not know', () => {
  const body = { Message: 'Authentication failed: Please make sure your API Key is valid.' };
  const meaning = (isProven: boolean, message: object = body): string =>
    classifyAnswer({
      ...answer(403, message),
      isProven,
      isProvenWithModel: isProven,
      now: 0,
      redact: (text) => text,
    }).class;

  it('is of another region, or none; one that has worked there is asked again', () => {
    expect(meaning(false)).toBe('auth-elsewhere');
    expect(meaning(true)).toBe('auth-suspect');
  });

  it('is told in these words alone', () => {
    expect(meaning(false, { message: body.Message })).toBe('forbidden-key');
    expect(meaning(false, { Message: 'Forbidden' })).toBe('forbidden-key');
  });
});
