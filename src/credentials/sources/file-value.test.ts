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

const long = `sk-test-${'0'.repeat(16)}`;

it.each([
  [`{"OPENAI_API_KEY": "${long}", "tokens": null}`, 'pointer: /OPENAI_API_KEY'],
  [
    `{"tokens": {"id_token": "${long}", "access_token": "${long}", "refresh_token": "${long}"}}`,
    'pointer: /tokens/access_token',
  ],
  [`{"a/b": {"apiKey": "${long}"}, "key": "${long}"}`, 'pointer: /a~1b/apiKey or /key'],
  [`model:\n  api_key: ${long}\n  monkey: ${long}\n`, 'pointer: /model/api_key'],
  ['{"theme": "dark"}', 'pointer, such as /api_key'],
])('a file of several values is no key, and its places are told: %s', (text, said) => {
  const host = createFakeHost({ files: { [path]: text } });
  const reading = openReader(host).reader.peek(createCredential('file', { kind: 'file', path }));
  expect(reading).toMatchObject({
    state: 'failed',
    detail: `${path} holds several values, not a key alone`,
    fix: { text: `name the place of the key in it, beside file, as ${said}` },
  });
  expect(JSON.stringify(reading)).not.toContain(long);
});

it.each([
  [`{"key": "${long}", "a": {}}`, '/a/b', 'the file has no such place', 'pointer: /key'],
  ['{"key": null}', '/key', 'it is there, and holds null', 'another source'],
])('a place without a key is told with what the file has: %s', (text, pointer, hint, fix) => {
  expect(peek(text, pointer)).toMatchObject({
    state: 'unset',
    detail: expect.stringContaining(hint),
    fix: { text: expect.stringContaining(fix) },
  });
});

it.each([
  ['/agent/$HOME/key', 'write out $HOME, which is not replaced in a path'],
  ['/agent', 'name the file in that folder, such as /agent/api-key'],
])('a path that leads elsewhere is told: %s', (odd, fix) => {
  const host = createFakeHost({ files: { '/agent/api-key': long } });
  const at = createCredential('file', { kind: 'file', path: odd });
  expect(openReader(host).reader.peek(at)).toMatchObject({ state: 'failed', fix: { text: fix } });
});

it.each([
  ['EISDIR', /in the place of that empty folder/],
  ['ELOOP', /^remove that link$/],
  ['ENOLINK', /^put back what it leads to/],
  // another home would not move it
  ['EROFS', undefined],
])("a key's file that cannot be read is mended as a file: %s", (code, told) => {
  const host = createFakeHost();
  const fault = Object.assign(new Error(code), { code });
  const files = { ...host.files, findFileFault: () => fault };
  const at = createCredential('file', { kind: 'file', path: '/run/key' });
  const reading = openReader({ ...host, files }).reader.peek(at);
  expect(reading).toMatchObject({
    state: 'failed',
    detail: expect.stringContaining('/run/key cannot be read: '),
    ...(told && { fix: { text: expect.stringMatching(told) } }),
  });
  if (told === undefined) expect(reading).not.toHaveProperty('fix.text');
});
