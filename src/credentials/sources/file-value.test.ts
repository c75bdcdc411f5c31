import { expect, it } from 'vitest';
import { createCredential, openReader, secretOf } from '../../../test/contracts/source.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';

const path = '/agent/config.yaml';

function peek(text: string | undefined, pointer: string) {
  const host = createFakeHost({ files: text === undefined ? {} : { [path]: text } });
  return openReader(host).reader.peek(createCredential('file', { kind: 'file', path, pointer }));
}

it.each([
  ['a value of YAML', `model:\n  api_key: ${secretOf('a')} # mine\n`, '/model/api_key', 'ok'],
  [
    'a value under a key with a slash and a tilde',
    `{"a/b~c": "${secretOf('a')}"}`,
    '/a~1b~0c',
    'ok',
  ],
  ['a file that is not there', undefined, '/a', 'unset'],
  ['a place that is not there', '{"a": {}}', '/a/b/c', 'unset'],
  ['a place that only the language knows', '{"a": {}}', '/a/constructor', 'unset'],
  ['a list where the key should be', '{"a": []}', '/a', 'failed'],
  ['a reference instead of a key', `a: \${KEY}\n`, '/a', 'failed'],
  ['a file of neither kind', `{"a": ${secretOf('a')}`, '/a', 'failed'],
])('%s is read as what it is, and nothing of the file is quoted', (_name, text, pointer, state) => {
  const reading = peek(text, pointer);
  expect(reading.state).toBe(state);
  expect(JSON.stringify(reading)).not.toContain(secretOf('a'));
});
