/**
 * Judges the file of certificates that Node is told to trust besides its own, as Node reads it:
 * Node drops the whole file where a part of it is damaged, and says at most one line about it.
 */

import { X509Certificate } from 'node:crypto';
import { isAbsolute } from 'node:path';
import type { Environment, Files } from '../host.ts';
import type { Fix } from '../model/fix.ts';
import { describeFileFault, fixFileFault } from './file-fault.ts';
import { shellLine } from './shell-line.ts';

export const issuersVariable = 'NODE_EXTRA_CA_CERTS';

export interface IssuersFault {
  /** Names the file, and what is wrong with it. */
  readonly what: string;
  readonly fix: Fix;
}

const leaveOut: Fix = {
  text: 'correct it, or leave it out',
  command: shellLine`unset ${issuersVariable}`,
};

/** Undefined if the variable is not set, or Node can read every certificate of its file. */
export function findIssuersFault(
  environment: Pick<Environment, 'get'>,
  files: Pick<Files, 'readBytes' | 'stamp'>,
): IssuersFault | undefined {
  const path = environment.get(issuersVariable);
  if (!path) return undefined;
  const say = (because: string, fix = leaveOut): IssuersFault => ({
    what: `${issuersVariable} names ${path}, ${because}: no certificate is trusted because of it`,
    fix,
  });
  try {
    if (files.stamp(path) === undefined) return say(describeAbsent(path));
    const fault = judgeText(Buffer.from(files.readBytes(path)));
    return fault && say(fault.because, fault.isBinary ? convert(path) : leaveOut);
  } catch (error) {
    const fix = fixFileFault(error, path);
    const why = `which cannot be read (${describeFileFault(error)})`;
    return say(why, fix.command === undefined ? leaveOut : fix);
  }
}

function describeAbsent(path: string): string {
  if (path.startsWith('~')) return 'which is not there (only a shell replaces the ~)';
  return isAbsolute(path)
    ? 'which is not there'
    : 'which is not there (each program looks for it in the folder that it is started in)';
}

const block = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/g;

interface TextFault {
  readonly because: string;
  readonly isBinary?: true;
}

function judgeText(bytes: Buffer): TextFault | undefined {
  const text = bytes.toString('latin1');
  const starts = [...text.matchAll(block)].map(({ index }) => index);
  if (starts.length === 0) return isCertificate(bytes) ? binary : { because: describeOther(text) };
  const bad = starts.findIndex((start, at) => !isCertificate(text.slice(start, starts[at + 1])));
  if (bad < 0) return undefined;
  const which = starts.length === 1 ? 'whose certificate' : `whose certificate ${bad + 1}`;
  return { because: `${which} is damaged` };
}

const binary: TextFault = { because: 'which is binary (DER), and Node reads PEM', isBinary: true };

function describeOther(text: string): string {
  if (text.trim() === '') return 'which is empty';
  return /-----BEGIN \S*( PRIVATE)? ?KEY-----/.test(text)
    ? 'which has a key, and no certificate'
    : 'which has no certificate (PEM, beginning with BEGIN CERTIFICATE)';
}

function isCertificate(content: string | Buffer): boolean {
  try {
    return new X509Certificate(content).raw.length > 0;
  } catch {
    return false; // OpenSSL says only that it cannot be decoded
  }
}

function convert(path: string): Fix {
  const pem = `${path}.pem`;
  return {
    text: 'write it as PEM, and name that file',
    command: shellLine`openssl x509 -inform der -in ${path} -out ${pem} && export ${`${issuersVariable}=${pem}`}`,
  };
}
