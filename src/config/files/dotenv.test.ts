import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { createDotenv, type DotenvContent } from './dotenv.ts';

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
});
