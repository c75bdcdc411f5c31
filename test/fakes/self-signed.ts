/**
 * Certificates made when they are needed, by themselves or by an authority of their own: for TLS in
 * tests (X.509 v3 in DER, RFC 5280).
 */

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

interface Certificate {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
}

interface Signer {
  readonly name: Buffer;
  readonly privateKey: KeyObject;
}

interface CertificateOptions {
  /** Default: itself. */
  readonly by?: Signer;
  /** Epoch ms. Default: in a year. */
  readonly endsAt?: number;
  readonly isAuthority?: boolean;
}

/** Signed by itself, for this name and for 127.0.0.1. */
export function makeSelfSigned(name: string, endsAt?: number): Certificate {
  return makeCertificate(name, endsAt === undefined ? {} : { endsAt });
}

/** One whom nobody knows yet, and who signs for others, as a proxy does that looks into TLS. */
export function makeAuthority(name: string): {
  readonly cert: string;
  readonly sign: (name: string) => Certificate;
} {
  const { cert, signer } = makeCertificate(name, { isAuthority: true });
  return { cert, sign: (server) => makeCertificate(server, { by: signer }) };
}

function makeCertificate(
  name: string,
  { by, endsAt = Date.now() + year, isAuthority = false }: CertificateOptions,
): Certificate & { readonly signer: Signer } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(objectId('2a8648ce3d040302')); // ecdsa-with-SHA256
  const subject = sequence(tlv(0x31, sequence(objectId('550403'), tlv(0x0c, Buffer.from(name)))));
  const signer = by ?? { name: subject, privateKey };
  const validity = sequence(utcTime(Math.min(Date.now(), endsAt) - year), utcTime(endsAt));
  const names = sequence(tlv(0x82, Buffer.from(name)), tlv(0x87, Buffer.from([127, 0, 0, 1])));
  const yes = tlv(0x01, Buffer.from([0xff]));
  const extension = isAuthority
    ? sequence(objectId('551d13'), yes, tlv(0x04, sequence(yes))) // basic constraints
    : sequence(objectId('551d11'), tlv(0x04, names));
  const version = tlv(0xa0, tlv(0x02, Buffer.from([2])));
  const serial = tlv(0x02, Buffer.from([1]));
  const publicBytes = publicKey.export({ type: 'spki', format: 'der' });
  const extensions = tlv(0xa3, sequence(extension));
  const signed = sequence(
    version,
    serial,
    algorithm,
    signer.name,
    validity,
    subject,
    publicBytes,
    extensions,
  );
  const signature = tlv(0x03, Buffer.from([0]), sign('sha256', signed, signer.privateKey));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: toPem(sequence(signed, algorithm, signature)),
    signer: { name: subject, privateKey },
  };
}

const year = 365 * 86_400_000;

function tlv(tag: number, ...content: readonly Buffer[]): Buffer {
  const value = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), encodeLength(value.length), value]);
}

/** As short as it can be: BoringSSL takes no other. */
function encodeLength(length: number): Buffer {
  if (length < 128) return Buffer.from([length]);
  if (length < 256) return Buffer.from([0x81, length]);
  return Buffer.from([0x82, length >> 8, length & 0xff]);
}

function sequence(...content: readonly Buffer[]): Buffer {
  return tlv(0x30, ...content);
}

function objectId(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'));
}

function utcTime(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(2, 14);
  return tlv(0x17, Buffer.from(`${digits}Z`));
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
