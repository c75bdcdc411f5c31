import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { makeAuthority, makeSelfSigned } from '../../test/fakes/self-signed.ts';
import { findIssuersFault } from './extra-issuers.ts';

const one = makeSelfSigned('one.test').cert;
const two = makeAuthority('Two CA').cert;
const damaged = two.replace(/\n(.{20}).{8}/, '\n$1');

const judge = (path: string, content?: string): ReturnType<typeof findIssuersFault> => {
  const host = createFakeHost({
    files: content === undefined ? {} : { [path]: content },
    environment: { NODE_EXTRA_CA_CERTS: path },
  });
  return findIssuersFault(host.environment, host.files);
};

describe('a file of issuers that Node can use', () => {
  it.each([
    ['one', one],
    ['two', `${one}\n${two}`],
    ['with words between', `# mine\n${one}\n\nissuer: me\n${two}`],
    ['with the ends of lines of Windows', one.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\uFEFF${one}`],
  ])('%s is no fault', (_name, content) => {
    expect(judge('/ca.pem', content)).toBeUndefined();
  });
});

describe('a file that Node cannot use', () => {
  it.each([
    ['empty', '', 'which is empty'],
    ['only spaces', ' \n\n', 'which is empty'],
    ['no certificate', 'garbage', 'which has no certificate'],
    ['a page', '<html>not found</html>', 'which has no certificate'],
    ['a key', makeSelfSigned('a.test').key, 'which has a key, and no certificate'],
    ['a damaged one', damaged, 'whose certificate is damaged'],
    ['a damaged one behind a good one', `${one}${damaged}`, 'whose certificate 2 is damaged'],
    ['one that is cut off', one.slice(0, one.length / 2), 'whose certificate is damaged'],
  ])('%s', (_name, content, words) => {
    expect(judge('/ca.pem', content)?.what).toContain(`names /ca.pem, ${words}`);
    expect(judge('/ca.pem', content)?.fix.command).toBe('unset NODE_EXTRA_CA_CERTS');
  });

  it.each([
    ['/nowhere.pem', 'which is not there:'],
    ['ca.pem', 'each program looks for it in the folder that it is started in'],
    ['~/ca.pem', 'only a shell replaces the ~'],
  ])('%s, which is not there', (path, words) => {
    expect(judge(path)?.what).toContain(words);
  });

  it('a binary one is written as PEM', () => {
    const { environment, files } = createFakeHost({
      environment: { NODE_EXTRA_CA_CERTS: '/a b.crt' },
    });
    const readBytes = (): Uint8Array => new X509Certificate(one).raw;
    const stamp = (): ReturnType<typeof files.stamp> => ({
      identity: '',
      file: '',
      modifiedAt: 0,
      mode: 0o644,
      bytes: 1,
    });
    const fault = findIssuersFault(environment, { readBytes, stamp });
    expect(fault?.what).toContain('which is binary (DER)');
    expect(fault?.fix.command).toBe(
      "openssl x509 -inform der -in '/a b.crt' -out '/a b.crt.pem' && export 'NODE_EXTRA_CA_CERTS=/a b.crt.pem'",
    );
  });

  it('one that may not be read', () => {
    const { environment, files } = createFakeHost({
      environment: { NODE_EXTRA_CA_CERTS: '/ca.pem' },
    });
    const readBytes = (): Uint8Array => {
      throw Object.assign(new Error('EACCES: permission denied'), {
        code: 'EACCES',
        path: '/ca.pem',
      });
    };
    const stamp = (): ReturnType<typeof files.stamp> => ({
      identity: '',
      file: '',
      modifiedAt: 0,
      mode: 0,
      bytes: 1,
    });
    expect(findIssuersFault(environment, { readBytes, stamp })?.what).toContain(
      'names /ca.pem, which cannot be read (this user may not read or write it)',
    );
  });
});
