import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { createDotenv, type DotenvContent, lookForVariable } from './dotenv.ts';

function read(text: string): DotenvContent {
  return createDotenv(createFakeHost({ files: { '/h/.env': text } }), '/h/.env').current();
}

describe('our own .env', () => {
  it.each([
    ['plain', 'A=1\nB=2\n'],
    ['with a byte order mark, as Windows editors write it', '\uFEFFA=1\nB=2\n'],
    ['with CRLF', 'A=1\r\nB=2\r\n'],
  ])('%s: every variable and its line is found, the first one too', (_, text) => {
    expect([...read(text).variables]).toEqual([
      ['A', { value: '1', line: 1 }],
      ['B', { value: '2', line: 2 }],
    ]);
  });

  it('in UTF-16 is not read as if nothing were set in it', () => {
    const utf16 = Buffer.from('\uFEFFA=1\n', 'utf16le').toString('utf8');
    expect(read(utf16)).toEqual({
      variables: new Map(),
      unreadable: 'it holds NUL bytes, as UTF-16 does',
      fix: { text: 'save it as UTF-8' },
    });
  });

  it.each([
    ['A="one\nB="two"\nC=1\n', ['A', 'B']],
    ['Z=1\nA="one\nB=2\nD="two"\n', ['A', 'B']],
  ])('that leaves a quotation mark open names the line where it opens: %j', (text, lost) => {
    const dotenv = createDotenv(createFakeHost({ files: { '/h/.env': text } }), '/h/.env');
    const line = text.split('\n').findIndex((one) => one.startsWith('A')) + 1;
    for (const name of lost)
      expect(lookForVariable(dotenv, name)).toEqual({
        state: 'failed',
        why: `/h/.env:${line} opens a quotation mark (") that is not closed on that line: close it there`,
      });
  });

  it.each([
    'A="{\n  \\"x\\": 1\n}"\nB=1\n',
    `A="-----BEGIN X-----\nABCD==\nQUJD=\n-----END X-----"\nB=1\n`,
    'B=1\nA="one\nB2\ntwo"\n',
  ])('that has a value over lines is read as it is: %j', (text) => {
    const dotenv = createDotenv(createFakeHost({ files: { '/h/.env': text } }), '/h/.env');
    for (const name of ['A', 'B']) expect(lookForVariable(dotenv, name).state).toBe('found');
  });
});
