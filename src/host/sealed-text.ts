/**
 * Texts that are encrypted (AES-256-GCM): who does not have the key can neither read nor change
 * them, nor pass one off as another.
 */

import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { Host } from '../host.ts';

const algorithm = 'aes-256-gcm';
const ivLength = 12;
const tagLength = 16;

/** `label` says what the text is; only who knows it can open it. Returns base64url. */
export function sealText(
  host: Pick<Host, 'randomToken'>,
  key: Buffer,
  { text, label = '' }: { readonly text: string; readonly label?: string },
): string {
  const iv = digestText(host.randomToken(16)).subarray(0, ivLength);
  const cipher = createCipheriv(algorithm, key, iv).setAAD(Buffer.from(label));
  const closed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), closed]).toString('base64url');
}

/** Throws if it was sealed with another key or label, or was changed. */
export function openText(key: Buffer, sealed: string, label = ''): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivLength), {
    authTagLength: tagLength,
  });
  decipher.setAuthTag(bytes.subarray(ivLength, ivLength + tagLength));
  decipher.setAAD(Buffer.from(label));
  const opened = [decipher.update(bytes.subarray(ivLength + tagLength)), decipher.final()];
  return Buffer.concat(opened).toString('utf8');
}

export function digestText(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
