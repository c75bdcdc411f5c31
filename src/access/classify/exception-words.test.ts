import { describe, expect, it } from 'vitest';
import { classifyException } from './classify-exception.ts';

const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/** Messages as Node 24 writes them. */
const rows: readonly (readonly [code: string, message: string, told: string])[] = [
  [
    'ENOTFOUND',
    'getaddrinfo ENOTFOUND api.nowhere.test',
    'no server has the name api.nowhere.test',
  ],
  ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN api.test', 'the name server did not answer for api.test'],
  ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9', 'nothing listens at 127.0.0.1:9'],
  ['ECONNREFUSED', '', 'nothing listens at its address'],
  ['ECONNRESET', 'read ECONNRESET', 'the connection was reset'],
  [
    'EPROTO',
    'write EPROTO C0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number',
    'it answers plain http, and its address says https',
  ],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'self-signed certificate in certificate chain',
    "its certificate is signed by an issuer that Node does not trust, as by a company's proxy",
  ],
  [
    'CERT_HAS_EXPIRED',
    'certificate has expired',
    'its certificate, or one that signed it, has expired',
  ],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    "Hostname/IP does not match certificate's altnames: Host: a.test. is not in the cert's altnames: DNS:b.test, DNS:*.c.test",
    'its certificate is for b.test, *.c.test',
  ],
  [
    'ERR_SSL_TLSV1_UNRECOGNIZED_NAME',
    '406D:error:0A000458:SSL routines:ssl3_read_bytes:tlsv1 unrecognized name:../rec_layer_s3.c:918:SSL alert number 112\n',
    'it serves no host of this name',
  ],
  [
    'UNSPECIFIED',
    'EE certificate key too weak',
    'OpenSSL refuses its certificate: EE certificate key too weak',
  ],
  [
    'ERR__ERROR_FORMAT_CL_SPACE',
    'Decompression failed',
    'it is not compressed as its content-encoding says',
  ],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    "Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list: ",
    'its certificate is for another name',
  ],
  [
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    '40DDE4E6BA7F0000:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:918:SSL alert number 70\n',
    'it speaks no version of TLS that Node speaks (1.2 and newer)',
  ],
  [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    '40DD:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:rec_layer_s3.c:918:SSL alert number 116\n',
    'it wants a certificate of its clients',
  ],
  [
    'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
    '40DD:error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:rec_layer_s3.c:918:SSL alert number 40\n',
    'it has no kind of TLS in common with Node',
  ],
  [
    'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
    '40DD:error:0A000438:SSL routines:ssl3_read_bytes:tlsv1 alert internal error:rec_layer_s3.c:918:SSL alert number 80\n',
    'it ended the TLS handshake with "internal error"',
  ],
  ['Z_DATA_ERROR', 'incorrect header check', 'it is not compressed as its content-encoding says'],
];

describe('what the system and OpenSSL say', () => {
  it.each(rows)('by %s, "%s", is said in words', (code, message, told) => {
    const failure = classifyException(coded(code, message), { hasHead: false });
    expect(failure.message).toBe(`${told} (${code})`);
  });

  it.each(rows)('by %s, "%s", is said of the proxy that it is about', (code, message, told) => {
    const proxy = 'the proxy 10.0.0.1:3128: ';
    const failure = classifyException(coded(code, `${proxy}${message}`), { hasHead: false });
    expect(failure.message).toBe(`${proxy}${told} (${code})`);
  });

  it('stays as it is where somebody has written it for people', () => {
    const told = 'the other side closed the connection in the middle of its answer';
    const failure = classifyException(coded('ECONNRESET', told), { hasHead: true });
    expect(failure.message).toBe(`${told} (ECONNRESET)`);
  });

  it('stays as it is where nobody knows better words', () => {
    const failure = classifyException(coded('EODD', 'something odd'), { hasHead: false });
    expect(failure.message).toBe('something odd (EODD)');
  });
});
